package bpf4j.object;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.insn.Assembler;
import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import bpf4j.insn.Insn;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BpfObjectBuilderTest {

    private static final Code NOTHING = new Assembler().mov(R0, 0).exit().assemble();
    private static final MapSpec PACKETS = MapSpec.of("packets", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1);

    private static final BtfType.Int U64 = new BtfType.Int("unsigned long long", 8, 0, 0, 64);
    private static final BtfType.Int U8 = new BtfType.Int("unsigned char", 1, 0, 0, 8);

    @Test
    void namesBecomeReferences() {
        Code code = new Assembler().loadMap(R1, "packets").loadMapValue(R2, "packets", 4).callFunction("local")
                .callFunction("shared").loadFunction(R2, "local").callKfunc("bpf_rcu_read_lock").loadKsym(R1, "jiffies")
                .exit().label("local").loadMap(R1, "packets").callFunction("shared").exit().assemble();
        BpfObject object = BpfObject.builder("tool").license("GPL").map(PACKETS).program("main", "xdp", code)
                .subprogram("shared", NOTHING).build();
        assertEquals(List.of("main", "local", "shared"),
                object.functions().stream().map(BpfFunction::name).toList());
        assertEquals(List.of(new Reference.MapReference(0, "packets"), new Reference.DataReference(2, "packets", 4),
                new Reference.CallReference(4, 1), new Reference.CallReference(5, 2),
                new Reference.FunctionReference(6, 1), new Reference.ExternReference(8, "bpf_rcu_read_lock"),
                new Reference.ExternReference(9, "jiffies")), object.functions().getFirst().references());
        assertEquals(List.of(new Reference.MapReference(0, "packets"), new Reference.CallReference(2, 2)),
                object.functions().get(1).references(), "counted from the start of the function");
        assertEquals(List.of(new Extern.Kfunc("bpf_rcu_read_lock", false, 0), new Extern.Ksym("jiffies", false, 0)),
                object.externs());
        assertEquals(List.of(12, 4, 2), object.functions().stream().map(BpfFunction::slotCount).toList());
        assertEquals(List.of(0, 0, 4), object.functions().stream().map(BpfFunction::sectionInsnIndex).toList());
    }

    @Test
    void programsAreWhatTheirSectionsSay() {
        BpfObject object = BpfObject.builder("tool").program("a", "?tp/sched/sched_switch", NOTHING)
                .program("b", "cgroup_skb/egress", NOTHING).program("c", ProgramType.BPF_PROG_TYPE_XDP, NOTHING)
                .build();
        ProgramSpec a = object.program("a");
        assertEquals(ProgramType.BPF_PROG_TYPE_TRACEPOINT, a.type());
        assertEquals(Optional.of("sched/sched_switch"), a.attachTarget());
        assertFalse(a.autoload());
        assertEquals(Optional.of(AttachType.BPF_CGROUP_INET_EGRESS), object.program("b").attachType());
        assertEquals(ProgramType.BPF_PROG_TYPE_XDP, object.program("c").type());
        assertFalse(object.program("c").function().isSubprogram());
        assertEquals("", object.license());
        assertEquals(ByteOrder.nativeOrder(), object.order());
    }

    @Test
    void functionsGetTypes() {
        Code code = new Assembler().callFunction("local").exit().label("local").mov(R0, 0).exit().assemble();
        BpfObject object = BpfObject.builder("tool").program("main", "xdp", code).build();
        Btf btf = object.btf().orElseThrow();
        BtfType.Func main = (BtfType.Func) btf.type(object.functions().get(0).funcInfo().orElseThrow().typeId());
        BtfType.Func local = (BtfType.Func) btf.type(object.functions().get(1).funcInfo().orElseThrow().typeId());
        assertEquals(List.of("main", "local"), List.of(main.name(), local.name()));
        assertEquals(List.of(BtfType.Func.GLOBAL, BtfType.Func.STATIC), List.of(main.linkage(), local.linkage()));
    }

    @Test
    void givenTypesStay() {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        int context = types.add(new BtfType.Ptr(0));
        int prototype = types.add(new BtfType.FuncProto(number, List.of(new BtfType.Param("context", context))));
        int main = types.add(new BtfType.Func("main", prototype, BtfType.Func.GLOBAL));
        Btf given = types.build(ByteOrder.BIG_ENDIAN, "types");
        BpfObject object = BpfObject.builder("tool").order(ByteOrder.BIG_ENDIAN).types(given)
                .program("main", "xdp", new Assembler().callFunction("sub").exit().assemble())
                .subprogram("sub", NOTHING).build();
        assertEquals(main, object.functions().getFirst().funcInfo().orElseThrow().typeId());
        assertEquals(given.typeCount() + 3, object.btf().orElseThrow().typeCount(), "int, its function, sub");
        assertTrue(object.btf().orElseThrow().find("sub", BtfKind.BTF_KIND_FUNC).isPresent());
        BpfObjectBuilder other = BpfObject.builder("tool").order(ByteOrder.LITTLE_ENDIAN).types(given)
                .program("main", "xdp", NOTHING);
        assertThrows(IllegalArgumentException.class, other::build);
    }

    @Test
    void mapsAloneAreAnObject() {
        BpfObject object = BpfObject.builder("tool").map(PACKETS).build();
        assertEquals(List.of(PACKETS), object.maps());
        assertEquals(Optional.empty(), object.btf());
    }

    @Test
    void mapsMadeInCodeHaveNamesThatTheKernelTakes() {
        MapSpec map = MapSpec.of("flows-by-address-and-port", MapType.BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10)
                .withInner(PACKETS).withFlags(1);
        assertEquals("flows_by_addres", map.kernelName());
        assertEquals("flows-by-address-and-port", map.name());
        assertEquals(Optional.of(PACKETS), map.inner());
        assertEquals(1, map.flags());
        assertTrue(map.create());
    }

    @Test
    void variablesStandInTheirSections() {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(U64);
        int array = types.add(new BtfType.Array(number, number, 3));
        Code code = new Assembler().loadVariable(R1, "count").loadVariable(R1, ".data:flag").exit().assemble();
        BpfObject object = BpfObject.builder("tool").types(types.build(ByteOrder.nativeOrder(), "types"))
                .variable(".bss", "flag", U8).variable(".bss", "count", U64).variable(".bss", "sums", array)
                .variable(".data", "flag", U8).variable(".rodata.own", "limit", U64)
                .program("main", "xdp", code).build();
        assertEquals(List.of("tool.bss", "tool.data", ".rodata.own"),
                object.maps().stream().map(MapSpec::name).toList());
        assertEquals(List.of(40, 1, 8), object.maps().stream().map(MapSpec::valueSize).toList());
        assertEquals(List.of(".bss: unsigned char flag, 1 bytes at 0x0",
                ".bss: unsigned long long count, 8 bytes at 0x8",
                ".bss: unsigned long long sums[3], 24 bytes at 0x10", ".data: unsigned char flag, 1 bytes at 0x0",
                ".rodata.own: unsigned long long limit, 8 bytes at 0x0"),
                object.variables().stream().map(Variable::toString).toList());
        assertTrue(object.variable("limit").readOnly());
        assertEquals(List.of(new Reference.DataReference(0, "tool.bss", 8),
                new Reference.DataReference(2, "tool.data", 0)), object.functions().getFirst().references());
        Variable limit = object.variable("limit");
        assertEquals(7, limit.readLong(object.withVariable("limit", 7).initialValue("limit")));
        assertEquals(0, limit.readLong(object.initialValue("limit")));
    }

    @ParameterizedTest
    @CsvSource({".text, a, is none of", "bss, a, is none of", ".bss, first, has one of that name",
        ".bss, a-b, is no C identifier"})
    void variableThatCannotBe(String section, String name, String message) {
        BpfObjectBuilder builder = BpfObject.builder("tool").variable(".bss", "first", U64);
        String found = assertThrows(IllegalArgumentException.class, () -> builder.variable(section, name, U64))
                .getMessage();
        assertTrue(found.startsWith("tool: variable '" + name + "': ") && found.contains(message), found);
    }

    @Test
    void variableNeedsATypeWithASize() {
        BtfBuilder types = new BtfBuilder();
        int forward = types.add(new BtfType.Fwd("other", false));
        Btf given = types.build(ByteOrder.nativeOrder(), "types");
        BpfObjectBuilder without = BpfObject.builder("tool").variable(".bss", "a", 1);
        assertTrue(assertThrows(IllegalArgumentException.class, without::build).getMessage().contains("no type 1"));
        BpfObjectBuilder sizeless = BpfObject.builder("tool").types(given).variable(".bss", "a", forward);
        assertThrows(IllegalArgumentException.class, sizeless::build);
        BpfObjectBuilder outside = BpfObject.builder("tool").types(given).variable(".bss", "a", 2);
        assertThrows(IllegalArgumentException.class, outside::build);
        BpfObjectBuilder twice = BpfObject.builder("tool").variable(".bss", "a", U64)
                .map(MapSpec.of("tool.bss", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1));
        assertTrue(assertThrows(IllegalArgumentException.class, twice::build).getMessage().contains("two maps"));
    }

    @Test
    void whatTheKernelMayLackIsWeak() {
        Code code = new Assembler().loadKfunc(R1, "bpf_a").callKfunc("bpf_a").loadKernelVariable(R1, "b").exit()
                .assemble();
        BpfObjectBuilder builder = BpfObject.builder("tool").program("main", "xdp", code).weak("bpf_a");
        assertEquals(List.of(new Extern.Kfunc("bpf_a", true, 0), new Extern.KernelVariable("b", false)),
                builder.build().externs());
        builder.weak("bpf_c");
        assertTrue(assertThrows(IllegalArgumentException.class, builder::build).getMessage()
                .contains("'bpf_c' is said to be weak, and nothing refers to it"));
    }

    /** The kernel wants line info of every function or of none. */
    @Test
    void sourcesBecomeLineInfoOfEveryFunction() {
        Code code = new Assembler().mov(R0, 0).source("a.txt", 3, "call it").callFunction("local").exit()
                .label("local").mov(R0, 0).exit().assemble();
        BpfObject object = BpfObject.builder("tool").program("main", "xdp", code).subprogram("shared", NOTHING).build();
        Btf btf = object.btf().orElseThrow();
        assertEquals(List.of(List.of("0 :0 main:", "8 a.txt:3 call it"), List.of("0 :0 local:"),
                List.of("16 :0 shared:")), object.functions().stream().map(function -> function.lineInfo().stream()
                        .map(line -> "%d %s:%d %s".formatted(line.insnOffsetBytes(),
                                btf.stringAt(line.fileNameOffset()), line.line(),
                                btf.stringAt(line.lineOffset()))).toList()).toList());
        BpfObject without = BpfObject.builder("tool").program("main", "xdp", NOTHING).build();
        assertEquals(List.of(), without.functions().getFirst().lineInfo());
    }

    @Test
    void sectionsOfTheCallersOwn() {
        SectionDefinition own = new SectionDefinition("audit", true, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                Optional.empty(), Set.of());
        ProgramSpec program = BpfObject.builder("tool").section(own).program("a", "audit/login", NOTHING).build()
                .program("a");
        assertEquals(Optional.of(own), program.definition());
        assertEquals(Optional.of("login"), program.attachTarget());
        assertEquals(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, program.type());
    }

    private record Mistake(String message, UnaryOperator<Assembler> write) {

        @Override
        public String toString() {
            return message;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake("tool: function 'main': instruction 1: r1 = packet ll: there is no map 'packet'; near: "
                        + "packets", a -> a.mov(R0, 0).loadMap(R1, "packet")),
                new Mistake("tool: function 'main': instruction 0: r1 = other+8 ll: there is no map 'other'",
                        a -> a.loadMapValue(R1, "other", 8)),
                new Mistake("tool: function 'main': instruction 0: call shred: neither a label nor a subprogram is "
                        + "called so; near: shared", a -> a.callFunction("shred")),
                new Mistake("tool: function 'main': instruction 0: r2 = local ll: neither a label nor a subprogram is "
                        + "called so", a -> a.loadFunction(R2, "local")),
                new Mistake("tool: function 'main': instruction 0: call main: 'main' is a program and cannot be called",
                        a -> a.callFunction("main")),
                new Mistake("tool: function 'main': instruction 0: call +0: instruction 1 does not begin a function: "
                        + "call it by a label", a -> a.insn(Insn.of(0x85, 0, 1, 0, 0))),
                new Mistake("tool: function 'main': instruction 1: r1 = jiffies ll: 'jiffies' is referred to in "
                        + "different ways: as a function and as a symbol",
                        a -> a.callKfunc("jiffies").loadKsym(R1, "jiffies")),
                new Mistake("tool: function 'main': instruction 2: r1 = jiffies ll: 'jiffies' is referred to in "
                        + "different ways: as a symbol and as a variable",
                        a -> a.loadKsym(R1, "jiffies").loadKernelVariable(R1, "jiffies")),
                new Mistake("tool: function 'main': instruction 0: r1 = count ll: there is no variable 'count'; near: "
                        + "counts", a -> a.loadVariable(R1, "count")),
                new Mistake("tool: function 'main': instruction 0: r1 = twice ll: there are variables 'twice' in "
                        + "[.bss, .data]: name the section too, as in '.bss:twice'",
                        a -> a.loadVariable(R1, "twice")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesNameFunctionAndInstruction(Mistake mistake) {
        BpfObjectBuilder builder = BpfObject.builder("tool").map(PACKETS).subprogram("shared", NOTHING)
                .variable(".bss", "counts", U64).variable(".bss", "twice", U64).variable(".data", "twice", U64)
                .program("main", "xdp", mistake.write.apply(new Assembler()).exit().assemble());
        assertEquals(mistake.message, assertThrows(AssemblyException.class, builder::build).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"main, xdp, there are two functions 'main'", "local, xdp, there are two functions 'local'",
        "next-one, xdp, the name is no C identifier", "'', xdp, the name is no C identifier",
        "next, xpd, section name 'xpd' says no program type", "next, .text, section name '.text' says no program type"})
    void namesHaveToBeUniqueAndUsable(String name, String section, String message) {
        Code code = new Assembler().callFunction("local").exit().label("local").exit().assemble();
        BpfObjectBuilder builder = BpfObject.builder("tool").program("main", "xdp", code);
        String found = assertThrows(IllegalArgumentException.class, () -> builder.program(name, section, NOTHING))
                .getMessage();
        assertTrue(found.startsWith("tool: ") && found.endsWith(message), found);
    }

    @Test
    void refusesWhatIsThereTwice() {
        BpfObjectBuilder builder = BpfObject.builder("tool").map(PACKETS);
        assertThrows(IllegalArgumentException.class, () -> builder.map(PACKETS.withMaxEntries(2)));
        Code twice = new Assembler().callFunction("main").exit().label("main").exit().assemble();
        assertThrows(IllegalArgumentException.class, () -> builder.program("main", "xdp", twice));
        builder.program("main", "xdp", NOTHING).build();
    }
}
