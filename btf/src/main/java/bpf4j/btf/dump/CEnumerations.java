package bpf4j.btf.dump;

import static bpf4j.btf.dump.ByteText.ascii;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;
import java.util.BitSet;

/** Writes enumerations, with the attribute that gives them their size where C alone would choose another. */
final class CEnumerations {

    private static final byte[] ENUM = ascii("enum ");
    private static final byte[] IS = ascii(" = ");
    private static final byte[] NEXT = ascii(",\n");
    private static final byte[] LEAST = ascii("(-9223372036854775807LL - 1)");

    private final BtfWords types;
    private final CNames names;
    private final ByteText out;
    private final BitSet written = new BitSet();

    CEnumerations(BtfWords types, CNames names, ByteText out) {
        this.types = types;
        this.names = names;
        this.out = out;
    }

    /** {@return the size in bytes of an enumeration as it is written} */
    static int sizeBytes(BtfWords types, int id) {
        long size = types.sizeBytes(id);
        return switch ((int) Math.min(size, Integer.MAX_VALUE)) {
            case 1, 2, 4, 8 -> (int) size;
            // What compilers write for one that they have only seen declared.
            case 0 -> 4;
            default -> throw types.btf().fail(id, "an enumeration of " + size + " bytes");
        };
    }

    /** {@return whether it is only declared, as far as the BTF knows} */
    static boolean isForward(BtfWords types, int id) {
        return types.vlen(id) == 0 && types.nameOffset(id) != 0;
    }

    /** {@return whether it has no name and nothing that has it was written} */
    boolean isUnwritten(int id) {
        BtfKind kind = types.kind(id);
        return (kind == BtfKind.BTF_KIND_ENUM || kind == BtfKind.BTF_KIND_ENUM64) && types.nameOffset(id) == 0
                && !written.get(id);
    }

    /** Writes {@code enum name}. */
    void tag(int id) {
        out.add(ENUM);
        names.write(id, out);
    }

    /** Writes the definition, without a semicolon. */
    void body(int id, int indent) {
        out.add(ENUM);
        if (types.nameOffset(id) != 0) {
            names.write(id, out);
            out.add(' ');
        } else {
            written.set(id);
        }
        out.add('{');
        out.add('\n');
        boolean wide = types.kind(id) == BtfKind.BTF_KIND_ENUM64;
        boolean signed = types.flag(id);
        long least = 0;
        long most = 0;
        int count = types.vlen(id);
        int at = types.body(id);
        for (int i = 0; i < count; i++) {
            long value = Integer.toUnsignedLong(types.word(at + 1));
            if (wide) {
                value |= (long) types.word(at + 2) << 32;
            } else if (signed) {
                value = (int) value;
            }
            out.repeat('\t', indent + 1);
            names.enumerator(types.word(at), out);
            out.add(IS);
            value(value, signed);
            out.add(NEXT);
            at += wide ? 3 : 2;
            if (signed) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            } else if (Long.compareUnsigned(value, most) > 0) {
                most = value;
            }
        }
        if (count == 0) {
            out.repeat('\t', indent + 1);
            out.add(names.made("none"));
            out.add(NEXT);
        }
        out.repeat('\t', indent);
        out.add('}');
        out.add(attribute(id, least, most, signed));
    }

    private void value(long value, boolean signed) {
        if (value == Long.MIN_VALUE && signed) {
            out.add(LEAST);
        } else if (signed || value >= 0) {
            out.number(value);
            if (value != (int) value && value >>> 32 != 0) {
                out.add("LL");
            }
        } else {
            out.add(Long.toUnsignedString(value) + "ULL");
        }
    }

    /** What a compiler has to be told of the size. */
    private String attribute(int id, long least, long most, boolean signed) {
        boolean fitsFour = signed && least < 0 ? least >= Integer.MIN_VALUE && most <= Integer.MAX_VALUE
                : most >= 0 && most >>> 32 == 0;
        boolean fitsOne = signed && least < 0 ? least >= Byte.MIN_VALUE && most <= Byte.MAX_VALUE
                : most >= 0 && most >>> 8 == 0;
        return switch (sizeBytes(types, id)) {
            case 1 -> " __attribute__((packed))";
            case 2 -> fitsOne ? " __attribute__((mode(HI)))" : " __attribute__((packed))";
            case 8 -> fitsFour ? " __attribute__((mode(DI)))" : "";
            default -> "";
        };
    }
}
