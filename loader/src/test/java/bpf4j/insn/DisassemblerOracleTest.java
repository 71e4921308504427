package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with LLVM, which shows some things in another way but must read the same out of every instruction. */
class DisassemblerOracleTest {

    private static final Pattern DISTANCE = Pattern.compile("(goto|gotol|may_goto|call) ([+-]?)0x([0-9a-f]+)");

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    /** LLVM's text in our notation: distances decimal, no labels, full registers in loads and stores of any size. */
    static String ours(String llvm) {
        String text = llvm.replaceFirst(" <[^ ]*>$", "").replaceFirst("^w(\\d+ = \\*\\(u)", "r$1")
                .replaceFirst("^(\\*\\(u.*\\) = )w", "$1r");
        return DISTANCE.matcher(text).replaceAll(m ->
                m.group(1) + " " + (m.group(2).equals("-") ? "-" : "+") + Long.parseLong(m.group(3), 16));
    }

    /** As far as LLVM 19 has the instruction. */
    private static long[] everyInstruction() {
        return everySlot().filter(DisassemblerOracleTest::isKnownToBoth).toArray();
    }

    /** Every opcode with operands of every sort. */
    static LongStream everySlot() {
        int[][] operands = {{0, 0}, {0, 2}, {1, 0}, {1, 2}, {10, 9}};
        short[] offs = {0, 1, 8, 16, 32, -8, 0x7fff, -0x8000};
        int[] imms = {0, 1, 16, 32, 64, -1, 0x41, 0x51, 0xa1, 0xe1, 0xf1, 0x50, 0x10001, Integer.MIN_VALUE};
        LongStream.Builder slots = LongStream.builder();
        for (int opcode = 0; opcode < 256; opcode++) {
            for (int[] registers : operands) {
                for (short off : offs) {
                    for (int imm : imms) {
                        slots.add(Insn.of(opcode, registers[0], registers[1], off, imm));
                    }
                }
            }
        }
        return slots.build();
    }

    private static boolean isKnownToBoth(long slot) {
        String text = Disassembler.plain().line(new long[] {slot}, 0).text();
        return !text.startsWith("unknown") && !text.startsWith("call ") && !text.startsWith("gotox")
                && !text.matches(".*skb\\[r\\d+ \\+ .*");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsEveryInstructionAsLlvmDoes(ByteOrder order) throws Exception {
        long[] slots = everyInstruction();
        assertTrue(slots.length > 3000, () -> "only " + slots.length);
        SortedMap<Integer, String> llvm = LlvmObjdump.program(slots, order);
        for (int i = 0; i < slots.length; i++) {
            int index = i;
            assertEquals(ours(llvm.get(i)), Disassembler.plain().line(slots, i).text(),
                    () -> "slot 0x%016x".formatted(slots[index]));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void knowsEveryOpcodeThatLlvmKnows(ByteOrder order) throws Exception {
        long[] slots = LongStream.range(0, 256).filter(opcode -> opcode != 0x18).toArray();
        SortedMap<Integer, String> llvm = LlvmObjdump.program(slots, order);
        SortedMap<Long, String> onlyLlvm = new TreeMap<>();
        llvm.forEach((i, text) -> {
            if (!text.equals("<unknown>") && Disassembler.plain().line(slots, i).text().startsWith("unknown")) {
                onlyLlvm.put(slots[i], text);
            }
        });
        assertEquals(Map.of(), onlyLlvm);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 0x1_0000_0000L, 0xffff_ffffL, 0x1234_5678_9abc_def0L, Long.MIN_VALUE})
    void readsConstantsAsLlvmDoes(long value) throws Exception {
        for (ByteOrder order : orders().toList()) {
            long[] slots = Insn.loadImm64(7, 0, value);
            assertEquals(LlvmObjdump.program(slots, order).get(0), Disassembler.plain().line(slots, 0).text());
        }
    }

    static Stream<Path> fixtures() {
        return Fixtures.objects().stream().filter(p -> p.getFileName().toString().matches(
                "(isa|subprog|core_load_width).*"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void readsFixturesAsLlvmDoes(Path object) throws Exception {
        ElfFile elf = ElfFile.read(object);
        int compared = 0;
        for (var section : LlvmObjdump.sections(object).entrySet()) {
            long[] slots = Insn.decode(elf.section(section.getKey()).orElseThrow().data(), elf.order());
            for (Disassembler.Line line : Disassembler.plain().lines(slots)) {
                long slot = slots[line.insnIndex()];
                if (!Insn.isLoadImm64(slot) || Insn.src(slot) == 0) {
                    assertEquals(ours(section.getValue().get(line.insnIndex())),
                            line.text().replaceFirst("^call .*#(\\d+)$", "call +$1"));
                }
                compared++;
            }
        }
        assertTrue(compared > 0);
    }
}
