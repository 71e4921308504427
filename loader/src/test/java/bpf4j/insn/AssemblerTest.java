package bpf4j.insn;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R10;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R3;
import static bpf4j.insn.Register.R6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AssemblerTest {

    /** A method of the assembler, and the text of what it writes. */
    private record Form(String text, UnaryOperator<Assembler> write) {

        @Override
        public String toString() {
            return text;
        }
    }

    private static Form form(String text, UnaryOperator<Assembler> write) {
        return new Form(text, write);
    }

    /** In front of an exit that jumps go to. */
    static Stream<Form> forms() {
        return Stream.of(
                form("r1 += 0x5", a -> a.alu(Arithmetic.ADD, R1, 5)),
                form("r1 -= r2", a -> a.alu(Arithmetic.SUB, R1, R2)),
                form("w1 *= -0x1", a -> a.alu32(Arithmetic.MUL, R1, -1)),
                form("w1 /= w2", a -> a.alu32(Arithmetic.DIV, R1, R2)),
                form("r1 s/= 0x7", a -> a.alu(Arithmetic.SDIV, R1, 7)),
                form("w1 s/= w2", a -> a.alu32(Arithmetic.SDIV, R1, R2)),
                form("r1 %= 0x7", a -> a.alu(Arithmetic.MOD, R1, 7)),
                form("r1 s%= r2", a -> a.alu(Arithmetic.SMOD, R1, R2)),
                form("r1 |= 0x1", a -> a.alu(Arithmetic.OR, R1, 1)),
                form("r1 &= 0xff", a -> a.alu(Arithmetic.AND, R1, 0xff)),
                form("r1 ^= r1", a -> a.alu(Arithmetic.XOR, R1, R1)),
                form("r1 <<= 0x20", a -> a.alu(Arithmetic.LSH, R1, 32)),
                form("r1 >>= r2", a -> a.alu(Arithmetic.RSH, R1, R2)),
                form("w1 s>>= 0x3", a -> a.alu32(Arithmetic.ARSH, R1, 3)),
                form("r1 = 0x7", a -> a.mov(R1, 7)),
                form("r1 = r10", a -> a.mov(R1, R10)),
                form("w1 = w2", a -> a.alu32(Arithmetic.MOV, R1, R2)),
                form("r2 += -0x8", a -> a.add(R2, -8)),
                form("r1 = (s8)r2", a -> a.movsx(R1, 8, R2)),
                form("r1 = (s32)r2", a -> a.movsx(R1, 32, R2)),
                form("w1 = (s16)w2", a -> a.movsx32(R1, 16, R2)),
                form("r1 = addr_space_cast(r2, 0x1, 0x0)", a -> a.castAddress(R1, R2, 1, 0)),
                form("r1 = -r1", a -> a.neg(R1)),
                form("w1 = -w1", a -> a.neg32(R1)),
                form("r1 = le16 r1", a -> a.le(R1, 16)),
                form("r1 = be32 r1", a -> a.be(R1, 32)),
                form("r1 = bswap64 r1", a -> a.bswap(R1, 64)),
                form("r1 = 0x123456789abcdef0 ll", a -> a.loadImm64(R1, 0x1234_5678_9abc_def0L)),
                form("r1 = -0x1 ll", a -> a.loadImm64(R1, -1)),
                form("r1 = packets ll", a -> a.loadMap(R1, "packets")),
                form("r1 = packets+8 ll", a -> a.loadMapValue(R1, "packets", 8)),
                form("r1 = map[fd:5] ll", a -> a.loadMapFd(R1, 5)),
                form("r1 = map[fd:5][0]+16 ll", a -> a.loadMapValueFd(R1, 5, 16)),
                form("r1 = map[fd:5][0]+2147483648 ll", a -> a.loadMapValueFd(R1, 5, Integer.MIN_VALUE)),
                form("r2 = callback ll", a -> a.loadFunction(R2, "callback")),
                form("r1 = jiffies ll", a -> a.loadKsym(R1, "jiffies")),
                form("r1 = runqueues ll", a -> a.loadKernelVariable(R1, "runqueues")),
                form("r1 = bpf_rcu_read_lock ll", a -> a.loadKfunc(R1, "bpf_rcu_read_lock")),
                form("r1 = .data:limit ll", a -> a.loadVariable(R1, ".data:limit")),
                form("r0 = *(u8 *)(r1 + 0x2)", a -> a.load(Size.B, R0, R1, 2)),
                form("r0 = *(u16 *)(r1 - 0x8000)", a -> a.load(Size.H, R0, R1, -0x8000)),
                form("r0 = *(u32 *)(r1 + 0x7fff)", a -> a.load(Size.W, R0, R1, 0x7fff)),
                form("r0 = *(u64 *)(r10 - 0x8)", a -> a.load(Size.DW, R0, R10, -8)),
                form("r0 = *(s32 *)(r1 + 0x4)", a -> a.loadSigned(Size.W, R0, R1, 4)),
                form("r0 = *(u16 *)skb[0xc]", a -> a.loadPacket(Size.H, 12)),
                form("r0 = *(u8 *)skb[r3 + 0x4]", a -> a.loadPacket(Size.B, R3, 4)),
                form("*(u64 *)(r10 - 0x8) = -0x1", a -> a.store(Size.DW, R10, -8, -1)),
                form("*(u8 *)(r1 + 0x0) = r2", a -> a.store(Size.B, R1, 0, R2)),
                form("lock *(u64 *)(r1 + 0x0) += r2", a -> a.atomic(Atomic.ADD, Size.DW, R1, 0, R2)),
                form("lock *(u32 *)(r1 + 0x4) |= w2", a -> a.atomic(Atomic.OR, Size.W, R1, 4, R2)),
                form("lock *(u64 *)(r1 + 0x0) &= r2", a -> a.atomic(Atomic.AND, Size.DW, R1, 0, R2)),
                form("lock *(u64 *)(r1 + 0x0) ^= r2", a -> a.atomic(Atomic.XOR, Size.DW, R1, 0, R2)),
                form("r2 = atomic_fetch_add((u64 *)(r1 + 0x0), r2)",
                        a -> a.atomic(Atomic.FETCH_ADD, Size.DW, R1, 0, R2)),
                form("w2 = atomic_fetch_or((u32 *)(r1 + 0x0), w2)",
                        a -> a.atomic(Atomic.FETCH_OR, Size.W, R1, 0, R2)),
                form("r2 = atomic_fetch_and((u64 *)(r1 + 0x0), r2)",
                        a -> a.atomic(Atomic.FETCH_AND, Size.DW, R1, 0, R2)),
                form("r2 = atomic_fetch_xor((u64 *)(r1 + 0x0), r2)",
                        a -> a.atomic(Atomic.FETCH_XOR, Size.DW, R1, 0, R2)),
                form("r2 = xchg_64(r1 + 0x0, r2)", a -> a.atomic(Atomic.XCHG, Size.DW, R1, 0, R2)),
                form("w0 = cmpxchg32_32(r1 - 0x4, w0, w2)", a -> a.atomic(Atomic.CMPXCHG, Size.W, R1, -4, R2)),
                form("w1 = load_acquire((u8 *)(r2 + 0x8))", a -> a.loadAcquire(Size.B, R1, R2, 8)),
                form("store_release((u64 *)(r1 + 0x8), r2)", a -> a.storeRelease(Size.DW, R1, 8, R2)),
                form("goto +0", a -> a.jump("end")),
                form("gotol +0", a -> a.jumpLong("end")),
                form("may_goto +0", a -> a.mayGoto("end")),
                form("if r1 == 0x0 goto +0", a -> a.jumpIf(R1, Condition.EQ, 0, "end")),
                form("if r1 != r2 goto +0", a -> a.jumpIf(R1, Condition.NE, R2, "end")),
                form("if w1 > 0x1 goto +0", a -> a.jumpIf32(R1, Condition.GT, 1, "end")),
                form("if w1 >= w2 goto +0", a -> a.jumpIf32(R1, Condition.GE, R2, "end")),
                form("if r1 < -0x1 goto +0", a -> a.jumpIf(R1, Condition.LT, -1, "end")),
                form("if r1 <= 0x1 goto +0", a -> a.jumpIf(R1, Condition.LE, 1, "end")),
                form("if r1 s> 0x1 goto +0", a -> a.jumpIf(R1, Condition.SGT, 1, "end")),
                form("if r1 s>= 0x1 goto +0", a -> a.jumpIf(R1, Condition.SGE, 1, "end")),
                form("if r1 s< 0x1 goto +0", a -> a.jumpIf(R1, Condition.SLT, 1, "end")),
                form("if r1 s<= 0x1 goto +0", a -> a.jumpIf(R1, Condition.SLE, 1, "end")),
                form("if r1 & 0x4 goto +0", a -> a.jumpIf(R1, Condition.SET, 4, "end")),
                form("call bpf_map_lookup_elem#1", a -> a.call("bpf_map_lookup_elem")),
                form("call unknown#1000", a -> a.call(1000)),
                form("call sum", a -> a.callFunction("sum")),
                form("call bpf_rcu_read_lock", a -> a.callKfunc("bpf_rcu_read_lock")),
                form("exit", Assembler::exit),
                form("callx r1", a -> a.insn(Insn.of(0x8d, 1, 0, 0, 0))));
    }

    private static Code withEnd(UnaryOperator<Assembler> write) {
        return write.apply(new Assembler()).label("end").exit().assemble();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void writesEveryForm(Form form) {
        Code code = withEnd(form.write);
        assertEquals(List.of(form.text, "exit"), code.lines().stream().map(Disassembler.Line::text).toList());
        assertEquals(form.text, code.text(0));
    }

    /** The form's own text was written by hand; this is LLVM's of the same bytes. */
    @Test
    void llvmReadsTheSameInstructions() throws Exception {
        List<Form> plain = forms().filter(f -> !f.text.matches("call .*|r\\d = [a-z.].* ll|.*map\\[fd.*|.*acquire.*"
                + "|.*release.*|.*skb\\[r3.*|.*may_goto.*")).toList();
        Assembler assembler = new Assembler();
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            starts.add(assembler.nextInsnIndex());
            String label = "end" + i;
            Code one = withEnd(plain.get(i).write);
            long[] slots = one.slots();
            assembler.insn(Arrays.copyOf(slots, slots.length - 1)).label(label);
        }
        SortedMap<Integer, String> llvm =
                LlvmObjdump.program(assembler.exit().assemble().slots(), ByteOrder.LITTLE_ENDIAN);
        assertTrue(plain.size() > 55, () -> "only " + plain.size());
        for (int i = 0; i < plain.size(); i++) {
            assertEquals(plain.get(i).text, DisassemblerOracleTest.ours(llvm.get(starts.get(i))));
        }
    }

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void everyOperationHasItsInstructions(Arithmetic operation) {
        Code code = new Assembler().alu(operation, R1, 3).alu(operation, R1, R2).alu32(operation, R1, 3)
                .alu32(operation, R1, R2).assemble();
        assertTrue(code.lines().stream().noneMatch(line -> line.text().startsWith("unknown")), code::toString);
        assertEquals(4, code.lines().stream().map(Disassembler.Line::text).distinct().count(), code::toString);
    }

    @Test
    void jumpsForthAndBack() {
        Code code = new Assembler().mov(R6, 10).label("loop").add(R6, -1).jumpIf(R6, Condition.EQ, 0, "out")
                .loadImm64(R1, 1).jump("loop").label("out").mov(R0, 0).exit().assemble();
        assertEquals(List.of("r6 = 0xa", "r6 += -0x1", "if r6 == 0x0 goto +3", "r1 = 0x1 ll", "goto -5", "r0 = 0x0",
                "exit"), code.lines().stream().map(Disassembler.Line::text).toList());
    }

    @Test
    void callsOfLabelsMakeFunctions() {
        Code code = new Assembler().callFunction("second").loadFunction(R2, "third").callFunction("elsewhere").exit()
                .label("second").callFunction("third").exit().label("third").mov(R0, 1).exit().assemble();
        assertEquals(List.of(new Code.Part("", 0, 5), new Code.Part("second", 5, 2), new Code.Part("third", 7, 2)),
                code.parts());
        assertEquals(4, Insn.imm(code.slots()[0]));
        assertEquals(5, Insn.imm(code.slots()[1]), "from the second slot before the next instruction, as calls");
        assertEquals(1, Insn.imm(code.slots()[5]));
        assertEquals(Map.of(3, new Code.Symbol.Function("elsewhere")), code.symbols());
    }

    @Test
    void keepsTheNamesOfWhatIsElsewhere() {
        Code code = new Assembler().loadMap(R1, "a").loadMapValue(R1, "b", -4).callKfunc("c").loadKsym(R1, "d").exit()
                .assemble();
        assertEquals(Map.of(0, new Code.Symbol.Map("a"), 2, new Code.Symbol.MapValue("b", -4),
                4, new Code.Symbol.Kfunc("c"), 5, new Code.Symbol.Ksym("d")), code.symbols());
        assertEquals("r1 = b-4 ll", code.text(2));
    }

    @Test
    void canBeContinued() {
        Assembler assembler = new Assembler().mov(R0, 0).exit();
        Code first = assembler.assemble();
        Code second = assembler.jump("here").label("here").exit().assemble();
        assertEquals(2, first.slotCount());
        assertEquals(4, second.slotCount());
        assertArrayEquals(first.slots(), Arrays.copyOf(second.slots(), 2));
    }

    @Test
    void printsLabels() {
        assertEquals("""
                start:
                    0: r1 = 0xa
                again:
                    1: r1 += -0x1
                    2: if r1 != 0x0 goto -2 <again>
                    3: call sum
                    4: r1 = other ll
                    6: exit
                sum:
                    7: r0 = 0x0
                    8: exit""", new Assembler().label("start").mov(R1, 10).label("again").add(R1, -1)
                .jumpIf(R1, Condition.NE, 0, "again").callFunction("sum").loadFunction(R1, "other").exit().label("sum")
                .mov(R0, 0).exit().assemble().toString());
    }

    @Test
    void instructionsHaveSources() {
        Assembler assembler = new Assembler().mov(R0, 0).source("filter.txt", 7, "drop tcp").mov(R0, 1)
                .source("first").source("exit").exit().source("of nothing");
        Code code = assembler.assemble();
        assertEquals(List.of(1, 2), List.copyOf(code.sources().keySet()));
        assertEquals(new Code.Source("filter.txt", 7, "drop tcp"), code.sources().get(1));
        Code.Source own = code.sources().get(2);
        assertEquals(List.of("AssemblerTest.java", "exit"), List.of(own.file(), own.text()));
        assertTrue(own.line() > 100, own::toString);
        assertEquals("""
                    0: r0 = 0x0
                ; drop tcp
                    1: r0 = 0x1
                ; exit
                    2: exit""", code.toString());
        assertEquals("of nothing", assembler.exit().assemble().sources().get(3).text());
    }

    @Test
    void sourceIsOneLineThatLineInfoHasRoomFor() {
        Assembler assembler = new Assembler();
        assertThrows(IllegalArgumentException.class, () -> assembler.source("a\nb"));
        assertThrows(IllegalArgumentException.class, () -> assembler.source("a", 1, "b\0"));
        assertThrows(IllegalArgumentException.class, () -> assembler.source("a\rb", 1, "b"));
        assertThrows(IllegalArgumentException.class, () -> assembler.source("a", -1, "b"));
        assertThrows(IllegalArgumentException.class, () -> assembler.source("a", 1 << 22, "b"));
        assembler.source("a", (1 << 22) - 1, "b").exit().assemble();
    }

    /** What is refused: the instruction's number, its text, and what the problem contains. */
    private record Mistake(int insnIndex, String text, String problem, Consumer<Assembler> write) {

        @Override
        public String toString() {
            return text;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake(1, "r0 = *(u64 *)(r1 + 0x8000)", "offset 32768 does not fit 16 bits",
                        a -> a.exit().load(Size.DW, R0, R1, 32768)),
                new Mistake(0, "*(u64 *)(r10 - 0x8001) = 0x5", "offset -32769 does not fit 16 bits",
                        a -> a.store(Size.DW, R10, -32769, 5)),
                new Mistake(0, "*(u8 *)(r1 + 0x10000) = r2", "offset 65536", a -> a.store(Size.B, R1, 65536, R2)),
                new Mistake(0, "w0 = cmpxchg32_32(r1 + 0x9000, w0, w2)", "offset 36864",
                        a -> a.atomic(Atomic.CMPXCHG, Size.W, R1, 0x9000, R2)),
                new Mistake(0, "r2 = load_acquire((u64 *)(r1 + 0x9000))", "offset 36864",
                        a -> a.loadAcquire(Size.DW, R2, R1, 0x9000)),
                new Mistake(2, "atomic ADD of H", "4 or 8", a -> a.exit().exit().atomic(Atomic.ADD, Size.H, R1, 0, R2)),
                new Mistake(0, "signed load of 8 bytes", "nothing to extend", a -> a.loadSigned(Size.DW, R0, R1, 0)),
                new Mistake(0, "packet load of 8 bytes", "1, 2 or 4", a -> a.loadPacket(Size.DW, 0)),
                new Mistake(0, "packet load of 8 bytes", "1, 2 or 4", a -> a.loadPacket(Size.DW, R1, 0)),
                new Mistake(0, "movsx of 64 bits", "8, 16 or 32", a -> a.movsx(R1, 64, R2)),
                new Mistake(0, "movsx32 of 32 bits", "8 or 16", a -> a.movsx32(R1, 32, R2)),
                new Mistake(0, "le of 8 bits", "16, 32 or 64", a -> a.le(R1, 8)),
                new Mistake(0, "be of 0 bits", "16, 32 or 64", a -> a.be(R1, 0)),
                new Mistake(0, "bswap of 24 bits", "16, 32 or 64", a -> a.bswap(R1, 24)),
                new Mistake(0, "cast from address space 0 to 65536", "16 bits", a -> a.castAddress(R1, R2, 65536, 0)),
                new Mistake(0, "cast from address space -1 to 0", "16 bits", a -> a.castAddress(R1, R2, 0, -1)),
                new Mistake(0, "call bpf_map_lookup_element", "no such helper; near: bpf_map_lookup_elem",
                        a -> a.call("bpf_map_lookup_element")),
                new Mistake(0, "call map_lookup_elem", "no such helper", a -> a.call("map_lookup_elem")),
                new Mistake(1, "here:", "set already, at instruction 0", a -> a.label("here").exit().label("here")),
                new Mistake(1, "if r1 == 0x0 goto owt", "label 'owt' is not set; near: out",
                        a -> a.mov(R0, 0).jumpIf(R1, Condition.EQ, 0, "owt").label("out").exit()),
                new Mistake(0, "goto $1\\x", "label '$1\\x' is not set", a -> a.jump("$1\\x").exit()),
                new Mistake(0, "goto end", "label 'end' has no instruction behind it", a -> a.jump("end").label("end")),
                new Mistake(0, "call end", "label 'end' has no instruction behind it",
                        a -> a.callFunction("end").exit().label("end")),
                new Mistake(0, "goto far", "'far' is 32768 slots away, which does not fit 16 bits: go there by "
                        + "jumpLong",
                        a -> fill(a.jump("far"), 32768).label("far").exit()),
                new Mistake(32768, "if w1 s< 0x2 goto far", "'far' is 32769 slots away",
                        a -> fill(a.label("far"), 32768).jumpIf32(R1, Condition.SLT, 2, "far").exit()),
                new Mistake(2, "gotol inside", "'inside' is in another function, which begins at instruction 3",
                        a -> a.callFunction("sub").exit().jumpLong("inside").label("sub").mov(R0, 0).label("inside")
                                .exit()),
                new Mistake(3, "may_goto main", "'main' is in another function, which begins at instruction 3",
                        a -> a.label("main").mov(R0, 0).callFunction("sub").exit().label("sub").mayGoto("main")
                                .exit()));
    }

    private static Assembler fill(Assembler assembler, int slots) {
        for (int i = 0; i < slots; i++) {
            assembler.mov(R0, 0);
        }
        return assembler;
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesNameTheInstruction(Mistake mistake) {
        AssemblyException e = assertThrows(AssemblyException.class, () -> {
            Assembler assembler = new Assembler();
            mistake.write.accept(assembler);
            assembler.assemble();
        });
        assertEquals(mistake.insnIndex, e.insnIndex());
        assertEquals(mistake.text, e.instruction());
        assertTrue(e.problem().contains(mistake.problem), e::problem);
        assertEquals("instruction %d: %s: %s".formatted(mistake.insnIndex, mistake.text, e.problem()), e.getMessage());
    }

    @Test
    void reachesAsFarAsInstructionsCan() {
        Assembler assembler = fill(new Assembler().jump("far"), 32767).label("far").exit();
        assertEquals(32767, Insn.off(assembler.assemble().slots()[0]));
        Assembler back = fill(new Assembler().label("far"), 32767).jump("far");
        assertEquals(-32768, Insn.off(back.assemble().slots()[32767]));
        Assembler lengthy = fill(new Assembler().jumpLong("far"), 32768).label("far").exit();
        assertEquals(32768, Insn.imm(lengthy.assemble().slots()[0]));
    }

    @Test
    void refusesNothingAtAll() {
        assertThrows(IllegalStateException.class, () -> new Assembler().assemble());
    }
}
