package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.Elf;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionReaderTest {

    private static final long EXIT = 0x95;

    private static String refusal(ElfBuilder elf) {
        return assertThrows(ObjectFormatException.class, elf::read).getMessage();
    }

    private static ElfBuilder function(long valueBytes, long sizeBytes) {
        ElfBuilder elf = new ElfBuilder();
        elf.symbol("f", elf.code("socket", EXIT, EXIT), valueBytes, sizeBytes, Elf.STT_FUNC, Elf.STB_GLOBAL, 0);
        return elf;
    }

    @Test
    void severalProgramsInOneSection() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("programs_one_section-el.o"));
        assertEquals(3, object.programs().size());
        int next = 0;
        for (ProgramSpec program : object.programs()) {
            BpfFunction function = program.function();
            assertEquals(next, function.sectionInsnIndex());
            next += function.slotCount();
            assertTrue(function.funcInfo().isPresent());
            assertFalse(function.lineInfo().isEmpty());
            long start = function.sectionInsnIndex() * 8L;
            assertEquals(start, function.lineInfo().getFirst().insnOffsetBytes());
            assertTrue(function.lineInfo().getLast().insnOffsetBytes() < start + function.slotCount() * 8L);
        }
    }

    @Test
    void sectionHasToBeWholeInstructions() {
        ElfBuilder elf = new ElfBuilder();
        elf.bytesOfCode("socket", new byte[12]);
        assertTrue(refusal(elf).contains("socket: size 0xc is no multiple of an instruction"));
    }

    @Test
    void functionHasToBeWholeInstructions() {
        assertTrue(refusal(function(0, 0)).contains("0x0 bytes at 0x0 of socket are no whole instructions"));
        assertTrue(refusal(function(0, 12)).contains("are no whole instructions"));
        assertTrue(refusal(function(4, 8)).contains("are no whole instructions"));
    }

    @Test
    void functionHasToLieInItsSection() {
        assertTrue(refusal(function(8, 16)).contains("0x10 bytes at 0x8 run past the end of socket at 0x10"));
        assertTrue(refusal(function(1L << 40, 8)).contains("run past the end"));
        assertTrue(refusal(function(-8, 8)).contains("run past the end"));
        assertTrue(refusal(function(8, Long.MAX_VALUE - 7)).contains("run past the end"));
        assertTrue(refusal(function(8, Long.MIN_VALUE)).contains("run past the end"));
    }

    @Test
    void functionsDoNotOverlap() {
        ElfBuilder elf = function(0, 16);
        elf.function("g", 1, 1, 1);
        assertTrue(refusal(elf).contains("function 'g': starts at 0x8 of socket, inside the function before it"));
    }

    @Test
    void staticFunctionStandsInTextOnly() {
        ElfBuilder elf = new ElfBuilder();
        elf.staticFunction("own", elf.code("socket", EXIT), 0, 1);
        assertTrue(refusal(elf).contains("function 'own': a static function outside .text"));
        for (String text : List.of(".text", ".text.unlikely")) {
            ElfBuilder sound = new ElfBuilder();
            sound.staticFunction("own", sound.code(text, EXIT), 0, 1);
            BpfObject object = sound.read();
            assertEquals(List.of(0, 1), List.of(object.programs().size(), object.functions().size()), text);
        }
    }

    @Test
    void textIsANameNotAPrefix() {
        ElfBuilder elf = new ElfBuilder();
        elf.function("p", elf.code(".textual", EXIT), 0, 1);
        assertEquals("p", elf.read().programs().getFirst().name());
    }

    @Test
    void visibilityOfSubprograms() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("subprog_weak-el.o"));
        assertTrue(object.functions().stream().anyMatch(f -> f.isWeak() && f.isGlobal()));
        assertTrue(object.functions().stream().anyMatch(BpfFunction::isHidden));
        assertEquals(1, object.programs().size());
    }

    @Test
    void programsHaveDifferentNames() {
        ElfBuilder elf = new ElfBuilder();
        elf.function("p", elf.code("socket", EXIT), 0, 1);
        elf.function("p", elf.code("xdp", EXIT), 0, 1);
        assertTrue(refusal(elf).contains("program 'p': there are two of that name"));
    }

    @Test
    void staticSubprogramsMayShareAName() {
        ElfBuilder elf = new ElfBuilder();
        elf.staticFunction("own", elf.code(".text", EXIT), 0, 1);
        elf.staticFunction("own", elf.code(".text.unlikely", EXIT), 0, 1);
        assertEquals(2, elf.read().functions().size());
    }

    @Test
    void lineOfAnInstructionIsTheLastBeforeIt() throws IOException {
        BpfFunction function = BpfObject.read(Fixtures.object("verifier_refused-el.o"))
                .program("reads_past_the_end").function();
        assertEquals(function.lineInfo().getFirst(), function.lineAt(0).orElseThrow());
        assertEquals(function.lineInfo().getLast(), function.lineAt(function.slotCount() - 1).orElseThrow());
        for (int i = 0; i < function.slotCount(); i++) {
            assertTrue(function.lineAt(i).orElseThrow().insnOffsetBytes() <= (function.sectionInsnIndex() + i) * 8L);
        }
    }
}
