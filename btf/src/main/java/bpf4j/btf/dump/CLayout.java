package bpf4j.btf.dump;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;

/**
 * Where a compiler for BPF places what is written: alignments, and which structs it has to be told to pack. Sizes and
 * places are the BTF's, which is why a struct that is not as C would lay it out is packed or padded, never moved.
 */
final class CLayout {

    private static final int POINTER_BYTES = 8;
    private static final int GREATEST_ALIGNMENT = 16;
    private static final int MEMBER_WORDS = 3;
    /** What one bitfield without a name can fill. */
    private static final int FILLER_BYTES = 8;
    /** What compilers take in {@code aligned(N)}. */
    private static final int GREATEST_ATTRIBUTE = 1 << 28;
    /** Arrays, typedefs and qualifiers between a member and its type; the kernel takes 32. */
    private static final int MAX_CHAIN = 256;
    private static final int MAX_DEPTH = 512;

    private final BtfWords types;
    /** Of structs and unions by id: one more than the exponent of two; 0 is not known yet. */
    private final byte[] alignments;
    private final boolean[] packed;
    private int depth;

    CLayout(BtfWords types) {
        this.types = types;
        this.alignments = new byte[types.typeCount()];
        this.packed = new boolean[types.typeCount()];
    }

    /** {@return the natural alignment of a number of a size} */
    static int alignmentOfNumber(long sizeBytes) {
        int alignment = 1;
        while (alignment < sizeBytes && alignment < GREATEST_ALIGNMENT) {
            alignment *= 2;
        }
        return alignment;
    }

