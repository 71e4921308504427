package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExternReaderTest {

    private final BtfBuilder types = new BtfBuilder();
    private final ElfBuilder elf = new ElfBuilder();
    private final int charId = types.add(new BtfType.Int("char", 1, 0, 0, 8));
    private final int intId = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
    private final int longId = types.add(new BtfType.Int("long", 8, BtfType.Int.SIGNED, 0, 64));
    private final List<BtfType.SectionVar> variables = new ArrayList<>();

    private int array(int elementId, long count) {
        return types.add(new BtfType.Array(elementId, intId, count));
    }

    private void extern(String name, int typeId) {
        variables.add(new BtfType.SectionVar(types.add(new BtfType.Var(name, typeId, BtfType.Var.EXTERN)), 0, 0));
        elf.undefined(name, Elf.STB_GLOBAL);
    }

    private BpfObject read(String section) {
        types.add(new BtfType.DataSec(section, 0, variables));
        return elf.types(types).read();
    }

    private String refusal(String section) {
        RuntimeException e = assertThrows(RuntimeException.class, () -> read(section));
        assertTrue(e instanceof ObjectFormatException || e instanceof BtfFormatException, e::toString);
        return e.getMessage();
    }

    @Test
    void largestAlignmentFirstThenSizeThenName() {
        extern("B_INT", intId);
        extern("CHARS", array(charId, 3));
        extern("LONG", longId);
        extern("LONGS", array(longId, 2));
        extern("A_INT", intId);
        extern("CHAR", charId);
        BpfObject object = read(".kconfig");
        assertEquals("LONG@0 LONGS@8 A_INT@24 B_INT@28 CHAR@32 CHARS@33", object.externs().stream()
                .map(e -> e.name() + "@" + ((Extern.Kconfig) e).offsetBytes()).collect(Collectors.joining(" ")));
        assertEquals(36, object.map(".kconfig").valueSize());
        assertEquals(MapSpec.BPF_F_RDONLY_PROG, object.map(".kconfig").flags() & MapSpec.BPF_F_RDONLY_PROG);
        assertEquals("test.kconfig", object.map(".kconfig").kernelName());
    }

    @Test
    void enumerationOf64BitsIsAlignedTo8() {
        extern("TRISTATE", types.add(new BtfType.Enum("libbpf_tristate", 8, false,
                List.of(new BtfType.EnumValue("TRI_NO", 0)))));
        extern("CHAR", charId);
        assertEquals(List.of(0, 8), read(".kconfig").externs().stream()
                .map(e -> ((Extern.Kconfig) e).offsetBytes()).toList());
    }

    @Test
    void weakSymbolMayBeMissing() {
        extern("STRONG", intId);
        variables.add(new BtfType.SectionVar(types.add(new BtfType.Var("WEAK", intId, BtfType.Var.EXTERN)), 0, 0));
        elf.undefined("WEAK", Elf.STB_WEAK);
        assertEquals(List.of(false, true), read(".kconfig").externs().stream().map(Extern::weak).toList());
    }

    @Test
    void sizeIsBounded() {
        extern("HUGE", array(longId, 0xffff_ffffL));
        assertTrue(refusal(".kconfig").contains("extern 'HUGE': 0x7fffffff8 bytes are no value of an option"));
    }

    @Test
    void sumOfSizesIsBounded() {
        extern("LARGE", array(charId, 0xf_ffff));
        extern("SECOND", array(charId, 0xf_fff0));
        assertTrue(refusal(".kconfig")
                .contains("extern 'LARGE': all configuration values are more than 0x100000 bytes"));
    }

    @Test
    void typeWithoutSizeIsRefused() {
        extern("NOTHING", 0);
        assertTrue(refusal(".kconfig").contains("type [0]"));
    }

    @Test
    void functionIsNoConfigurationValue() {
        int proto = types.add(new BtfType.FuncProto(0, List.of()));
        variables.add(new BtfType.SectionVar(types.add(new BtfType.Func("f", proto, BtfType.Func.EXTERN)), 0, 0));
        elf.undefined("f", Elf.STB_GLOBAL);
        assertTrue(refusal(".kconfig").contains("extern 'f': a function cannot be a configuration value"));
    }

    @Test
    void symbolWithoutTypeIsRefused() {
        elf.undefined("lost", Elf.STB_GLOBAL);
        assertTrue(refusal(".ksyms").contains("extern 'lost': it has no type in section .kconfig or .ksyms of .BTF"));
    }

    @Test
    void declaredButNeverUsedIsNoExtern() {
        variables.add(new BtfType.SectionVar(types.add(new BtfType.Var("unused", intId, BtfType.Var.EXTERN)), 0, 0));
        BpfObject object = read(".ksyms");
        assertEquals(List.of(), object.externs());
    }

    @Test
    void kernelSymbolsOfFixtures() throws IOException {
        List<Extern> typed = BpfObject.read(Fixtures.object("extern_ksym_typed-el.o")).externs();
        assertTrue(typed.stream().allMatch(e -> e instanceof Extern.Ksym ksym && ksym.typeId() != 0));
        List<Extern> typeless = BpfObject.read(Fixtures.object("extern_ksym_typeless-eb.o")).externs();
        assertTrue(typeless.stream().allMatch(e -> e instanceof Extern.Ksym ksym && ksym.typeId() == 0));
        assertEquals(1, typeless.stream().filter(Extern::weak).count());
        List<Extern> functions = BpfObject.read(Fixtures.object("extern_kfunc-el.o")).externs();
        assertEquals(3, functions.stream().filter(Extern.Kfunc.class::isInstance).count());
    }
}
