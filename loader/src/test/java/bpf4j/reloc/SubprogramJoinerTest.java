package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Insn;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.ElfBuilder;
import bpf4j.object.Reference;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubprogramJoinerTest {

    private static final long EXIT = Insn.of(0x95, 0, 0, 0, 0);
    private static final KernelTypes NO_TYPES = KernelTypes.of(new BtfBuilder().build(ByteOrder.LITTLE_ENDIAN, "none"));

    private static Map<String, RelocatedProgram> programs(BpfObject object) {
        Map<String, RelocatedProgram> result = new HashMap<>();
        RelocatedObject.relocate(object, NO_TYPES).programs().forEach(p -> result.put(p.name(), p));
        return result;
    }

    private static BpfObject fixture(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> parts(RelocatedProgram program) {
        return program.parts().stream().map(RelocatedProgram.Part::name).toList();
    }

    private static long call(int imm) {
        return Insn.of(0x85, 0, 1, 0, imm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-el.o", "-eb.o"})
    void appendsDepthFirstByFirstCallForEachProgram(String order) {
        Map<String, RelocatedProgram> programs = programs(fixture("subprog_order" + order));
        assertEquals(List.of("forward", "a", "c", "b", "d"), parts(programs.get("forward")));
        assertEquals(List.of("backward", "d", "b", "a", "c"), parts(programs.get("backward")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"subprog_order-el.o", "subprog_text-el.o", "subprog_callback-el.o", "subprog_weak-el.o",
        "subprog_text_unlikely-el.o", "subprog_data-el.o", "programs_one_section-el.o"})
    void callsAndAddressesReachTheStartOfTheirFunction(String name) {
        BpfObject object = fixture(name);
        for (RelocatedProgram program : programs(object).values()) {
            Map<String, Integer> starts = new HashMap<>();
            program.parts().forEach(p -> starts.put(p.name(), p.insnIndex()));
            int checked = 0;
            for (RelocatedProgram.Part part : program.parts()) {
                BpfFunction function = object.functions().stream().filter(f -> f.name().equals(part.name()))
                        .findFirst().orElseThrow();
                for (Reference reference : function.references()) {
                    int at = part.insnIndex() + reference.insnIndex();
                    long slot = program.slots()[at];
                    Integer target = switch (reference) {
                        case Reference.CallReference c -> starts.get(object.functions().get(c.function()).name());
                        case Reference.FunctionReference f -> starts.get(object.functions().get(f.function()).name());
                        default -> null;
                    };
                    if (target != null) {
                        assertEquals(target, at + 1 + Insn.imm(slot));
                        assertTrue(Insn.isPseudoCall(slot) || Insn.isPseudoFunc(slot));
                        checked++;
                    }
                }
            }
            assertEquals(program.parts().size() > 1, checked > 0);
        }
    }

    @Test
    void codeIsThePartsOneAfterTheOther() {
        RelocatedProgram program = programs(fixture("subprog_text-el.o")).get("one");
        int next = 0;
        for (RelocatedProgram.Part part : program.parts()) {
            assertEquals(next, part.insnIndex());
            next += part.slotCount();
        }
        assertEquals(next, program.slots().length);
        assertEquals(new HashSet<>(parts(program)).size(), program.parts().size());
    }

    @Test
    void unusedSubprogramIsLeftOut() {
        BpfObject object = fixture("subprog_weak-el.o");
        RelocatedProgram program = programs(object).values().iterator().next();
        assertTrue(program.parts().size() < object.functions().size());
    }

    @Test
    void referencesMoveWithTheirFunction() {
        BpfObject object = fixture("subprog_data-el.o");
        for (RelocatedProgram program : programs(object).values()) {
            int last = -1;
            for (Reference reference : program.references()) {
                assertTrue(reference.insnIndex() > last);
                last = reference.insnIndex();
                assertTrue(Insn.isLoadImm64(program.slots()[reference.insnIndex()]));
            }
            assertTrue(last > program.parts().getFirst().slotCount(), program::toString);
        }
    }

    @Test
    void funcInfoHasOneRecordForEachPart() {
        BpfObject object = fixture("subprog_order-el.o");
        Btf btf = object.btf().orElseThrow();
        for (RelocatedProgram program : programs(object).values()) {
            assertEquals(program.parts().stream().map(RelocatedProgram.Part::insnIndex).toList(),
                    program.funcInfo().stream().map(RelocatedProgram.Func::insnIndex).toList());
            assertEquals(parts(program), program.funcInfo().stream().map(f -> btf.nameOf(f.typeId())).toList());
        }
    }

    @Test
    void lineInfoIsRebasedAndComplete() {
        BpfObject object = fixture("subprog_order-el.o");
        Map<String, BpfFunction> functions = new HashMap<>();
        object.functions().forEach(f -> functions.put(f.name(), f));
        for (RelocatedProgram program : programs(object).values()) {
            assertEquals(program.parts().stream().mapToInt(p -> functions.get(p.name()).lineInfo().size()).sum(),
                    program.lineInfo().size());
            for (RelocatedProgram.Part part : program.parts()) {
                assertEquals(functions.get(part.name()).lineInfo().getFirst().line(),
                        program.lineAt(part.insnIndex()).orElseThrow().source(object.btf().orElseThrow()).line());
                assertEquals(part, program.partAt(part.insnIndex() + part.slotCount() - 1).orElseThrow());
            }
            int last = -1;
            for (RelocatedProgram.Line line : program.lineInfo()) {
                assertTrue(line.insnIndex() > last && line.insnIndex() < program.slots().length);
                last = line.insnIndex();
            }
        }
    }

    @Test
    void programWithoutInfoGoesWithoutIt() {
        RelocatedProgram program = programs(fixture("btf_without_ext-el.o")).values().iterator().next();
        assertEquals(List.of(0, 0), List.of(program.funcInfo().size(), program.lineInfo().size()));
    }

    @Test
    void relocationsInsideSubprogramsAreApplied() {
        BpfObject object = fixture("subprog_core-el.o");
        assertTrue(object.functions().stream().anyMatch(
                f -> f.section().equals(".text") && !f.coreRelocations().isEmpty()));
        for (RelocatedProgram program : programs(object).values()) {
            for (RelocatedProgram.Part part : program.parts()) {
                BpfFunction function = object.functions().stream().filter(f -> f.name().equals(part.name()))
                        .findFirst().orElseThrow();
                long[] code = Arrays.copyOfRange(program.slots(), part.insnIndex(),
                        part.insnIndex() + part.slotCount());
                function.coreRelocations().forEach(r -> {
                    int at = (int) (r.insnOffsetBytes() / 8) - function.sectionInsnIndex();
                    assertTrue(code[at] != function.slots()[at], function.name() + " " + r);
                });
            }
        }
    }

    @Test
    void recursionIsTheVerifiersAffair() {
        ElfBuilder elf = new ElfBuilder();
        int section = elf.code("socket", call(-1), EXIT);
        int text = elf.code(".text", call(1), EXIT, call(-3), EXIT);
        int even = elf.function("even", text, 0, 2);
        elf.function("odd", text, 2, 2);
        elf.function("p", section, 0, 2);
        elf.relocation(section, 0, even);
        RelocatedProgram program = programs(elf.read()).get("p");
        assertEquals(List.of("p", "even", "odd"), parts(program));
        assertArrayEquals(new long[] {call(1), EXIT, call(1), EXIT, call(-3), EXIT}, program.slots());
    }

    @Test
    void programThatCallsAnother() {
        ElfBuilder elf = new ElfBuilder();
        int section = elf.code("socket", call(1), EXIT, EXIT);
        elf.function("p", section, 0, 2);
        elf.function("q", section, 2, 1);
        Map<String, RelocatedProgram> programs = programs(elf.read());
        assertEquals(List.of("p", "q"), parts(programs.get("p")));
        assertEquals(List.of("q"), parts(programs.get("q")));
    }

    /** A chain of calls, each function calling the next. */
    private static BpfObject chain(int functions, int slotsEach) {
        ElfBuilder elf = new ElfBuilder();
        long[] code = new long[functions * slotsEach];
        Arrays.fill(code, EXIT);
        for (int i = 0; i < functions - 1; i++) {
            code[i * slotsEach] = call(slotsEach - 1);
        }
        int text = elf.code(".text", code);
        int first = elf.function("f0", text, 0, slotsEach);
        IntStream.range(1, functions).forEach(i -> elf.function("f" + i, text, (long) i * slotsEach, slotsEach));
        int section = elf.code("socket", call(-1), EXIT);
        elf.function("p", section, 0, 2);
        elf.relocation(section, 0, first);
        return elf.read();
    }

    @Test
    void chainLongerThanAStackIsDeep() {
        BpfObject object = chain(50_000, 2);
        assertTimeout(Duration.ofSeconds(5), () -> assertEquals(50_001, programs(object).get("p").parts().size()));
    }

    @Test
    void programThatNoKernelWouldTakeIsRefused() {
        BpfObject object = chain(3, 400_000);
        RelocationException e = assertThrows(RelocationException.class, () -> programs(object));
        assertEquals("program 'p'", e.subject());
        assertTrue(e.getMessage().contains("more than 1000000 instructions"));
    }
}
