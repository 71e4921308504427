package bpf4j.btf.structops;

import static bpf4j.btf.structops.Types.m;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStructOpsTest {

    record Malformed(String problem, ToIntFunction<Types> type) {
    }

    private final Types types = Types.create();

    @Test
    void looksThroughTypedefsAndQualifiers() {
        int struct = types.struct("ops", m("init", types.callback));
        int typedef = types.builder.add(new BtfType.Typedef("ops_t", types.builder.add(new BtfType.Volatile(struct))));
        int constant = types.builder.add(new BtfType.Const(typedef));
        int tagged = types.builder.add(new BtfType.TypeTag("tag", constant, false));

        LocalStructOps ops = types.variable("mine", tagged, Types.zero(8));

        assertEquals("mine", ops.variable());
        assertEquals(struct, ops.structId());
        assertEquals("ops", ops.struct().name());
    }

    static Stream<Malformed> malformedTypes() {
        return Stream.of(
                new Malformed("is a u32 and not a struct", t -> t.u32),
                new Malformed("is a u32 (*)(u64 argument) and not a struct", t -> t.callback),
                new Malformed("is a union ops and not a struct",
                        t -> t.builder.add(new BtfType.Union("ops", 8, false, List.of()))),
                new Malformed("is a struct ops and not a struct",
                        t -> t.builder.add(new BtfType.Fwd("ops", false))),
                new Malformed("has a struct without a name", t -> t.struct("", m("init", t.callback))),
                new Malformed("has 0x18 bytes and runs past the section's end",
                        t -> t.struct("ops", m("many", t.array(t.u64, 3)))),
                new Malformed("member 'late' runs past the struct's end",
                        t -> t.structAt("ops", 4, new BtfType.Member("late", t.u64, 0, 0))),
                new Malformed("member 'late' runs past the struct's end",
                        t -> t.structAt("ops", 4, new BtfType.Member("late", t.u32, 30, 3))),
                new Malformed("member 'late' runs past the struct's end",
                        t -> t.structAt("ops", 4, new BtfType.Member("late", t.array(t.u8, 0), 40, 0))),
                new Malformed("member 'odd' starts inside a byte",
                        t -> t.structAt("ops", 8, new BtfType.Member("odd", t.u32, 3, 0))),
                new Malformed("member 'second' overlaps the one before it",
                        t -> t.structAt("ops", 8, new BtfType.Member("first", t.u32, 0, 0),
                                new BtfType.Member("second", t.u32, 16, 0))),
                new Malformed("array's size overflows",
                        t -> t.structAt("ops", 8, new BtfType.Member("huge",
                                t.array(t.array(t.u64, 0xffff_ffffL), 0xffff_ffffL), 0, 0))),
                new Malformed("has a struct of 257 members",
                        t -> t.structAt("ops", 8, Collections.nCopies(257, new BtfType.Member("m", t.u8, 0, 0))
                                .toArray(BtfType.Member[]::new))),
                new Malformed("void has no size", t -> t.structAt("ops", 8, new BtfType.Member("none", 0, 0, 0))),
                new Malformed("nest deeper",
                        t -> t.builder.add(new BtfType.Typedef("self", t.builder.nextId()))));
    }

    @ParameterizedTest
    @MethodSource("malformedTypes")
    void refusesMalformedTypes(Malformed malformed) {
        int type = malformed.type().applyAsInt(types);
        BtfFormatException e =
                assertThrows(BtfFormatException.class, () -> types.variable("mine", type, Types.zero(16)));
        assertTrue(e.getMessage().contains(malformed.problem()), e.getMessage());
    }

    @Test
    void refusesWhatIsNoVariable() {
        int struct = types.struct("ops", m("init", types.callback));
        var btf = types.build(".BTF");
        assertThrows(BtfFormatException.class,
                () -> LocalStructOps.of(btf, struct, MemorySegment.ofArray(Types.zero(8)), 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 1, 9, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesOffsetsOutsideTheSection(long offsetBytes) {
        int struct = types.struct("ops", m("init", types.callback));
        int variable = types.builder.add(new BtfType.Var("mine", struct, BtfType.Var.GLOBAL));
        var btf = types.build(".BTF");
        assertThrows(BtfFormatException.class,
                () -> LocalStructOps.of(btf, variable, MemorySegment.ofArray(Types.zero(8)), offsetBytes));
    }

    @Test
    void readsItsOwnPartOfTheSection() {
        int struct = types.struct("ops", m("flags", types.u32));
        int variable = types.builder.add(new BtfType.Var("mine", struct, BtfType.Var.GLOBAL));
        byte[] section = {9, 9, 9, 9, 0, 0, 0, 0, 9};
        LocalStructOps ops = LocalStructOps.of(types.build(".BTF"), variable, MemorySegment.ofArray(section), 4);
        assertEquals(4, ops.bytes().byteSize());
        assertEquals(false, ops.hasValue(0));
    }

    private LocalStructOps twoSlots() {
        int struct = types.struct("ops", m("flags", types.u32), m("init", types.callback), m("exit", types.callback),
                m("owner", types.pointer(0)));
        return types.variable("mine", struct, Types.zero(32));
    }

    @Test
    void putsProgramsWhereRelocationsPoint() {
        LocalStructOps ops = twoSlots().withDeclaredProgram(8, "start").withDeclaredProgram(16, "stop");
        assertEquals(Map.of(1, "start", 2, "stop"), ops.programs());
        assertEquals(Optional.empty(), ops.program(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 9, 12, -8, 32, 0x1_0000_0008L, 0x2000_0000_0000_0001L, Long.MAX_VALUE})
    void refusesRelocationsBetweenMembers(long offsetBytes) {
        LocalStructOps ops = twoSlots();
        assertThrows(BtfFormatException.class, () -> ops.withDeclaredProgram(offsetBytes, "start"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 24})
    void refusesProgramsInOtherThanFunctionPointers(long offsetBytes) {
        LocalStructOps ops = twoSlots();
        BtfFormatException e =
                assertThrows(BtfFormatException.class, () -> ops.withDeclaredProgram(offsetBytes, "start"));
        assertTrue(e.getMessage().contains(offsetBytes == 0 ? "u32 flags" : "void *owner"), e.getMessage());
    }

    @Test
    void refusesTwoProgramsInOneSlot() {
        LocalStructOps ops = twoSlots().withDeclaredProgram(8, "start");
        BtfFormatException e = assertThrows(BtfFormatException.class, () -> ops.withDeclaredProgram(8, "other"));
        assertTrue(e.getMessage().contains("'start' and program 'other'"), e.getMessage());
    }

    @Test
    void remembersDisplacedPrograms() {
        LocalStructOps declared = twoSlots().withDeclaredProgram(8, "start").withDeclaredProgram(16, "stop");
        assertEquals(Set.of(), declared.displacedPrograms());
        assertEquals(Set.of("start"), declared.withProgram("init", "other").displacedPrograms());
        assertEquals(Set.of("start", "stop"),
                declared.withoutProgram("init").withoutProgram("exit").displacedPrograms());
        assertEquals(Set.of(), declared.withoutProgram("init").withProgram("init", "start").displacedPrograms());
        assertEquals(Map.of(1, "start", 2, "stop"), declared.programs(), "copies must leave the original alone");
    }

    @Test
    void changesDataInACopy() {
        LocalStructOps ops = twoSlots();
        LocalStructOps changed = ops.withBytes("flags", new byte[] {0, 0, 1, 0});
        assertTrue(changed.hasValue(0));
        assertEquals(false, ops.hasValue(0));
    }

    @Test
    void refusesEditsThatCannotBe() {
        LocalStructOps ops = twoSlots();
        for (Runnable edit : List.<Runnable>of(() -> ops.withProgram("flags", "start"),
                () -> ops.withProgram("owner", "start"), () -> ops.withProgram("none", "start"),
                () -> ops.withoutProgram("flags"), () -> ops.withBytes("init", new byte[8]),
                () -> ops.withBytes("flags", new byte[8]), () -> ops.withBytes("", new byte[4]))) {
            assertThrows(IllegalArgumentException.class, edit::run);
        }
    }
}
