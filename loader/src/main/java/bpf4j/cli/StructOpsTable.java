package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.btf.structops.MemberOutcome;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The members of a struct_ops variable with what the object puts into them, and where a kernel is known, what that
 * has for them and what becomes of each.
 */
final class StructOpsTable {

    private static final String NONE = "-";
    private static final List<String> LOCAL = List.of("OFFSET", "SIZE", "KIND", "MEMBER", "VALUE");
    private static final List<String> KERNEL = List.of("KERNEL: OFFSET", "SIZE", "KIND", "OUTCOME");

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

    /**
     * Makes the table.
     *
     * @param variable the variable
     * @param plan what becomes of it in a kernel; without one, the columns about the kernel are left out
     * @return one row for each member
     */
    static Table of(LocalStructOps variable, Optional<StructOpsPlan> plan) {
        List<String> headers = new ArrayList<>(LOCAL);
        plan.ifPresent(_ -> headers.addAll(KERNEL));
        Table table = new Table(headers.toArray(String[]::new));
        StructOpsTable members = new StructOpsTable(variable);
        for (int i = 0; i < variable.struct().members().size(); i++) {
            int index = i;
            List<Object> row = new ArrayList<>(members.local(index));
            plan.ifPresent(known -> row.addAll(kernel(known, known.outcomes().get(index))));
            table.row(row.toArray());
        }
        return table;
    }

    private List<Object> local(int index) {
        BtfType.Member member = variable.struct().members().get(index);
        String declaration = CPrinter.declare(btf, member.typeId(), member.name());
        return List.of(member.offsetBits() / 8, btf.sizeBytes(member.typeId()), kind(btf, member),
                member.isBitfield() ? declaration + " : " + member.bitfieldBits() : declaration,
                variable.program(index).map(program -> "program '" + program + "'").orElseGet(() -> value(member)));
    }

    /** The kernel's member is found by name, as the matcher does; offsets are in the struct, not in the map's value. */
    private static List<Object> kernel(StructOpsPlan plan, MemberOutcome outcome) {
        Btf kernel = plan.kernel().btf();
        Optional<BtfType.Member> found = plan.kernel().opsType().members().stream()
                .filter(member -> member.name().equals(outcome.member())).findFirst();
        return List.of(found.map(member -> Long.toString(member.offsetBits() / 8)).orElse(NONE),
                found.map(member -> Long.toString(kernel.sizeBytes(member.typeId()))).orElse(NONE),
                found.map(member -> kind(kernel, member)).orElse(NONE), text(outcome));
    }

    private static String kind(Btf btf, BtfType.Member member) {
        return KernelTables.shortened(btf.stripped(member.typeId()).kind().name(), "BTF_KIND_");
    }

    private static String text(MemberOutcome outcome) {
        return switch (outcome) {
            case MemberOutcome.Copy _ -> "copied";
            case MemberOutcome.ProgramSlot _ -> "gets the program";
            case MemberOutcome.NullPointer _ -> "stays null";
            case MemberOutcome.Skipped skipped -> "left out: " + skipped.reason();
            case MemberOutcome.Refused refused -> "refused: " + refused.reason();
        };
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
            case BtfType.Ptr _ -> NONE;
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
