package bpf4j.btf;

/**
 * What a CO-RE relocation asks for: {@code enum bpf_core_relo_kind} of {@code <linux/bpf.h>}; the ordinal is the number
 * in the format.
 */
public enum CoreKind {
    /** Offset of a field in bytes. */
    BPF_CORE_FIELD_BYTE_OFFSET,
    /** Size of a field in bytes. */
    BPF_CORE_FIELD_BYTE_SIZE,
    /** Whether the target has the field: 1 or 0. */
    BPF_CORE_FIELD_EXISTS,
    /** Whether the field is signed: 1 or 0. */
    BPF_CORE_FIELD_SIGNED,
    /** Left shift in bits that brings a field to the top of a 64-bit word. */
    BPF_CORE_FIELD_LSHIFT_U64,
    /** Right shift in bits that then brings it down to bit 0. */
    BPF_CORE_FIELD_RSHIFT_U64,
    /** Id of the type in the object's own BTF. */
    BPF_CORE_TYPE_ID_LOCAL,
    /** Id of the type in the target's BTF. */
    BPF_CORE_TYPE_ID_TARGET,
    /** Whether the target has a compatible type: 1 or 0. */
    BPF_CORE_TYPE_EXISTS,
    /** Size of the type in bytes. */
    BPF_CORE_TYPE_SIZE,
    /** Whether the target has the enumerator: 1 or 0. */
    BPF_CORE_ENUMVAL_EXISTS,
    /** Value of the enumerator. */
    BPF_CORE_ENUMVAL_VALUE,
    /** Whether the target has a type that matches in depth: 1 or 0. */
    BPF_CORE_TYPE_MATCHES;

    private static final CoreKind[] BY_NUMBER = values();

    /** {@return whether the relocation speaks of a field} */
    public boolean isField() {
        return ordinal() <= BPF_CORE_FIELD_RSHIFT_U64.ordinal();
    }

    /** {@return whether the relocation speaks of a whole type} */
    public boolean isType() {
        return !isField() && !isEnumValue();
    }

    /** {@return whether the relocation speaks of an enumerator} */
    public boolean isEnumValue() {
        return this == BPF_CORE_ENUMVAL_EXISTS || this == BPF_CORE_ENUMVAL_VALUE;
    }

    /** {@return whether the answer is 1 or 0, so that an absent target is an answer too} */
    public boolean isExistence() {
        return this == BPF_CORE_FIELD_EXISTS || this == BPF_CORE_TYPE_EXISTS || this == BPF_CORE_ENUMVAL_EXISTS
                || this == BPF_CORE_TYPE_MATCHES;
    }

    static CoreKind of(int number, Object place) {
        if (number < 0 || number >= BY_NUMBER.length) {
            throw new BtfFormatException(place + ": CO-RE relocation kind " + Integer.toUnsignedString(number)
                    + " is not known");
        }
        return BY_NUMBER[number];
    }
}
