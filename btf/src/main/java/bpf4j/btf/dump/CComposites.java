package bpf4j.btf.dump;

import static bpf4j.btf.dump.ByteText.ascii;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;

/**
 * Writes structs and unions so that a compiler places every member where the BTF says. Gaps that C would not leave by
 * itself are bitfields without names: they take part in nothing, neither in BTF nor in the alignment.
 */
final class CComposites {

    private static final byte[] STRUCT = ascii("struct ");
    private static final byte[] UNION = ascii("union ");
    private static final byte[] OPEN = ascii("{\n");
    private static final byte[] END = ascii(";\n");
    private static final byte[] WIDTH = ascii(": ");
    private static final byte[] FILLER = ascii("long: ");
    private static final byte[] PACKED = ascii(" __attribute__((packed))");
    private static final int FILLER_BITS = 64;

    private final BtfWords types;
    private final CNames names;
    private final DeclarationTags tags;
    private final CLayout layout;
    private final CDeclarations declarations;
    private final ByteText out;
    private boolean written;

    CComposites(BtfWords types, CNames names, DeclarationTags tags, CLayout layout, CDeclarations declarations,
            ByteText out) {
        this.types = types;
        this.names = names;
        this.tags = tags;
        this.layout = layout;
        this.declarations = declarations;
        this.out = out;
    }

    /** {@return whether one was written} */
    boolean isWritten() {
        return written;
    }

    /** Writes the definition, without a semicolon. */
    void body(int id, int indent) {
        written = true;
        boolean union = types.kind(id) == BtfKind.BTF_KIND_UNION;
        out.add(union ? UNION : STRUCT);
        if (types.nameOffset(id) != 0) {
            names.write(id, out);
            out.add(' ');
        }
        boolean packed = layout.isPacked(id);
        if (union) {
            union(id, indent);
        } else {
            struct(id, packed, indent);
        }
        if (packed) {
            out.add(PACKED);
        }
        if (union && layout.unionSize(id) == CLayout.UnionSize.ALIGNED) {
            out.add(" __attribute__((aligned(" + layout.alignBytes(id) + ")))");
        }
        tags.write(id, -1, out);
    }

    private void struct(int id, boolean packed, int indent) {
        int members = types.vlen(id);
        long sizeBits = types.sizeBytes(id) * 8;
        if (members == 0 && sizeBits == 0) {
            out.add('{');
            out.add('}');
            return;
        }
        out.add(OPEN);
        long at = 0;
        for (int i = 0; i < members; i++) {
            long offset = layout.offsetBits(id, i);
            int typeId = layout.memberType(id, i);
            int width = layout.bitfieldBits(id, i);
            long bits = width != 0 ? width : bits(id, typeId);
            check(id, i, at, offset, bits, sizeBits);
            if (natural(at, typeId, width, packed) != offset) {
                fill(at, offset, indent + 1);
            }
            member(id, i, typeId, width, indent + 1);
            at = offset + bits;
        }
        int alignment = packed ? 1 : layout.alignBytes(id);
        long end = up(at, alignment * 8L);
        if (end != sizeBits) {
            fill(at, sizeBits, indent + 1);
        }
        out.repeat('\t', indent);
        out.add('}');
    }

    private void union(int id, int indent) {
        out.add(OPEN);
        long sizeBits = types.sizeBytes(id) * 8;
        for (int i = 0; i < types.vlen(id); i++) {
            int typeId = layout.memberType(id, i);
            int width = layout.bitfieldBits(id, i);
            if (layout.offsetBits(id, i) != 0) {
                throw types.btf().fail(id, "member %d of the union is not at its start".formatted(i));
            }
            check(id, i, 0, 0, width != 0 ? width : bits(id, typeId), sizeBits);
            member(id, i, typeId, width, indent + 1);
        }
        switch (layout.unionSize(id)) {
            case NATURAL, ALIGNED -> { }
            case BITFIELD -> fill(0, sizeBits, indent + 1);
            case BYTES -> {
                out.repeat('\t', indent + 1);
                out.add("unsigned char __size[" + types.sizeBytes(id) + "];\n");
            }
        }
        out.repeat('\t', indent);
        out.add('}');
    }

    private void member(int id, int index, int typeId, int width, int indent) {
        out.repeat('\t', indent);
        declarations.local(typeId, layout.memberName(id, index), indent);
        if (width != 0) {
            out.add(WIDTH);
            out.number(width);
        }
        tags.write(id, index, out);
        out.add(END);
    }

    /** Where a compiler would put the next member. */
    private long natural(long at, int typeId, int width, boolean packed) {
        if (packed) {
            return width != 0 ? at : up(at, 8);
        }
        long unit = layout.alignBytes(typeId) * 8L;
        if (width == 0) {
            return up(at, unit);
        }
        return at % unit + width > layout.sizeBytes(typeId) * 8 ? up(at, unit) : at;
    }

    private void fill(long fromBits, long toBits, int indent) {
        for (long at = fromBits; at < toBits; ) {
            int width = (int) Math.min(toBits - at, FILLER_BITS - at % FILLER_BITS);
            out.repeat('\t', indent);
            out.add(FILLER);
            out.number(width);
            out.add(END);
            at += width;
        }
    }

    private long bits(int id, int typeId) {
        long size = layout.sizeBytes(typeId);
        if (size > types.sizeBytes(id)) {
            throw types.btf().fail(id, "a member of 0x%x bytes is larger than all".formatted(size));
        }
        return size * 8;
    }

    private void check(int id, int index, long at, long offset, long bits, long sizeBits) {
        int width = layout.bitfieldBits(id, index);
        String problem = null;
        if (offset < at) {
            problem = "starts before the one ahead of it ends";
        } else if (offset + bits > sizeBits) {
            problem = "ends behind the end";
        } else if (width == 0 && offset % 8 != 0) {
            problem = "does not start at a byte";
        } else if (width > layout.sizeBytes(layout.memberType(id, index)) * 8) {
            problem = "has more bits than its type";
        }
        if (problem != null) {
            throw types.btf().fail(id, "member %d at bit %d %s".formatted(index, offset, problem));
        }
    }

    private static long up(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }
}
