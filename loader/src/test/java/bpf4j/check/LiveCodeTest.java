package bpf4j.check;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R6;
import static bpf4j.insn.Register.R10;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Arithmetic;
import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.insn.Condition;
import bpf4j.insn.Insn;
import bpf4j.insn.Size;
import bpf4j.object.BpfObject;
import bpf4j.object.BpfObjectBuilder;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.reloc.ExternResolver;
import bpf4j.reloc.ExternSurvey;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocatedProgram;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which instructions the verifier comes to. Those that it must not come to use a map that is not created. */
class LiveCodeTest {

    private static final String GONE = "gone";
    private static final KernelTypes NO_TYPES =
            KernelTypes.of(new BtfBuilder().build(ByteOrder.nativeOrder(), "vmlinux"));
    private static final MapSpec CONSTANTS = withContents("constants", true);
    private static final MapSpec VARIABLES = withContents("variables", false);

    private static MapSpec withContents(String name, boolean frozen) {
        MapSpec map = MapSpec.of(name, MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1);
        return new MapSpec(map.name(), map.kernelName(), map.type(), 4, 8, 1, 0, 0, 0, 0, 0, false, Optional.empty(),
                Optional.empty(), new MapContents.Data("." + name, MemorySegment.ofArray(
                        new byte[] {1, 2, 0, 0, -1, -1, -1, -1}), 8, frozen), true);
    }

    private static ProgramFacts facts(UnaryOperator<BpfObjectBuilder> more, Code code) {
        BpfObject object = more.apply(BpfObject.builder("walk").license("GPL").map(CONSTANTS).map(VARIABLES)
                .map(MapSpec.of(GONE, MapType.BPF_MAP_TYPE_ARRAY, 4, 4, 1)).program("main", "xdp", code)).build()
                .withMap(GONE, map -> map.withCreate(false));
        RelocatedProgram program = RelocatedObject.relocate(object, NO_TYPES).programs().getFirst();
        ExternSurvey externs = ExternResolver.survey(object, TargetKernel.of("test", NO_TYPES).facts());
        return new ProgramFacts(program, object, externs);
    }

    /** {@return whether the walk comes to what must not be reached} */
    private static boolean reaches(UnaryOperator<BpfObjectBuilder> more, Code code) {
        ProgramFacts facts = facts(more, code);
        LiveCode live = LiveCode.of(facts, false);
        assertTrue(live.isComplete());
        assertEquals(1, facts.poisons().size());
        return live.reaches(facts.poisons().keySet().iterator().next());
    }

    private static boolean reaches(Assembler start) {
        return reaches(b -> b, poisonUnlessJumped(start));
    }

    /** Who does not jump to "good" comes to the map. */
    private static Code poisonUnlessJumped(Assembler start) {
        return start.loadMap(R1, GONE).label("good").mov(R0, 0).exit().assemble();
    }

    @ParameterizedTest
    @CsvSource({"EQ, 5, false", "EQ, 4, true", "NE, 4, false", "GT, 4, false", "GT, -1, true", "SGT, -1, false",
        "SLT, 6, false", "SET, 4, false", "SET, 2, true", "LE, 5, false", "LT, 5, true", "GE, 6, true",
        "SGE, 5, false", "SLE, 4, true"})
    void jumpOnANumberGoesOneWay(Condition condition, int number, boolean reached) {
        assertEquals(reached, reaches(new Assembler().mov(R1, 5).jumpIf(R1, condition, number, "good")));
        assertEquals(reached, reaches(new Assembler().mov(R1, 5).jumpIf32(R1, condition, number, "good")));
    }

    @Test
    void jumpOnAnythingElseGoesBothWays() {
        assertTrue(reaches(new Assembler().load(Size.W, R2, R1, 0).jumpIf(R2, Condition.EQ, 0, "good")));
        assertTrue(reaches(new Assembler().call("bpf_ktime_get_ns").jumpIf(R0, Condition.NE, 0, "good")));
    }

    @ParameterizedTest
    @CsvSource({"ADD, 8", "SUB, 2", "MUL, 15", "OR, 7", "AND, 1", "XOR, 6", "LSH, 40", "RSH, 0", "DIV, 1", "MOD, 2"})
    void arithmeticWithNumbersIsDone(Arithmetic operation, int result) {
        assertFalse(reaches(new Assembler().mov(R1, 5).alu(operation, R1, 3).jumpIf(R1, Condition.EQ, result, "good")));
        assertFalse(reaches(new Assembler().mov(R1, 5).mov(R2, 3).alu32(operation, R1, R2)
                .jumpIf(R1, Condition.EQ, result, "good")));
    }

    @Test
    void nothingOfAnUnknownNumberIsLeftByZero() {
        assertFalse(reaches(new Assembler().load(Size.DW, R2, R1, 0).alu(Arithmetic.AND, R2, 0)
                .jumpIf(R2, Condition.EQ, 0, "good")));
    }

