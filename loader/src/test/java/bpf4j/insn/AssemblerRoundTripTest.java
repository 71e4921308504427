package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the disassembler reads, the assembler writes: each instruction comes out as it was. */
class AssemblerRoundTripTest {

    private static final long EXIT = Insn.of(Opcode.BPF_JMP | Opcode.BPF_EXIT, 0, 0, 0, 0);

    @Test
    void writesEveryInstruction() {
        int written = 0;
        for (long slot : DisassemblerOracleTest.everySlot().toArray()) {
            long[] slots = {slot, EXIT};
            String text = Disassembler.plain().line(slots, 0).text();
            if (!text.startsWith("unknown")) {
                Reassembly reassembly = new Reassembly(slots);
                assertArrayEquals(slots, reassembly.run().slots(), text);
                assertEquals(hasMethod(text) ? 2 : 1, reassembly.written(), text);
                written += reassembly.written() - 1;
            }
        }
        assertTrue(written > 2500, "only " + written);
    }

    /** Jumps out of the code have no label to go to, and calls of labels are no single instruction's matter. */
    private static boolean hasMethod(String text) {
        boolean jumps = text.matches("(.* )?(goto|gotol|may_goto) .*");
        return jumps ? text.endsWith(" +0") || text.endsWith(" -1")
                : !text.startsWith("callx") && !text.startsWith("gotox") && !text.matches("call ([+-]|kfunc).*");
    }

    static Stream<Path> objects() {
        return Fixtures.objects().stream();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void writesFixturesAnew(Path object) throws IOException {
        ElfFile elf = ElfFile.read(object);
        int instructions = 0;
        int written = 0;
        for (ElfSection section : elf.sections()) {
            if ((section.flags() & 0x4) != 0 && section.size() > 0) {
                long[] slots = Insn.decode(section.data(), elf.order());
                Reassembly reassembly = new Reassembly(slots);
                assertArrayEquals(slots, reassembly.run().slots(), section::name);
                instructions += (int) Disassembler.plain().lines(slots).stream()
                        .filter(line -> !line.text().matches("unknown .*|callx .*|call [+-].*")).count();
                written += reassembly.written() + reassembly.leaving();
            }
        }
        assertEquals(instructions, written);
    }
}
