package bpf4j.object;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreRelocation;
import bpf4j.insn.Assembler;
import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import bpf4j.insn.Condition;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InstructionEditTest {

    /** A jump to the next instruction. */
    private static final Code NOP =
            new Assembler().insn(Insn.of(Opcode.BPF_JMP | Opcode.BPF_JA, 0, 0, 0, 0)).assemble();
    private static final MapSpec MAP = MapSpec.of("sums", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1);

    /** A loop that jumps back and forth over a two-slot load and a call. */
    private static final BpfObject LOOP = BpfObject.builder("loop").map(MAP)
            .program("main", "socket", new Assembler()
                    .source("loop.txt", 1, "first").mov(R6, 3)
                    .label("next").source("loop.txt", 2, "second").jumpIf(R6, Condition.EQ, 0, "out").add(R6, -1)
                    .loadMap(R1, "sums").callFunction("other").jump("next")
                    .label("out").source("loop.txt", 3, "third").mov(R0, 0).exit().assemble())
            .subprogram("other", new Assembler().mov(R0, 0).exit().assemble()).build();

    private static BpfFunction edited(Consumer<InstructionEdit> change) {
        return LOOP.withInstructions("main", change).functions().getFirst();
    }

    private static List<String> text(BpfFunction function) {
        return Disassembler.plain().lines(function.slots()).stream().map(Disassembler.Line::text).toList();
    }

    private static List<String> lines(BpfObject object) {
        Btf btf = object.btf().orElseThrow();
        BpfFunction function = object.functions().getFirst();
        return function.lineInfo().stream().map(line -> "%d %s".formatted(
                line.insnOffsetBytes() / 8 - function.sectionInsnIndex(), btf.stringAt(line.lineOffset()))).toList();
    }

    @Test
    void jumpsGoWhereTheyWent() {
        BpfFunction function = edited(edit -> edit.insert(1, NOP).insert(3, NOP).insert(3, NOP).insert(7, NOP));
        assertEquals(List.of("r6 = 0x3", "goto +0", "if r6 == 0x0 goto +7", "r6 += -0x1", "goto +0", "goto +0",
                "r1 = 0x0 ll", "call -1", "goto -9", "goto +0", "r0 = 0x0", "exit"), text(function));
        assertEquals(List.of(new Reference.MapReference(6, "sums"), new Reference.CallReference(8, 1)),
                function.references());
    }

    @Test
    void unchangedIsTheSame() {
        BpfFunction function = edited(_ -> { });
        assertArrayEquals(LOOP.functions().getFirst().slots(), function.slots());
        assertEquals(LOOP.functions().getFirst().references(), function.references());
        assertEquals(LOOP.functions().getFirst().lineInfo(), function.lineInfo());
    }

    @Test
    void replacedInstructionTakesItsReferenceAlong() {
        BpfFunction function = edited(edit -> edit.replace(3, new Assembler().mov(R1, 5).assemble()));
        assertEquals(List.of("r6 = 0x3", "if r6 == 0x0 goto +4", "r6 += -0x1", "r1 = 0x5", "call -1", "goto -5",
                "r0 = 0x0", "exit"), text(function));
        assertEquals(List.of(new Reference.CallReference(4, 1)), function.references());
    }

    @Test
    void newCodeMayReferToWhatTheObjectHas() {
        Code code = new Assembler().loadMap(R1, "sums").callFunction("other").callKfunc("bpf_rcu_read_lock").assemble();
        BpfObject changed = LOOP.withInstructions("main", edit -> edit.insert(0, code));
        assertEquals(List.of(new Reference.MapReference(0, "sums"), new Reference.CallReference(2, 1),
                new Reference.ExternReference(3, "bpf_rcu_read_lock"), new Reference.MapReference(7, "sums"),
                new Reference.CallReference(9, 1)), changed.functions().getFirst().references());
        assertEquals(List.of(new Extern.Kfunc("bpf_rcu_read_lock", false, 0)), changed.externs());
        assertSame(changed.functions().getFirst(), changed.program("main").function());
        assertEquals(List.of(), LOOP.externs());
        assertEquals(LOOP.functions().get(1), changed.functions().get(1));
    }

    @Test
    void linesFollowTheirInstructions() {
        assertEquals(List.of("0 first", "1 second", "7 third"), lines(LOOP));
        Code sourced = new Assembler().mov(R0, 1).source("new.txt", 1, "new").mov(R0, 2).assemble();
        assertEquals(List.of("0 first", "1 second", "9 third"),
                lines(LOOP.withInstructions("main", edit -> edit.insert(1, NOP).insert(5, NOP))));
        assertEquals(List.of("0 first", "1 second", "4 new", "5 second", "9 third"),
                lines(LOOP.withInstructions("main", edit -> edit.insert(3, sourced))));
        assertEquals(List.of("0 first", "1 new", "2 first", "3 second", "9 third"),
                lines(LOOP.withInstructions("main", edit -> edit.insert(0, sourced))));
        assertEquals(List.of("0 first", "1 second", "3 new", "4 second", "8 third"),
                lines(LOOP.withInstructions("main", edit -> edit.replace(2, sourced))));
        assertEquals(List.of("0 first", "1 second", "7 third", "8 new", "9 third"),
                lines(LOOP.withInstructions("main", edit -> edit.replace(7, sourced))));
        assertEquals(List.of("0 first", "1 new"),
                lines(LOOP.withInstructions("main", edit -> edit.replaceAll(sourced))));
    }

    @Test
    void wholeFunctionIsReplaced() {
        BpfFunction function = edited(edit -> edit.replaceAll(new Assembler().mov(R0, 7).exit().assemble()));
        assertEquals(List.of("r0 = 0x7", "exit"), text(function));
        assertEquals(List.of(), function.references());
        assertEquals(LOOP.functions().getFirst().funcInfo(), function.funcInfo());
    }

    /** A change that cannot be, and what is said of it. */
    private record Mistake(String message, Consumer<InstructionEdit> change) {

        @Override
        public String toString() {
            return message;
        }
    }

    static Stream<Mistake> mistakes() {
        Code own = new Assembler().callFunction("own").exit().label("own").exit().assemble();
        Code[] far = {new Assembler().insn(new long[40_000]).assemble()};
        return Stream.of(
                new Mistake("function 'main': instruction 1 is replaced twice",
                        edit -> edit.replace(1, NOP).replace(1, NOP)),
                new Mistake("function 'main': slot 4 is the second of an instruction", edit -> edit.insert(4, NOP)),
                new Mistake("function 'main': slot 4 is the second of an instruction", edit -> edit.replace(4, NOP)),
                new Mistake("function 'main': the code has functions of its own: 'own'", edit -> edit.insert(0, own)),
                new Mistake("function 'main': all instructions are replaced, and some are changed besides",
                        edit -> edit.replaceAll(NOP).insert(0, NOP)),
                new Mistake("loop: function 'main': instruction 0: r1 = sum ll: there is no map 'sum'; near: sums",
                        edit -> edit.insert(0, new Assembler().loadMap(R1, "sum").assemble())),
                new Mistake("loop: function 'main': instruction 0: call main: 'main' is a program and cannot be called",
                        edit -> edit.insert(0, new Assembler().callFunction("main").assemble())),
                new Mistake("loop: function 'main': instruction 0: call +1: it names no function of the object",
                        edit -> edit.insert(0, new Assembler().insn(Insn.of(0x85, 0, 1, 0, 1)).assemble())),
                new Mistake("function 'main': instruction 1: if r6 == 0x0 goto +5: with what is put in it has to jump "
                        + "40005 slots, which does not fit 16 bits", edit -> edit.insert(5, far[0])));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreNamed(Mistake mistake) {
        assertEquals(mistake.message, assertThrows(IllegalArgumentException.class,
                () -> LOOP.withInstructions("main", mistake.change)).getMessage());
    }

    @Test
    void whatIsNotThere() {
        assertTrue(assertThrows(NoSuchElementException.class, () -> LOOP.withInstructions("man", _ -> { })).getMessage()
                .contains("no function 'man', only [main, other]"));
        assertThrows(IndexOutOfBoundsException.class, () -> edited(edit -> edit.insert(9, NOP)));
        assertThrows(IndexOutOfBoundsException.class, () -> edited(edit -> edit.replace(-1, NOP)));
        BpfObject wild = BpfObject.builder("wild").program("main", "socket",
                new Assembler().insn(Insn.of(5, 0, 0, 7, 0)).exit().assemble()).build();
        assertTrue(assertThrows(AssemblyException.class, () -> wild.withInstructions("main", _ -> { })).getMessage()
                .contains("goto +7: it jumps out of the function"));
    }

    /** Everything that compilers write: with a NOP before every instruction, it is the same without the NOPs. */
    @Test
    void compiledFunctionsAreTheSameWithoutWhatIsPutIn() throws IOException {
        List<Path> objects = Fixtures.objects();
        int checked = 0;
        int relocations = 0;
        for (Path path : objects) {
            BpfObject object = read(path);
            for (BpfFunction function : object == null ? List.<BpfFunction>of() : object.functions()) {
                if (function.name().equals("jump_out_of_range")) {
                    continue;
                }
                List<Integer> starts = Disassembler.plain().lines(function.slots()).stream()
                        .map(Disassembler.Line::insnIndex).toList();
                BpfObject changed = object.withInstructions(function.name(),
                        edit -> starts.forEach(at -> edit.insert(at, NOP)));
                BpfFunction longer = changed.functions().get(object.functions().indexOf(function));
                if (longer == function) {
                    continue;
                }
                assertEquals(function.slotCount() + starts.size(), longer.slotCount());
                int[] places = new int[longer.slotCount()];
                for (int i = 0; i < starts.size(); i++) {
                    places[starts.get(i) + i] = starts.get(i);
                    places[starts.get(i) + i + 1] = starts.get(i);
                }
                assertArrayEquals(function.slots(), without(longer, starts), () -> path + ": " + function.name());
                assertEquals(function.references(), longer.references().stream()
                        .map(r -> r.movedBy(places[r.insnIndex()] - r.insnIndex())).toList());
                assertEquals(function.coreRelocations(), longer.coreRelocations().stream().map(r -> new CoreRelocation(
                        (function.sectionInsnIndex() + places[(int) r.insnOffsetBytes() / 8
                                - function.sectionInsnIndex()]) * 8L, r.typeId(), r.access(), r.kind())).toList());
                assertEquals(function.lineInfo().size(), longer.lineInfo().size());
                checked++;
                relocations += function.coreRelocations().size();
            }
        }
        assertTrue(checked > 200 && relocations > 50, checked + " functions, " + relocations);
    }

    private static BpfObject read(Path path) {
        try {
            return BpfObject.read(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Takes the NOPs out by hand: the slots between them, with jumps over as many fewer. */
    private static long[] without(BpfFunction function, List<Integer> starts) {
        long[] slots = function.slots();
        int[] nopsBefore = new int[slots.length + 1];
        boolean[] nop = new boolean[slots.length];
        for (int i = 0; i < starts.size(); i++) {
            nop[starts.get(i) + i] = true;
        }
        for (int i = 0; i < slots.length; i++) {
            nopsBefore[i + 1] = nopsBefore[i] + (nop[i] ? 1 : 0);
        }
        List<Long> result = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            if (nop[i]) {
                continue;
            }
            String text = Disassembler.plain().line(slots, i).text();
            boolean second = i > 0 && !nop[i - 1];
            if (!second && text.matches(".*goto(l)? [+-]\\d+")) {
                int distance = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
                int target = i + 1 + distance;
                assertTrue(nop[target], text);
                int shorter = distance - (nopsBefore[target] - nopsBefore[i + 1]);
                result.add(text.startsWith("gotol") ? Insn.withImm(slots[i], shorter)
                        : Insn.withOff(slots[i], shorter));
            } else {
                result.add(slots[i]);
            }
        }
        return result.stream().mapToLong(Long::longValue).toArray();
    }
}
