package bpf4j.kernel;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R10;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R3;
import static bpf4j.insn.Register.R4;
import static bpf4j.insn.Register.R6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.insn.Arithmetic;
import bpf4j.insn.Assembler;
import bpf4j.insn.Atomic;
import bpf4j.insn.Code;
import bpf4j.insn.Condition;
import bpf4j.insn.Size;
import bpf4j.object.BpfObject;
import bpf4j.object.BpfObjectBuilder;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.reloc.RelocationException;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Programs built in code, in the kernel: what they do is seen by running them. */
@KernelTest
class BuiltObjectKernelTest {

    private static final MapSpec SUMS = MapSpec.of("sums", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 2);

    /** Adds its argument to an element of the map, and returns what is there then. */
    private static final Code ADD_TO_SUM = new Assembler()
            .store(Size.W, R10, -4, 1)
            .mov(R6, R1)
            .loadMap(R1, "sums").mov(R2, R10).add(R2, -4).call("bpf_map_lookup_elem")
            .jumpIf(R0, Condition.NE, 0, "found")
            .mov(R0, -1).exit()
            .label("found").atomic(Atomic.ADD, Size.DW, R0, 0, R6).load(Size.DW, R0, R0, 0).exit().assemble();

    @Test
    void loopsCallsAndCountsInAMap() {
        Code main = new Assembler()
                .mov(R6, 1)
                .label("next").mov(R1, R6).callFunction("add_to_sum")
                .add(R6, 1).jumpIf(R6, Condition.LE, 10, "next")
                .exit().assemble();
        BpfObject object = BpfObject.builder("summing").map(SUMS).program("sum", "socket", main)
                .subprogram("add_to_sum", ADD_TO_SUM).build();
        try (LoadedObject loaded = object.load()) {
            assertEquals(55, TestRun.once(loaded.program("sum")));
            assertEquals(110, TestRun.once(loaded.program("sum")));
            byte[] value = loaded.map("sums").lookup(key(1)).orElseThrow();
            assertEquals(110, ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong());
            assertArrayEquals(new byte[8], loaded.map("sums").lookup(key(0)).orElseThrow());
            assertEquals("sum", loaded.program("sum").info().name());
            assertEquals(List.of(), loaded.adaptations());
        }
    }

    @Test
    void reachesIntoTheValueOfAMap() {
        Code main = new Assembler().loadMapValue(R1, "sums", 4).load(Size.W, R0, R1, 0).exit().assemble();
        BpfObject object = BpfObject.builder("reaching").map(SUMS.withMaxEntries(1))
                .program("reach", ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, main).build();
        try (LoadedObject loaded = object.load()) {
            byte[] value = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(1).putInt(77).array();
            loaded.map("sums").update(key(0), value, LoadedMap.BPF_ANY);
            assertEquals(77, TestRun.once(loaded.program("reach")));
        }
    }

    @Test
    void givesHelpersAddressesOfFunctions() {
        KernelVersion.assumeAtLeast(5, 17, "bpf_loop");
        Code main = new Assembler()
                .store(Size.DW, R10, -8, 0)
                .mov(R1, 6).loadFunction(R2, "add_index").mov(R3, R10).add(R3, -8).mov(R4, 0).call("bpf_loop")
                .load(Size.DW, R0, R10, -8).exit()
                .label("add_index").atomic(Atomic.ADD, Size.DW, R2, 0, R1).mov(R0, 0).exit().assemble();
        BpfObject object = BpfObject.builder("looping").license("GPL").program("loop", "tc", main).build();
        try (LoadedObject loaded = object.load()) {
            assertEquals(15, TestRun.once(loaded.program("loop")));
        }
    }

    @Test
    void callsKernelFunctionsByName() {
        KernelVersion.assumeAtLeast(6, 2, "bpf_rcu_read_lock");
        Code main = new Assembler().callKfunc("bpf_rcu_read_lock").callKfunc("bpf_rcu_read_unlock").mov(R0, 7).exit()
                .assemble();
        BpfObject object = BpfObject.builder("locking").license("GPL").program("lock", "tc", main).build();
        try (LoadedObject loaded = object.load()) {
            assertEquals(7, TestRun.once(loaded.program("lock")));
        }
    }