    /** {@return the alignment in bytes of a type as it is written} */
    int alignBytes(int id) {
        int at = id;
        for (int i = 0; i < MAX_CHAIN; i++) {
            switch (types.kind(at)) {
                case BTF_KIND_INT, BTF_KIND_FLOAT -> {
                    return alignmentOfNumber(types.sizeBytes(at));
                }
                case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                    return CEnumerations.sizeBytes(types, at);
                }
                case BTF_KIND_PTR -> {
                    return POINTER_BYTES;
                }
                case BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                    return alignOfComposite(at);
                }
                case BTF_KIND_ARRAY -> at = types.word(types.body(at));
                case BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG ->
                    at = types.typeId(at);
                case BTF_KIND_UNKN, BTF_KIND_FWD, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC,
                        BTF_KIND_DECL_TAG -> throw types.btf().fail(at, "nothing of this type can be in a struct");
            }
        }
        throw types.btf().fail(id, "arrays, typedefs and qualifiers nest deeper than " + MAX_CHAIN);
    }

    /** {@return the size in bytes of a type as it is written} */
    long sizeBytes(int id) {
        long count = 1;
        int at = id;
        for (int i = 0; i < MAX_CHAIN; i++) {
            switch (types.kind(at)) {
                case BTF_KIND_INT, BTF_KIND_FLOAT, BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                    return product(id, count, types.sizeBytes(at));
                }
                case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                    return product(id, count, CEnumerations.sizeBytes(types, at));
                }
                case BTF_KIND_PTR -> {
                    return product(id, count, POINTER_BYTES);
                }
                case BTF_KIND_ARRAY -> {
                    count = product(id, count, Integer.toUnsignedLong(types.word(types.body(at) + 2)));
                    at = types.word(types.body(at));
                }
                case BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG ->
                    at = types.typeId(at);
                case BTF_KIND_UNKN, BTF_KIND_FWD, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC,
                        BTF_KIND_DECL_TAG -> throw types.btf().fail(at, "nothing of this type can be in a struct");
            }
        }
        throw types.btf().fail(id, "arrays, typedefs and qualifiers nest deeper than " + MAX_CHAIN);
    }

    /** {@return whether a struct or union has to be packed, with all its members anywhere} */
    boolean isPacked(int id) {
        alignOfComposite(id);
        return packed[id];
    }

    /** {@return the offset of a member in bits} */
    long offsetBits(int compositeId, int index) {
        int word = types.word(types.body(compositeId) + index * MEMBER_WORDS + 2);
        return types.flag(compositeId) ? word & 0xffffff : Integer.toUnsignedLong(word);
    }

    /** {@return the width of a bitfield in bits, 0 for a member that is none} */
    int bitfieldBits(int compositeId, int index) {
        return types.flag(compositeId)
                ? types.word(types.body(compositeId) + index * MEMBER_WORDS + 2) >>> 24 : 0;
    }

    /** How a union comes to its size where that is not its largest member's. */
    enum UnionSize { NATURAL, BITFIELD, ALIGNED, BYTES }

    /** {@return how a union has to be told its size} */
    UnionSize unionSize(int id) {
        long largest = 0;
        int natural = 1;
        for (int i = 0; i < types.vlen(id); i++) {
            largest = Math.max(largest, memberBytes(id, i));
            natural = Math.max(natural, alignBytes(memberType(id, i)));
        }
        int alignment = alignOfComposite(id);
        long size = types.sizeBytes(id);
        if (size == up(largest, packed[id] ? 1 : natural)) {
            return UnionSize.NATURAL;
        }
        if (size <= FILLER_BYTES) {
            return UnionSize.BITFIELD;
        }
        return !packed[id] && alignment > natural && size == up(largest, alignment)
                ? UnionSize.ALIGNED : UnionSize.BYTES;
    }

    /** {@return the type of a member} */
    int memberType(int compositeId, int index) {
        return types.word(types.body(compositeId) + index * MEMBER_WORDS + 1);
    }

    /** {@return where the name of a member is} */
    int memberName(int compositeId, int index) {
        return types.word(types.body(compositeId) + index * MEMBER_WORDS);
    }

    private long memberBytes(int compositeId, int index) {
        int width = bitfieldBits(compositeId, index);
        return width == 0 ? sizeBytes(memberType(compositeId, index)) : (width + 7) / 8;
    }

    private int alignOfComposite(int id) {
        if (alignments[id] != 0) {
            return 1 << alignments[id] - 1;
        }
        if (++depth > MAX_DEPTH) {
            throw types.btf().fail(id, "structs nest deeper than " + MAX_DEPTH);
        }
        int alignment = 1;
        boolean crooked = false;
        int members = types.vlen(id);
        for (int i = 0; i < members; i++) {
            int typeId = memberType(id, i);
            int own = alignBytes(typeId);
            int width = bitfieldBits(id, i);
            long offset = offsetBits(id, i);
            // A bitfield stays within one unit of its type.
            crooked |= width == 0 ? offset % (own * 8L) != 0
                    : offset % (own * 8L) + width > sizeBytes(typeId) * 8;
            alignment = Math.max(alignment, own);
        }
        long size = types.sizeBytes(id);
        crooked |= size % alignment != 0;
        if (crooked) {
            alignment = 1;
        } else if (types.kind(id) == BtfKind.BTF_KIND_UNION && size > FILLER_BYTES) {
            alignment = alignOfUnion(id, alignment);
        }
        packed[id] = crooked;
        alignments[id] = (byte) (1 + Integer.numberOfTrailingZeros(alignment));
        depth--;
        return alignment;
    }

    /** A union that is larger than its members was aligned by hand, as nothing else makes it so. */
    private int alignOfUnion(int id, int natural) {
        long largest = 0;
        for (int i = 0; i < types.vlen(id); i++) {
            largest = Math.max(largest, memberBytes(id, i));
        }
        long size = types.sizeBytes(id);
        for (int alignment = natural; alignment <= size && alignment <= GREATEST_ATTRIBUTE; alignment *= 2) {
            if (up(largest, alignment) == size) {
                return alignment;
            }
        }
        return natural;
    }

    private static long up(long size, int alignment) {
        return (size + alignment - 1) / alignment * alignment;
    }

    private long product(int id, long count, long size) {
        try {
            return Math.multiplyExact(count, size);
        } catch (ArithmeticException _) {
            throw types.btf().fail(id, "its size does not fit 64 bits");
        }
    }
}
