package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.insn.Insn;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceReaderTest {

    private static final long EXIT = Insn.of(0x95, 0, 0, 0, 0);
    private static final long JUMP_IF_MINUS_ONE = Insn.of(0x15, 1, 0, 1, -1);
    private static final int PSEUDO_FUNC = 4;

    private final ElfBuilder elf = new ElfBuilder();

    private static long call(int imm) {
        return Insn.of(0x85, 0, 1, 0, imm);
    }

    private static long helper(int number) {
        return Insn.of(0x85, 0, 0, 0, number);
    }

    private static long[] load(int src, int imm) {
        long[] slots = Insn.loadImm64(1, 0, Integer.toUnsignedLong(imm));
        slots[0] = Insn.withSrc(slots[0], src);
        return slots;
    }

    private static long[] code(long[] first, long... more) {
        long[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private int program(long... slots) {
        int section = elf.code("socket", slots);
        elf.function("p", section, 0, slots.length);
        return section;
    }

    private List<Reference> references() {
        return elf.read().program("p").function().references();
    }

    private String refusal() {
        return assertThrows(ObjectFormatException.class, elf::read).getMessage();
    }

    @Test
    void callInsideASectionNeedsNoRelocation() {
        int section = elf.code("socket", call(1), EXIT, EXIT);
        elf.function("p", section, 0, 2);
        elf.function("q", section, 2, 1);
        assertEquals(List.of(new Reference.CallReference(0, 1)), references());
    }

    @Test
    void callHasToHitTheStartOfAFunction() {
        program(call(5), EXIT);
        assertTrue(refusal().contains("socket: call at 0x0: no function starts at 0x30 of section socket"));
    }

    @Test
    void callBackwardsBeforeTheSection() {
        program(call(-3), EXIT);
        assertTrue(refusal().contains("no function starts at 0x"));
    }

    @Test
    void oneRelocationForOneInstruction() {
        int section = program(call(-1), EXIT);
        int f = elf.function("f", elf.code(".text", EXIT), 0, 1);
        elf.relocation(section, 0, f).relocation(section, 0, f);
        assertTrue(refusal().contains("socket: relocation at 0x0: it is the second one of this instruction"));
    }

    @Test
    void symbolOfAGlobalFunctionLeavesMinusOneInTheCall() {
        int section = program(call(-1), EXIT);
        int text = elf.code(".text", EXIT, EXIT);
        elf.function("f", text, 0, 1);
        elf.relocation(section, 0, elf.function("g", text, 1, 1));
        assertEquals("g", called(0));
    }

    @Test
    void sectionSymbolLeavesTheDistanceInTheCall() {
        int section = program(call(0), call(-1), EXIT);
        int text = elf.code(".text", EXIT, EXIT);
        elf.staticFunction("f", text, 0, 1);
        elf.staticFunction("g", text, 1, 1);
        int symbol = elf.sectionSymbol(text);
        elf.relocation(section, 0, symbol).relocation(section, 8, symbol);
        assertEquals("g", called(0));
        assertEquals("f", called(1));
    }

    private String called(int at) {
        BpfObject object = elf.read();
        return object.functions().get(((Reference.CallReference) object.program("p").function().references().get(at))
                .function()).name();
    }

    @Test
    void callbackBySectionSymbolAndOffset() {
        int section = program(code(load(PSEUDO_FUNC, 8), EXIT));
        int text = elf.code(".text", EXIT, EXIT);
        elf.staticFunction("f", text, 0, 1);
        elf.staticFunction("g", text, 1, 1);
        elf.relocation(section, 0, elf.sectionSymbol(text));
        BpfObject object = elf.read();
        Reference reference = object.program("p").function().references().getFirst();
        assertEquals("g", object.functions().get(((Reference.FunctionReference) reference).function()).name());
    }

    @Test
    void callbackWithoutRelocationIsRefused() {
        program(code(load(PSEUDO_FUNC, 0), EXIT));
        assertTrue(refusal().contains("instruction 0 takes a function's address without relocation"));
    }

    @Test
    void compiledCallbacks() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("subprog_callback-el.o"));
        List<Reference> references = object.program("sum_up").function().references();
        assertEquals(List.of("add_round", "add_entry"), references.stream()
                .filter(Reference.FunctionReference.class::isInstance)
                .map(r -> object.functions().get(((Reference.FunctionReference) r).function()).name()).toList());
    }

    @Test
    void jumpAgainstMinusOneIsNoCall() {
        program(JUMP_IF_MINUS_ONE, EXIT, EXIT);
        assertEquals(List.of(), references());
    }

    @Test
    void secondSlotThatLooksLikeACallIsNone() {
        long[] wide = load(0, 7);
        wide[1] = call(0);
        program(code(wide, EXIT));
        assertEquals(List.of(), references());
    }

    @Test
    void variableOffsetIsInTheSymbolOrInTheInstruction() {
        int section = program(code(load(0, 0), code(load(0, 8), EXIT)));
        int data = elf.data(".data", new byte[16]);
        elf.relocation(section, 0, elf.variable("v", data, 8, 8)).relocation(section, 16, elf.sectionSymbol(data));
        assertEquals(List.of(new Reference.DataReference(0, "test.data", 8),
                new Reference.DataReference(2, "test.data", 0)),
                references());
    }

    private static byte[] legacy(int maps) {
        ByteBuffer bytes = ByteBuffer.allocate(20 * maps).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < maps; i++) {
            bytes.putInt(2).putInt(4).putInt(8).putInt(i + 1).putInt(0);
        }
        return bytes.array();
    }

    @Test
    void mapByItsSymbolOrBySectionAndOffset() {
        int section = program(code(load(0, 0), code(load(0, 20), EXIT)));
        int maps = elf.data("maps", legacy(2));
        elf.symbol("first", maps, 0, 20, Elf.STT_OBJECT, Elf.STB_LOCAL, 0);
        elf.relocation(section, 0, elf.variable("second", maps, 20, 20))
                .relocation(section, 16, elf.sectionSymbol(maps));
        assertEquals(List.of(new Reference.MapReference(0, "second"), new Reference.MapReference(2, "second")),
                references());
    }

    @Test
    void placeInsideAMapIsNone() {
        int section = program(code(load(0, 4), EXIT));
        int maps = elf.data("maps", legacy(1));
        elf.variable("first", maps, 0, 20);
        elf.relocation(section, 0, elf.sectionSymbol(maps));
        assertTrue(refusal().contains("at 0x4 of section maps is no map and no variable"));
    }

    @Test
    void relocationHasToHitACallOrALoad() {
        int section = program(EXIT, EXIT);
        elf.relocation(section, 0, elf.variable("v", elf.data(".data", new byte[8]), 0, 8));
        assertTrue(refusal().contains("instruction 0x95 is neither a call nor a two-slot load"));
    }

    @Test
    void relocationInsideAnInstruction() {
        int section = program(code(load(0, 0), EXIT));
        elf.relocation(section, 4, elf.variable("v", elf.data(".data", new byte[8]), 0, 8));
        assertTrue(refusal().contains("socket: relocation at 0x4: it is inside an instruction"));
    }

    @Test
    void loadInTheLastSlotHasNoSecondHalf() {
        int section = program(EXIT, load(0, 0)[0]);
        elf.relocation(section, 8, elf.variable("v", elf.data(".data", new byte[8]), 0, 8));
        assertTrue(refusal().contains("relocation at 0x8: instruction 0x18 is neither"));
    }

    @Test
    void helperCallCannotBeRelocated() {
        int section = program(helper(1), EXIT);
        elf.relocation(section, 0, elf.function("f", elf.code(".text", EXIT), 0, 1));
        assertTrue(refusal().contains("a helper call cannot be relocated to 'f'"));
    }

    @Test
    void symbolIndexIsChecked() {
        int section = program(code(load(0, 0), EXIT));
        elf.relocation(section, 0, 77);
        assertTrue(assertThrows(RuntimeException.class, elf::read).getMessage().contains("symbol 77 of 2"));
    }

    @Test
    void undefinedSymbolIsNoExternWithoutAType() {
        int section = program(call(-1), EXIT);
        elf.relocation(section, 0, elf.undefined("missing", Elf.STB_GLOBAL));
        assertTrue(refusal().contains("symbol 'missing' is undefined and no extern"));
    }

    @Test
    void commonSymbolIsExplained() {
        int section = program(code(load(0, 0), EXIT));
        elf.relocation(section, 0, elf.symbol("c", Elf.SHN_COMMON, 8, 8, Elf.STT_OBJECT, Elf.STB_GLOBAL, 0));
        assertTrue(refusal().contains("'c' is uninitialised and in no section: compile with -fno-common"));
    }

    @Test
    void absoluteSymbolIsInNoSection() {
        int section = program(code(load(0, 0), EXIT));
        elf.relocation(section, 0, elf.symbol("a", Elf.SHN_ABS, 8, 8, Elf.STT_OBJECT, Elf.STB_GLOBAL, 0));
        assertTrue(refusal().contains("symbol 'a' is defined in no section"));
    }

    /** An extern variable and an extern function of {@code .ksyms}. */
    private void externs() {
        BtfBuilder types = new BtfBuilder();
        int proto = types.add(new BtfType.FuncProto(0, List.of()));
        int function = types.add(new BtfType.Func("kfunc", proto, BtfType.Func.EXTERN));
        int variable = types.add(new BtfType.Var("variable", 0, BtfType.Var.EXTERN));
        types.add(new BtfType.DataSec(".ksyms", 0,
                List.of(new BtfType.SectionVar(function, 0, 0), new BtfType.SectionVar(variable, 0, 0))));
        elf.types(types);
    }

    @Test
    void externsByName() {
        externs();
        int section = program(code(load(0, 0), code(load(0, 0), call(-1), EXIT)));
        int function = elf.undefined("kfunc", Elf.STB_GLOBAL);
        elf.relocation(section, 0, elf.undefined("variable", Elf.STB_WEAK)).relocation(section, 16, function)
                .relocation(section, 32, function);
        assertEquals(List.of(new Reference.ExternReference(0, "variable"), new Reference.ExternReference(2, "kfunc"),
                new Reference.ExternReference(4, "kfunc")), references());
    }

    @Test
    void onlyFunctionsAreCalled() {
        externs();
        int section = program(call(-1), EXIT);
        elf.undefined("kfunc", Elf.STB_GLOBAL);
        elf.relocation(section, 0, elf.undefined("variable", Elf.STB_WEAK));
        assertTrue(refusal().contains("relocation at 0x0: extern 'variable' is no function and cannot be called"));
    }

    @Test
    void helperCallIsNoKfunc() {
        externs();
        int section = program(helper(1), EXIT);
        elf.undefined("variable", Elf.STB_WEAK);
        elf.relocation(section, 0, elf.undefined("kfunc", Elf.STB_GLOBAL));
        assertTrue(refusal().contains("a helper call cannot be relocated to 'kfunc'"));
    }
}
