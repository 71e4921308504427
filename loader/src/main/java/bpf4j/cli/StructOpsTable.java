package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The members of a struct_ops variable with what the object puts into them. */
final class StructOpsTable {

    private final LocalStructOps variable;
    private final Btf btf;

    private StructOpsTable(LocalStructOps variable) {
        this.variable = variable;
        this.btf = variable.btf();
    }

    /** {@return the variable's name and struct, and how it is declared} */
    static String title(MapSpec map) {
        return map.contents() instanceof MapContents.StructOps(LocalStructOps variable, boolean link)
                ? "struct_ops '%s' (%s%s%s)".formatted(map.name(),
                        CPrinter.typeName(variable.btf(), variable.structId()), link ? ", by link" : "",
                        map.create() ? "" : ", optional")
                : map.name();
    }

    /** {@return one row for each member; none if the map is for something else} */
    static Table of(MapSpec map) {
        Table table = new Table("OFFSET", "MEMBER", "VALUE");
        if (map.contents() instanceof MapContents.StructOps(LocalStructOps variable, _)) {
            new StructOpsTable(variable).fill(table);
        }
        return table;
    }

    private void fill(Table table) {
        int index = 0;
        for (BtfType.Member member : variable.struct().members()) {
            String declaration = CPrinter.declare(btf, member.typeId(), member.name());
            table.row(member.offsetBits() / 8,
                    member.isBitfield() ? declaration + " : " + member.bitfieldBits() : declaration,
                    variable.program(index).map(program -> "program '" + program + "'").orElseGet(() -> value(member)));
            index++;
        }
    }

    private String value(BtfType.Member member) {
        BtfType type = btf.stripped(member.typeId());
        if (member.isBitfield()) {
            return number(type, bits(member.offsetBits(), member.bitfieldBits()), member.bitfieldBits());
        }
        long sizeBytes = btf.sizeBytes(member.typeId());
        byte[] bytes = variable.bytes().asSlice(member.offsetBits() / 8, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
        return switch (type) {
            case BtfType.Int _, BtfType.Enumeration _ when sizeBytes <= Long.BYTES ->
                number(type, bits(member.offsetBits(), (int) sizeBytes * 8), (int) sizeBytes * 8);
            case BtfType.Ptr _ -> "-";
            case BtfType.Array array when btf.stripped(array.elementTypeId()) instanceof BtfType.Int element
                    && element.sizeBytes() == 1 && isText(bytes) -> text(bytes);
            default -> isZero(bytes) ? "0" : HexFormat.ofDelimiter(" ").formatHex(bytes);
        };
    }

    private static String number(BtfType type, long value, int bits) {
        if (type instanceof BtfType.Enumeration enumeration) {
            long extended = enumeration.signed() ? signExtended(value, bits) : value;
            return enumeration.values().stream().filter(v -> v.value() == extended).map(BtfType.EnumValue::name)
                    .findFirst().orElseGet(() -> Long.toString(extended));
        }
        return type instanceof BtfType.Int number && number.signed() ? Long.toString(signExtended(value, bits))
                : Long.toUnsignedString(value);
    }

    private static long signExtended(long value, int bits) {
        return value << Long.SIZE - bits >> Long.SIZE - bits;
    }

    /** Bits count from the low end of the first byte in little-endian objects, from the high end in big-endian ones. */
    private long bits(long offsetBits, int count) {
        boolean little = btf.order() == ByteOrder.LITTLE_ENDIAN;
        MemorySegment bytes = variable.bytes();
        long value = 0;
        for (int i = 0; i < count; i++) {
            long at = offsetBits + i;
            int inByte = (int) (little ? at % 8 : 7 - at % 8);
            long bit = bytes.get(ValueLayout.JAVA_BYTE, at / 8) >> inByte & 1;
            value |= bit << (little ? i : count - 1 - i);
        }
        return value;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Printable up to the first NUL, and nothing but NUL after it. */
    private static boolean isText(byte[] bytes) {
        boolean ended = false;
        for (byte b : bytes) {
            if (ended ? b != 0 : b != 0 && (b < ' ' || b > '~')) {
                return false;
            }
            ended |= b == 0;
        }
        return true;
    }

    private static String text(byte[] bytes) {
        String all = new String(bytes, StandardCharsets.US_ASCII);
        int end = all.indexOf('\0');
        return '"' + (end < 0 ? all : all.substring(0, end)) + '"';
    }
}