    @Test
    void addressesAreNotNull() {
        assertFalse(reaches(new Assembler().jumpIf(R10, Condition.NE, 0, "good")), "the stack");
        assertFalse(reaches(new Assembler().jumpIf(R1, Condition.NE, 0, "good")), "the context");
        assertFalse(reaches(new Assembler().loadMap(R2, "variables").jumpIf(R2, Condition.NE, 0, "good")), "a map");
    }

    @Test
    void stackRemembersNumbers() {
        assertFalse(reaches(new Assembler().store(Size.W, R10, -8, 5).load(Size.W, R2, R10, -8)
                .jumpIf(R2, Condition.EQ, 5, "good")));
        assertTrue(reaches(new Assembler().store(Size.DW, R10, -8, 5).store(Size.B, R10, -4, 1)
                .load(Size.DW, R2, R10, -8).jumpIf(R2, Condition.EQ, 5, "good")), "overwritten in part");
        assertTrue(reaches(new Assembler().store(Size.DW, R10, -8, 5).mov(R1, R10).add(R1, -16).mov(R2, 16)
                .call("bpf_get_current_comm").load(Size.DW, R2, R10, -8).jumpIf(R2, Condition.EQ, 5, "good")),
                "overwritten by a helper");
    }

    @Test
    void storesToAnUnknownPlaceOnTheStackForgetIt() {
        assertTrue(reaches(new Assembler().store(Size.DW, R10, -8, 5).load(Size.W, R2, R1, 0).mov(R6, R10)
                .alu(Arithmetic.ADD, R6, R2).store(Size.B, R6, -16, 1).load(Size.DW, R2, R10, -8)
                .jumpIf(R2, Condition.EQ, 5, "good")));
    }

    @Test
    void onlyReadOnlyDataIsKnown() {
        assertFalse(reaches(new Assembler().loadMapValue(R2, "constants", 0).load(Size.H, R2, R2, 0)
                .jumpIf(R2, Condition.EQ, 0x201, "good")));
        assertFalse(reaches(new Assembler().loadMapValue(R2, "constants", 4).loadSigned(Size.H, R2, R2, 0)
                .jumpIf(R2, Condition.EQ, -1, "good")));
        assertTrue(reaches(new Assembler().loadMapValue(R2, "variables", 0).load(Size.H, R2, R2, 0)
                .jumpIf(R2, Condition.EQ, 0x201, "good")));
    }

    @Test
    void whatAConditionSaysIsKnownBehindIt() {
        assertFalse(reaches(new Assembler().load(Size.W, R2, R1, 0).jumpIf(R2, Condition.NE, 7, "good")
                .jumpIf(R2, Condition.EQ, 7, "good")));
    }

    @Test
    void staticSubprogramsKnowTheirCallers() {
        Code code = new Assembler().mov(R1, 5).callFunction("same").jumpIf(R0, Condition.EQ, 5, "good")
                .loadMap(R1, GONE).label("good").mov(R0, 0).exit().label("same").mov(R0, R1).exit().assemble();
        assertFalse(reaches(b -> b, code));
    }

    @Test
    void subprogramsThatNobodyCallsAreNotReached() {
        Code main = new Assembler().mov(R1, 5).jumpIf(R1, Condition.EQ, 5, "end").callFunction("other").label("end")
                .mov(R0, 0).exit().assemble();
        assertFalse(reaches(b -> b.subprogram("other", poisonUnlessJumped(new Assembler())), main));
    }

    @Test
    void callbacksAreReachedWhereTheirAddressIsTaken() {
        Code code = new Assembler().mov(R1, 3).loadFunction(R2, "step").call("bpf_loop").mov(R0, 0).exit()
                .label("step").loadMap(R1, GONE).mov(R0, 0).exit().assemble();
        assertTrue(reaches(b -> b, code));
    }

    @Test
    void loopsEndAlthoughTheyCount() {
        assertTrue(reaches(new Assembler().mov(R2, 0).label("again").add(R2, 1)
                .jumpIf(R2, Condition.LT, 1_000_000, "again")), "counted down to where nothing is known");
    }

    @Test
    void endlessProgramsAreGivenUp() {
        Assembler endless = new Assembler().label("start").callFunction("start");
        LiveCode live = LiveCode.of(facts(b -> b, poisonUnlessJumped(endless)), false);
        assertFalse(live.reaches(1));
        Code outside = new Assembler().insn(Insn.of(0x05, 0, 0, 20_000, 0)).loadMap(R1, GONE).exit().assemble();
        assertFalse(LiveCode.of(facts(b -> b, outside), false).reaches(1), "a jump out of the program");
        Code before = new Assembler().insn(Insn.of(0x05, 0, 0, -20_000, 0)).loadMap(R1, GONE).exit().assemble();
        assertFalse(LiveCode.of(facts(b -> b, before), false).reaches(1), "a jump before the program");
    }

    @Test
    void manyBranchesAreNoManyWays() {
        Assembler start = new Assembler().mov(R6, R1);
        IntStream.range(0, 64).forEach(i -> start.load(Size.W, R2, R6, 0).jumpIf(R2, Condition.EQ, i, "l" + i)
                .store(Size.DW, R10, -8 * (i % 32 + 1), i).label("l" + i));
        assertTrue(reaches(start));
    }
}
