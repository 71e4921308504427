package bpf4j.btf.core;

import bpf4j.btf.BtfType;

/**
 * How wide a load or store of a relocated field is on both sides. It matters only where the relocated instruction is a
 * load or a store; an offset that goes into arithmetic has no width.
 *
 * @param localBytes size of the field, for arrays of the innermost element, in the object's BTF; 0 where there is none:
 *        bitfields, and relocations other than {@code BPF_CORE_FIELD_BYTE_OFFSET}
 * @param targetBytes the same in the target's BTF
 * @param legal whether a load or store instruction can be kept: the sizes are equal, or changing its width gives
 *        the same value; where false the instruction has to be poisoned
 */
public record MemoryAccess(long localBytes, long targetBytes, boolean legal) {

    /** No load or store is spoken of. */
    public static final MemoryAccess NONE = new MemoryAccess(0, 0, true);

    /** {@return whether a load or store must get another width} */
    public boolean changesSize() {
        return localBytes != targetBytes;
    }

    static MemoryAccess of(FieldPlace local, FieldPlace target) {
        if (local.isBitfield() && target.isBitfield()) {
            return NONE;
        }
        if (local.isBitfield() || target.isBitfield()) {
            return new MemoryAccess(bytes(local), bytes(target), false);
        }
        int localId = local.accessTypeId();
        int targetId = target.accessTypeId();
        return of(local.btf().type(localId), local.btf().sizeBytes(localId),
                target.btf().type(targetId), target.btf().sizeBytes(targetId));
    }

    /** BPF loads extend with zeros, so only pointers and what is not signed survive another width. */
    static MemoryAccess of(BtfType local, long localBytes, BtfType target, long targetBytes) {
        boolean legal = localBytes == targetBytes
                || local instanceof BtfType.Ptr && target instanceof BtfType.Ptr
                || local instanceof BtfType.Int l && target instanceof BtfType.Int t && extendsWithZeros(l)
                && extendsWithZeros(t);
        return new MemoryAccess(localBytes, targetBytes, legal);
    }

    /** The encoding is a number here and no set of flags, as it is to the other loaders. */
    private static boolean extendsWithZeros(BtfType.Int type) {
        return type.encoding() != BtfType.Int.SIGNED;
    }

    private static long bytes(FieldPlace place) {
        return place.isBitfield() ? 0 : place.btf().sizeBytes(place.accessTypeId());
    }
}