    @Test
    void readsAddressesOfKernelSymbols() throws IOException {
        long expected;
        try (Stream<String> symbols = Files.lines(Path.of("/proc/kallsyms"))) {
            expected = Long.parseUnsignedLong(symbols.filter(line -> line.endsWith(" tcp_v4_rcv")).findFirst()
                    .orElseThrow().split(" ")[0], 16);
        }
        Code main = new Assembler().loadKsym(R0, "tcp_v4_rcv").alu(Arithmetic.RSH, R0, 8).exit().assemble();
        BpfObject object = BpfObject.builder("symbols").program("address", "socket", main).build();
        try (LoadedObject loaded = object.load()) {
            assertEquals((int) (expected >>> 8), TestRun.once(loaded.program("address")));
        }
    }

    @Test
    void refusalsNameTheInstruction() {
        Code main = new Assembler().callFunction("dereference").exit()
                .label("dereference").loadMap(R1, "sums").mov(R0, 0)
                .load(Size.W, R0, R0, 4).exit().assemble();
        BpfObject object = BpfObject.builder("refused").map(SUMS).program("main", "socket", main).build();
        VerifierException e = assertThrows(VerifierException.class, () -> object.load().close());
        assertEquals(Optional.of("dereference"), e.function());
        assertEquals(5, e.insnIndex().orElseThrow());
        assertEquals(Optional.of("r0 = *(u32 *)(r0 + 0x4)"), e.instruction());
        assertTrue(e.source().isEmpty());
        assertTrue(e.getMessage().contains("at instruction 5 in 'dereference': "), e::getMessage);
    }

    @Test
    void refusalsNameWhatTheInstructionNames() {
        Code main = new Assembler().loadMap(R1, "sums").load(Size.DW, R0, R1, 4096).exit().assemble();
        BpfObject object = BpfObject.builder("refused").map(SUMS).program("main", "socket", main).build();
        VerifierException e = assertThrows(VerifierException.class, () -> object.load().close());
        assertEquals(Optional.of("r0 = *(u64 *)(r1 + 0x1000)"), e.instruction());
        assertEquals(2, e.insnIndex().orElseThrow());
    }

    /** {@code program} in bytes: what a generated tool would write, lines and all. */
    private static BpfObject sourced() {
        Code main = new Assembler()
                .source("filter.txt", 1, "sum = total()").callFunction("total")
                .source("filter.txt", 2, "return *sum").load(Size.W, R0, R0, 4).exit()
                .label("total").loadMap(R1, "sums").source("filter.txt", 9, "return 0").mov(R0, 0).exit().assemble();
        return BpfObject.builder("sourced").map(SUMS).program("main", "socket", main).build();
    }

    @Test
    void refusalsShowTheSource() {
        VerifierException e = assertThrows(VerifierException.class, () -> sourced().load().close());
        assertEquals("filter.txt:2: return *sum", e.source().orElseThrow().toString());
        assertTrue(e.log().contains("; return *sum"), e::log);
    }

    @Test
    void dumpsShowTheSource() {
        Code main = new Assembler().mov(R0, 0).source("half of nothing").alu(Arithmetic.RSH, R0, 1)
                .callFunction("rest").exit().label("rest").source("rest.txt", 5, "the rest").mov(R0, 3).exit()
                .assemble();
        try (LoadedObject loaded = BpfObject.builder("sourced").program("main", "socket", main).build().load()) {
            assertEquals(3, TestRun.once(loaded.program("main")));
            assertEquals(List.of(), loaded.adaptations());
            List<String> lines = loaded.program("main").xlated().lines().stream()
                    .flatMap(line -> line.source().stream()).map(Object::toString).distinct().toList();
            assertEquals(3, lines.size(), lines::toString);
            assertEquals("main:", lines.getFirst());
            assertTrue(lines.get(1).matches("BuiltObjectKernelTest.java:\\d+: half of nothing"), lines.get(1));
            assertEquals("rest.txt:5: the rest", lines.get(2));
        }
    }

    @Test
    void globalVariablesAreSharedWithJava() {
        Code main = new Assembler()
                .loadVariable(R1, "limit").load(Size.DW, R2, R1, 0)
                .loadVariable(R1, "runs").mov(R3, 1).atomic(Atomic.ADD, Size.DW, R1, 0, R3)
                .load(Size.DW, R0, R1, 0).jumpIf(R0, Condition.LE, R2, "out").mov(R0, -1)
                .label("out").exit().assemble();
        BtfType.Int u64 = new BtfType.Int("unsigned long long", 8, 0, 0, 64);
        BpfObject object = BpfObject.builder("globals").variable(".bss", "runs", u64).variable(".rodata", "limit", u64)
                .program("main", "socket", main).build();
        try (LoadedObject loaded = object.withVariable("limit", 12).load()) {
            GlobalVariable runs = loaded.variable("runs");
            assertTrue(runs.isMapped());
            assertEquals(1, TestRun.once(loaded.program("main")));
            assertEquals(1, runs.getLong());
            runs.set(11);
            assertEquals(12, TestRun.once(loaded.program("main")));
            assertEquals(-1, TestRun.once(loaded.program("main")));
            assertEquals(12, loaded.variable("limit").getLong());
            assertEquals(List.of(), loaded.adaptations());
        }
    }

