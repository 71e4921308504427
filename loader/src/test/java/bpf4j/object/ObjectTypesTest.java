package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.LineInfo;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectTypesTest {

    private final BtfBuilder types = new BtfBuilder();
    private final List<BtfType.SectionVar> variables = new ArrayList<>();
    private ElfBuilder elf;
    private int intId;

    @BeforeEach
    void addInt() {
        elf = new ElfBuilder();
        intId = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
    }

    private int variable(String name, int linkage) {
        int id = types.add(new BtfType.Var(name, intId, linkage));
        variables.add(new BtfType.SectionVar(id, 0, 4));
        return id;
    }

    private Btf read(String section) {
        types.add(new BtfType.DataSec(section, 0, variables));
        return elf.types(types).read().btf().orElseThrow();
    }

    private static BtfType.DataSec section(Btf btf, String name) {
        return (BtfType.DataSec) btf.type(btf.find(name, BtfKind.BTF_KIND_DATASEC).orElseThrow());
    }

    private String refusal(String section) {
        RuntimeException e = assertThrows(RuntimeException.class, () -> read(section));
        assertTrue(e instanceof ObjectFormatException || e instanceof BtfFormatException, e::toString);
        return e.getMessage();
    }

    @Test
    void sectionGetsItsSizeAndVariablesTheirPlacesAscending() {
        int data = elf.data(".data", new byte[24]);
        int late = variable("late", BtfType.Var.GLOBAL);
        int early = variable("early", BtfType.Var.GLOBAL);
        elf.variable("late", data, 16, 4);
        elf.variable("early", data, 8, 4);
        BtfType.DataSec section = section(read(".data"), ".data");
        assertEquals(24, section.sizeBytes());
        assertEquals(List.of(new BtfType.SectionVar(early, 8, 4), new BtfType.SectionVar(late, 16, 4)),
                section.variables());
    }

    @Test
    void hiddenVariableBecomesStatic() {
        int data = elf.data(".data", new byte[8]);
        int hidden = variable("hidden", BtfType.Var.GLOBAL);
        int seen = variable("seen", BtfType.Var.GLOBAL);
        elf.symbol("hidden", data, 0, 4, Elf.STT_OBJECT, Elf.STB_GLOBAL, Elf.STV_HIDDEN);
        elf.variable("seen", data, 4, 4);
        Btf btf = read(".data");
        assertEquals(BtfType.Var.STATIC, ((BtfType.Var) btf.type(hidden)).linkage());
        assertEquals(BtfType.Var.GLOBAL, ((BtfType.Var) btf.type(seen)).linkage());
    }

    @Test
    void hiddenSubprogramBecomesStaticAndAProgramDoesNot() {
        int proto = types.add(new BtfType.FuncProto(intId, List.of()));
        int sub = types.add(new BtfType.Func("sub", proto, BtfType.Func.GLOBAL));
        int program = types.add(new BtfType.Func("program", proto, BtfType.Func.GLOBAL));
        elf.symbol("sub", elf.code(".text", 0x95), 0, 8, Elf.STT_FUNC, Elf.STB_GLOBAL, Elf.STV_HIDDEN);
        elf.symbol("program", elf.code("socket", 0x95), 0, 8, Elf.STT_FUNC, Elf.STB_GLOBAL, Elf.STV_HIDDEN);
        Btf btf = elf.types(types).read().btf().orElseThrow();
        assertEquals(BtfType.Func.STATIC, ((BtfType.Func) btf.type(sub)).linkage());
        assertEquals(BtfType.Func.GLOBAL, ((BtfType.Func) btf.type(program)).linkage());
    }

    @Test
    void sectionThatIsNotThereIsRefused() {
        variable("v", BtfType.Var.GLOBAL);
        assertTrue(refusal(".data").contains("there are types for section '.data', but no such section"));
    }

    @Test
    void variableWithoutSymbolIsRefused() {
        elf.data(".data", new byte[8]);
        variable("v", BtfType.Var.GLOBAL);
        assertTrue(refusal(".data").contains(".data: variable 'v' of .BTF has no symbol"));
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 5, -4, 1L << 32, Long.MAX_VALUE})
    void variableOutsideItsSectionIsRefused(long offset) {
        int data = elf.data(".data", new byte[8]);
        variable("v", BtfType.Var.GLOBAL);
        elf.variable("v", data, offset, 4);
        assertTrue(refusal(".data")
                .contains("variable 'v' of 0x4 bytes at 0x%x runs past the end at 0x8".formatted(offset)));
    }

    @Test
    void sizeOfASectionIsBounded() {
        elf.zeroed(".bss", 1L << 40);
        variable("v", BtfType.Var.STATIC);
        assertTrue(refusal(".bss").contains(".bss: size 0x10000000000 is more than .BTF can say"));
    }

    @Test
    void sectionOfSomethingElseThanVariablesIsRefused() {
        elf.data(".data", new byte[8]);
        variables.add(new BtfType.SectionVar(intId, 0, 4));
        assertTrue(refusal(".data").contains("type [1]"));
    }

    @Test
    void kernelSymbolsStandAsIntegers() {
        int proto = types.add(new BtfType.FuncProto(intId, List.of(new BtfType.Param("", intId))));
        int function = types.add(new BtfType.Func("kfunc", proto, BtfType.Func.EXTERN));
        int variable = types.add(new BtfType.Var("symbol", 0, BtfType.Var.EXTERN));
        variables.add(new BtfType.SectionVar(function, 0, 0));
        variables.add(new BtfType.SectionVar(variable, 0, 0));
        elf.undefined("kfunc", Elf.STB_GLOBAL);
        elf.undefined("symbol", Elf.STB_GLOBAL);
        Btf btf = read(".ksyms");
        BtfType.DataSec section = section(btf, ".ksyms");
        assertEquals(8, section.sizeBytes());
        assertEquals(List.of(0L, 4L), section.variables().stream().map(BtfType.SectionVar::offsetBytes).toList());
        assertEquals(new BtfType.Var("symbol", intId, BtfType.Var.GLOBAL), btf.type(variable));
        assertEquals(variable, section.variables().get(1).typeId());
        assertEquals(intId, ((BtfType.Var) btf.type(section.variables().getFirst().typeId())).typeId());
        assertEquals(BtfType.Func.GLOBAL, ((BtfType.Func) btf.type(function)).linkage());
        assertEquals("arg", ((BtfType.FuncProto) btf.type(proto)).params().getFirst().name());
    }

    @Test
    void configurationIsLaidOutAsItsExternsAre() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("extern_kconfig-el.o"));
        Btf btf = object.btf().orElseThrow();
        BtfType.DataSec section = section(btf, ".kconfig");
        List<Extern.Kconfig> options = ((MapContents.Kconfig) object.map(".kconfig").contents()).externs();
        assertEquals(8, options.size());
        assertEquals(object.map(".kconfig").valueSize(), section.sizeBytes());
        for (int i = 0; i < options.size(); i++) {
            BtfType.SectionVar place = section.variables().get(i);
            BtfType.Var var = (BtfType.Var) btf.type(place.typeId());
            assertEquals(options.get(i).name(), var.name());
            assertEquals(options.get(i).offsetBytes(), place.offsetBytes());
            assertEquals(BtfType.Var.GLOBAL, var.linkage());
        }
    }

    @Test
    void typesThatNeedNoChangeAreTheFilesOwn() throws IOException {
        ElfFile file = ElfFile.read(Fixtures.object("license_none-el.o"));
        byte[] raw = file.section(".BTF").orElseThrow().data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        byte[] read = BpfObject.parse(file).btf().orElseThrow().data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        assertEquals(-1, java.util.Arrays.mismatch(raw, read));
    }

    @Test
    void idsAndStringsStayWhereTheyAre() throws IOException {
        ElfFile file = ElfFile.read(Fixtures.object("data_sections-el.o"));
        Btf raw = Btf.parse(file.section(".BTF").orElseThrow().data(), "raw");
        BpfObject object = BpfObject.parse(file);
        Btf read = object.btf().orElseThrow();
        assertEquals(raw.typeCount(), read.typeCount());
        for (LineInfo line : object.functions().getFirst().lineInfo()) {
            assertEquals(raw.stringAt(line.lineOffset()), read.stringAt(line.lineOffset()));
            assertEquals(raw.stringAt(line.fileNameOffset()), read.stringAt(line.fileNameOffset()));
        }
        for (int id = 1; id < raw.typeCount(); id++) {
            assertEquals(raw.nameOf(id), read.nameOf(id));
        }
    }
}
