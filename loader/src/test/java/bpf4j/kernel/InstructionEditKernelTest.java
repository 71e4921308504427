package bpf4j.kernel;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfFormatException;
import bpf4j.insn.Assembler;
import bpf4j.insn.Atomic;
import bpf4j.insn.Code;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.insn.Size;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.reloc.RelocationException;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled programs whose instructions were changed before load, in the kernel. */
@KernelTest
class InstructionEditKernelTest {

    private static final Code NOP =
            new Assembler().insn(Insn.of(Opcode.BPF_JMP | Opcode.BPF_JA, 0, 0, 0, 0)).assemble();

    /** Fixtures about what instructions refer to. */
    private static final List<String> KINDS = List.of("core_", "subprog_", "isa_", "extern_", "exception_",
            "struct_ops_kernel", "iterators", "data_sections");

    private static BpfObject variables() throws IOException {
        return BpfObject.read(Fixtures.nativeObject("variables"));
    }

    /** With a NOP before every instruction of every function, programs do what they did. */
    @ParameterizedTest
    @CsvSource({"variables, run, -3", "subprog_callback, sum_up, 51", "test_run, length, 50", "test_run, add_mark, 2"})
    void programsWorkWithCodeBetweenTheirInstructions(String fixture, String program, int expected) throws IOException {
        BpfObject original = BpfObject.read(Fixtures.nativeObject(fixture));
        BpfObject changed = withNops(original);
        try (LoadedObject before = original.load(); LoadedObject after = changed.load()) {
            assertEquals(expected, TestRun.once(before.program(program)));
            assertEquals(expected, TestRun.once(after.program(program)));
            assertEquals(List.of(), after.adaptations());
            int lines = after.program(program).info().lineInfoCount();
            assertTrue(lines > 0 && lines == before.program(program).info().lineInfoCount(), () -> lines + " lines");
        }
    }

    /** With a NOP before every instruction of every function; of functions of one name, of the first. */
    private static BpfObject withNops(BpfObject original) {
        BpfObject changed = original;
        Set<String> names = new HashSet<>();
        for (BpfFunction function : original.functions()) {
            if (names.add(function.name())) {
                changed = changed.withInstructions(function.name(), edit -> Disassembler.plain()
                        .lines(function.slots()).forEach(line -> edit.insert(line.insnIndex(), NOP)));
            }
        }
        return changed;
    }

    /** Relocations, callbacks, lines and all: what the verifier accepted it accepts. */
    @Test
    void whatLoadsStillLoads() throws IOException {
        String order = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o";
        int relocations = 0;
        List<String> loaded = new ArrayList<>();
        for (Path path : Fixtures.objects()) {
            String name = path.getFileName().toString();
            if (!name.endsWith(order) || KINDS.stream().noneMatch(name::startsWith)) {
                continue;
            }
            BpfObject object;
            try {
                object = BpfObject.read(path);
                object.load().close();
            } catch (KernelException | RelocationException | BtfFormatException | ObjectFormatException _) {
                continue;
            }
            withNops(object).load().close();
            loaded.add(name);
            relocations += object.functions().stream().mapToInt(f -> f.coreRelocations().size()).sum();
        }
        assertTrue(loaded.size() > 20, loaded::toString);
        assertTrue(relocations > 20, relocations + " relocations");
    }

    /** What a prologue does: something before the program, which gets its context all the same. */
    @Test
    void prologueUsesTheObjectsVariables() throws IOException {
        Code prologue = new Assembler().source("prologue.txt", 1, "runs += 100")
                .loadVariable(R0, "runs").mov(R2, 100).atomic(Atomic.ADD, Size.DW, R0, 0, R2).assemble();
        BpfObject object = variables().withInstructions("run", edit -> edit.insert(0, prologue));
        try (LoadedObject loaded = object.load()) {
            assertEquals(-3, TestRun.once(loaded.program("run")));
            assertEquals(101, loaded.variable("runs").getLong());
            List<String> sources = loaded.program("run").xlated().lines().stream().flatMap(l -> l.source().stream())
                    .map(Object::toString).toList();
            assertTrue(sources.contains("prologue.txt:1: runs += 100"), sources::toString);
        }
    }

    @Test
    void subprogramIsReplacedForItsCallers() throws IOException {
        BpfObject original = BpfObject.read(Fixtures.nativeObject("test_run"));
        BpfObject object = original.withInstructions("count", edit -> edit.replaceAll(
                new Assembler().mov(R0, -1).exit().assemble()));
        try (LoadedObject before = original.load(); LoadedObject after = object.load()) {
            assertEquals(3, TestRun.once(before.program("grow")));
            assertEquals(0, TestRun.once(after.program("grow")));
        }
    }

    @Test
    void constantOfAnInstructionIsReplaced() throws IOException {
        BpfObject original = BpfObject.read(Fixtures.nativeObject("test_run"));
        BpfFunction add = original.program("add_mark").function();
        int at = IntStream.range(0, add.slotCount())
                .filter(i -> Disassembler.plain().line(add.slots(), i).text().endsWith("= 0x2")).findFirst()
                .orElseThrow();
        BpfObject object = original.withInstructions("add_mark",
                edit -> edit.replace(at, new Assembler().mov(R0, 9).assemble()));
        try (LoadedObject loaded = object.load()) {
            assertEquals(9, TestRun.once(loaded.program("add_mark")));
        }
    }

    @Test
    void refusalNamesTheNewCode() throws IOException {
        Code wrong = new Assembler().source("prologue.txt", 4, "read nothing").mov(R6, 0).load(Size.DW, R1, R6, 0)
                .assemble();
        BpfObject object = variables().withInstructions("run", edit -> edit.insert(0, wrong));
        VerifierException e = assertThrows(VerifierException.class, () -> object.load().close());
        assertEquals("prologue.txt:4: read nothing", e.source().orElseThrow().toString());
    }
}