    /** Every CPU has a run queue, and in it its own number. */
    @Test
    void readsTypedVariablesOfTheKernel() {
        KernelVersion.assumeAtLeast(5, 10, "typed kernel variables");
        Btf kernel = KernelBtf.shared().vmlinux();
        Assumptions.assumeTrue(listed("runqueues"), "kallsyms lists no variables");
        BtfType.Composite queue = (BtfType.Composite) kernel.type(
                kernel.find("rq", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        int cpu = queue.members().stream().filter(m -> m.name().equals("cpu")).mapToInt(m -> (int) m.offsetBits() / 8)
                .findFirst().orElseThrow();
        Code main = new Assembler().loadKernelVariable(R1, "runqueues").mov(R2, 0).call("bpf_per_cpu_ptr")
                .jumpIf(R0, Condition.NE, 0, "read").mov(R0, -1).exit()
                .label("read").load(Size.W, R0, R0, cpu).exit().assemble();
        BpfObject object = BpfObject.builder("typed").license("GPL").program("main", "raw_tp/sys_enter", main).build();
        try (LoadedObject loaded = object.load()) {
            assertEquals(0, loaded.program("main").testRun(TestRunOptions.ofContext(new byte[16])).returnValue());
        }
    }

    @Test
    void typedVariableThatIsMissing() {
        Code main = new Assembler().loadKernelVariable(R1, "bpf4j_queues").mov(R0, 0)
                .jumpIf(R1, Condition.EQ, 0, "out").mov(R0, 1).label("out").exit().assemble();
        BpfObjectBuilder builder = BpfObject.builder("typed").license("GPL").program("main", "socket", main);
        RelocationException e = assertThrows(RelocationException.class, () -> builder.build().load().close());
        assertTrue(e.getMessage().contains("extern 'bpf4j_queues'"), e::getMessage);
        try (LoadedObject loaded = builder.weak("bpf4j_queues").build().load()) {
            assertEquals(0, TestRun.once(loaded.program("main")));
        }
    }

    @Test
    void weakFunctionIsCalledOnlyWhereItIs() {
        KernelVersion.assumeAtLeast(6, 2, "bpf_rcu_read_lock");
        Code main = new Assembler()
                .loadKfunc(R1, "bpf4j_no_such_function").jumpIf(R1, Condition.EQ, 0, "without")
                .callKfunc("bpf4j_no_such_function").mov(R0, 1).exit()
                .label("without").loadKfunc(R1, "bpf_rcu_read_lock").jumpIf(R1, Condition.EQ, 0, "out")
                .callKfunc("bpf_rcu_read_lock").callKfunc("bpf_rcu_read_unlock").mov(R0, 2).exit()
                .label("out").mov(R0, 3).exit().assemble();
        BpfObject object = BpfObject.builder("weak").license("GPL").program("main", "tc", main)
                .weak("bpf4j_no_such_function").weak("bpf_rcu_read_lock").build();
        try (LoadedObject loaded = object.load()) {
            assertEquals(2, TestRun.once(loaded.program("main")));
        }
    }

    @Test
    void mapsHaveTypes() {
        BtfBuilder types = new BtfBuilder();
        int u32 = types.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
        int pair = types.add(new BtfType.Struct("pair", 8, false, List.of(new BtfType.Member("first", u32, 0, 0),
                new BtfType.Member("second", u32, 32, 0))));
        BpfObject object = BpfObject.builder("typed").types(types.build(ByteOrder.nativeOrder(), "types"))
                .map(SUMS.withTypes(u32, pair))
                .program("main", "socket", new Assembler().mov(R0, 0).exit().assemble()).build();
        try (LoadedObject loaded = object.load()) {
            MapInfo info = loaded.map("sums").info();
            assertTrue(info.btfId() != 0, info::toString);
            assertEquals(List.of(u32, pair), List.of(info.btfKeyTypeId(), info.btfValueTypeId()));
        }
    }

    private static boolean listed(String symbol) {
        try (Stream<String> symbols = Files.lines(Path.of("/proc/kallsyms"))) {
            return symbols.anyMatch(line -> line.endsWith(" " + symbol));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] key(int index) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(index).array();
    }
}
