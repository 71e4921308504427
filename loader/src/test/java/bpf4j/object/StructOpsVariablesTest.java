package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructOpsVariablesTest {

    private static final long EXIT = 0x95;

    private final BtfBuilder types = new BtfBuilder();
    private final ElfBuilder elf = new ElfBuilder();
    private final int code = elf.code("struct_ops/f", EXIT, EXIT);
    private final int program = elf.function("f", code, 0, 2);
    private int section;

    /** A struct of a callback and a number, with one variable of it. */
    private void variable(String sectionName, int sectionBytes) {
        int intId = types.add(new BtfType.Int("long", 8, BtfType.Int.SIGNED, 0, 64));
        int proto = types.add(new BtfType.FuncProto(0, List.of()));
        int struct = types.add(new BtfType.Struct("some_ops", 16, false, List.of(
                new BtfType.Member("callback", types.add(new BtfType.Ptr(proto)), 0, 0),
                new BtfType.Member("number", intId, 64, 0))));
        int var = types.add(new BtfType.Var("ops", struct, BtfType.Var.GLOBAL));
        types.add(new BtfType.DataSec(sectionName, 0, List.of(new BtfType.SectionVar(var, 0, 16))));
        section = elf.data(sectionName, new byte[sectionBytes]);
        elf.variable("ops", section, 0, 16);
    }

    private MapSpec read() {
        return elf.types(types).read().map("ops");
    }

    private String refusal() {
        RuntimeException e = assertThrows(RuntimeException.class, this::read);
        assertTrue(e instanceof ObjectFormatException || e instanceof BtfFormatException, e::toString);
        return e.getMessage();
    }

    @ParameterizedTest
    @CsvSource({".struct_ops,false,true", ".struct_ops.link,true,true", "?.struct_ops,false,false",
        "?.struct_ops.link,true,false"})
    void sectionNameSaysHow(String name, boolean link, boolean create) {
        variable(name, 16);
        MapSpec map = read();
        assertTrue(map.is(MapType.BPF_MAP_TYPE_STRUCT_OPS));
        assertEquals(List.of(4, 16, 1), List.of(map.keySize(), map.valueSize(), map.maxEntries()));
        assertEquals(link ? MapSpec.BPF_F_LINK : 0, map.flags());
        assertEquals(link, ((MapContents.StructOps) map.contents()).link());
        assertEquals(create, map.create());
    }

    @Test
    void everyVariableOfAnOptionalSectionIsOptional() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("struct_ops_optional_link-el.o"));
        assertEquals(2, object.structOps().count());
        assertTrue(object.structOps().noneMatch(MapSpec::create));
    }

    @Test
    void relocationPutsAProgramIntoItsSlot() {
        variable(".struct_ops", 16);
        elf.relocation(section, 0, program);
        MapContents.StructOps ops = (MapContents.StructOps) read().contents();
        assertEquals(Optional.of("f"), ops.variable().program(0));
    }

    @Test
    void relocationToTheMiddleOfAProgram() {
        variable(".struct_ops", 16);
        elf.relocation(section, 0, elf.symbol("inside", code, 8, 8, Elf.STT_NOTYPE, Elf.STB_GLOBAL, 0));
        assertTrue(refusal()
                .contains(".struct_ops: relocation at 0x0: it points to 0x8 of struct_ops/f, where no function"));
    }

    @Test
    void relocationOfAMemberThatIsNoFunction() {
        variable(".struct_ops", 16);
        elf.relocation(section, 8, program);
        assertTrue(refusal().contains("number"));
    }

    @Test
    void relocationBetweenMembers() {
        variable(".struct_ops", 16);
        elf.relocation(section, 4, program);
        assertFalse(refusal().isEmpty());
    }

    @Test
    void relocationIntoAnotherSection() {
        variable(".struct_ops", 16);
        elf.relocation(section, 0, elf.variable("v", elf.data(".data", new byte[8]), 0, 8));
        assertTrue(refusal().contains("it points to 0x0 of .data, where no function starts"));
    }

    @Test
    void programOfAnotherType() {
        variable(".struct_ops", 16);
        elf.relocation(section, 0, elf.function("other", elf.code("raw_tp/x", EXIT), 0, 1));
        assertTrue(refusal().contains("'other' of section raw_tp/x is no struct_ops program"));
    }

    @Test
    void subprogramIsNoProgram() {
        variable(".struct_ops", 16);
        elf.relocation(section, 0, elf.function("sub", elf.code(".text", EXIT), 0, 1));
        assertTrue(refusal().contains("'sub' of section .text is no struct_ops program"));
    }

    @Test
    void variablePastTheSectionsEnd() {
        variable(".struct_ops", 8);
        assertFalse(refusal().isEmpty());
    }

    @Test
    void relocationPastTheSectionsEnd() {
        variable(".struct_ops", 16);
        elf.relocation(section, 1L << 40, program);
        assertTrue(refusal().contains(".struct_ops: relocation at 0x10000000000: it belongs to no variable"));
    }

    @Test
    void sectionWithoutTypes() {
        elf.data(".struct_ops", new byte[8]);
        types.add(new BtfType.Int("int", 4, 1, 0, 32));
        elf.types(types);
        assertTrue(assertThrows(ObjectFormatException.class, elf::read).getMessage()
                .contains(".struct_ops: the section has no types in .BTF"));
    }

    @Test
    void objectWithoutTypes() {
        elf.data(".struct_ops", new byte[8]);
        assertTrue(assertThrows(ObjectFormatException.class, elf::read).getMessage()
                .contains(".struct_ops: the object has no .BTF"));
    }
}
