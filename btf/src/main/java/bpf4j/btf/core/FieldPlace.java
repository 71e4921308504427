package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import java.nio.ByteOrder;

/**
 * Where a field lies in one BTF, local or target, and what can be asked about it there.
 *
 * @param btf the BTF
 * @param typeId the field's type, or the array element's
 * @param offsetBits offset from the start of the root type
 * @param bitfieldBits width of a bitfield, 0 for any other field
 * @param element whether the last step was an array index and not a member
 */
record FieldPlace(Btf btf, int typeId, long offsetBits, int bitfieldBits, boolean element) {

    /** BPF has no wider load. */
    private static final int MAX_LOAD_BYTES = 8;

    boolean isBitfield() {
        return bitfieldBits != 0;
    }

    /**
     * The offset in bits of element {@code index} of a row of {@code elementTypeId} that starts at {@code offsetBits}.
     */
    static long elementOffsetBits(Btf btf, int elementTypeId, long offsetBits, int index) {
        try {
            long elementBits = Math.multiplyExact(btf.sizeBytes(elementTypeId), 8L);
            return Math.addExact(offsetBits, Math.multiplyExact(elementBits, (long) index));
        } catch (ArithmeticException e) {
            throw btf.fail(elementTypeId, "the offset of element " + index + " overflows");
        }
    }

    /**
     * The value of a field relocation of any kind but existence.
     *
     * @param order byte order of the machine whose loads the shifts follow
     * @throws UnresolvableException if there is none
     */
    long value(CoreKind kind, ByteOrder order) {
        if (element) {
            return elementValue(kind);
        }
        BtfType type = btf.stripped(typeId);
        long sizeBytes = isBitfield() ? loadBytes(type) : btf.sizeBytes(typeId);
        long offsetBytes = isBitfield() ? alignedDown(sizeBytes) : offsetBits / 8;
        long bits = isBitfield() ? bitfieldBits : sizeBytes * 8;
        return switch (kind) {
            case BPF_CORE_FIELD_BYTE_OFFSET -> offsetBytes;
            case BPF_CORE_FIELD_BYTE_SIZE -> sizeBytes;
            case BPF_CORE_FIELD_SIGNED -> signed(type) ? 1 : 0;
            case BPF_CORE_FIELD_LSHIFT_U64 -> order == ByteOrder.LITTLE_ENDIAN
                    ? 64 - (offsetBits + bits - offsetBytes * 8)
                    : (8 - sizeBytes) * 8 + (offsetBits - offsetBytes * 8);
            case BPF_CORE_FIELD_RSHIFT_U64 -> 64 - bits;
            default -> throw new IllegalArgumentException(kind + " asks for no number about a field");
        };
    }

    /** The type that a load of this field reads: the innermost element of an array. */
    int accessTypeId() {
        int id = btf.strip(typeId);
        // Sizing the whole first has refused arrays that contain themselves.
        btf.sizeBytes(id);
        while (btf.type(id) instanceof BtfType.Array array) {
            id = btf.strip(array.elementTypeId());
        }
        return id;
    }

    private long elementValue(CoreKind kind) {
        return switch (kind) {
            case BPF_CORE_FIELD_BYTE_OFFSET -> offsetBits / 8;
            case BPF_CORE_FIELD_BYTE_SIZE -> btf.sizeBytes(typeId);
            default -> throw new UnresolvableException(kind + " has no meaning for an array element");
        };
    }

    /** The narrowest naturally aligned load, from the declared type's size up, that covers the bitfield. */
    private long loadBytes(BtfType type) {
        long bytes = switch (type) {
            case BtfType.Int t -> t.sizeBytes();
            case BtfType.Enumeration t -> t.sizeBytes();
            case BtfType.Void _, BtfType.Ptr _, BtfType.Array _, BtfType.Composite _, BtfType.Fwd _, BtfType.Modifier _,
                    BtfType.Func _, BtfType.FuncProto _, BtfType.Var _, BtfType.DataSec _, BtfType.Float _,
                    BtfType.DeclTag _ -> 0;
        };
        if (bytes == 0) {
            throw btf.fail(typeId, "is the type of a bitfield, but no integer with a size");
        }
        while (bytes <= MAX_LOAD_BYTES && offsetBits + bitfieldBits - alignedDown(bytes) * 8 > bytes * 8) {
            bytes *= 2;
        }
        if (bytes > MAX_LOAD_BYTES) {
            throw new UnresolvableException(
                    "the bitfield of %d bits at bit offset %d in %s cannot be read with one load"
                            .formatted(bitfieldBits, offsetBits, btf.name()));
        }
        return bytes;
    }

    private long alignedDown(long bytes) {
        return offsetBits / 8 / bytes * bytes;
    }

    private static boolean signed(BtfType type) {
        return type instanceof BtfType.Int i && i.signed() || type instanceof BtfType.Enumeration e && e.signed();
    }
}
