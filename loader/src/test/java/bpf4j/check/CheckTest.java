package bpf4j.check;

import static bpf4j.insn.Register.R0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.object.BpfObject;
import bpf4j.object.BpfObjectBuilder;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.reloc.Kconfig;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules, on kernels that lack one thing each. */
class CheckTest {

    private static final Code NOTHING = new Assembler().mov(R0, 0).exit().assemble();

    private static BpfObject fixture(String name) {
        try {
            return BpfObject.read(Fixtures.object(name + "-el.o"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BpfObjectBuilder builder() {
        return BpfObject.builder("tool").license("GPL");
    }

    private static CheckReport check(BpfObjectBuilder object, String... without) {
        return Check.of(object.build(), InterfaceTypes.kernel(without));
    }

    private static void assertOnly(Severity severity, String text, CheckReport report) {
        assertEquals(1, report.findings().size(), report.findings()::toString);
        assertEquals(severity, report.findings().getFirst().severity());
        assertTrue(report.findings().getFirst().toString().contains(text), report.findings()::toString);
        assertEquals(severity == Severity.BLOCKS ? Verdict.FAILS
                : severity == Severity.UNDECIDED ? Verdict.UNKNOWN : Verdict.LOADS, report.verdict());
    }

    @Test
    void nothingAgainstItMeansThatItLoads() {
        CheckReport report = check(builder().map(MapSpec.of("m", MapType.BPF_MAP_TYPE_HASH, 4, 4, 1))
                .program("main", "xdp", new Assembler().call("bpf_ktime_get_ns").exit().assemble()));
        assertEquals(List.of(), report.findings());
        assertEquals(Verdict.LOADS, report.verdict());
        assertEquals("tool on test: LOADS", report.toString());
    }

    @Test
    void unknownMapType() {
        assertOnly(Severity.BLOCKS, "map 'm': the kernel does not know BPF_MAP_TYPE_RINGBUF, which came with Linux 5.8",
                check(builder().map(MapSpec.of("m", MapType.BPF_MAP_TYPE_RINGBUF, 0, 0, 4096)),
                        "BPF_MAP_TYPE_RINGBUF"));
    }

    @Test
    void mapTypeThatMayNotBeBuiltInIsDecidedByTheConfiguration() {
        BpfObject object = builder().map(MapSpec.of("m", MapType.BPF_MAP_TYPE_XSKMAP, 4, 4, 1)).build();
        TargetKernel kernel = InterfaceTypes.kernel("xsk_map_alloc");
        assertOnly(Severity.UNDECIDED, "CONFIG_XDP_SOCKETS", Check.of(object, kernel));
        assertOnly(Severity.BLOCKS, "CONFIG_XDP_SOCKETS is not set",
                Check.of(object, kernel.withConfig(Kconfig.parse("CONFIG_NET=y", "test"))));
        assertEquals(Verdict.LOADS,
                Check.of(object, kernel.withConfig(Kconfig.parse("CONFIG_XDP_SOCKETS=y", "test"))).verdict());
        assertEquals(Verdict.LOADS, Check.of(object, InterfaceTypes.kernel()).verdict());
    }

    @ParameterizedTest
    @CsvSource({"BPF_MAP_TYPE_HASH, 4, 4, 0, max_entries is 0", "BPF_MAP_TYPE_ARRAY, 8, 4, 1, its key has 8 bytes",
        "BPF_MAP_TYPE_BLOOM_FILTER, 4, 4, 1, this type has none", "BPF_MAP_TYPE_TASK_STORAGE, 4, 4, 1, has to be 0",
        "BPF_MAP_TYPE_HASH, 4, 0, 1, its value has 0 bytes", "BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, inner maps"})
    void sizesThatNoKernelTakes(MapType type, int key, int value, int entries, String problem) {
        assertOnly(Severity.BLOCKS, problem, check(builder().map(MapSpec.of("m", type, key, value, entries))));
    }

    @Test
    void unknownProgramType() {
        assertOnly(Severity.BLOCKS, "program 'main': the kernel does not know BPF_PROG_TYPE_SYSCALL",
                check(builder().program("main", "syscall", NOTHING), "BPF_PROG_TYPE_SYSCALL"));
        assertOnly(Severity.BLOCKS, "the kernel was built without BPF_PROG_TYPE_LIRC_MODE2",
                check(builder().program("main", "lirc_mode2", NOTHING), "built in BPF_PROG_TYPE_LIRC_MODE2"));
    }

    @Test
    void attachTypeCountsWhereTheKernelComparesIt() {
        assertOnly(Severity.BLOCKS, "BPF_CGROUP_UNIX_CONNECT",
                check(builder().program("main", "cgroup/connect_unix", NOTHING), "BPF_CGROUP_UNIX_CONNECT"));
        assertOnly(Severity.NOTE, "BPF_TCX_INGRESS, which came with Linux 6.6",
                check(builder().program("main", "tcx/ingress", NOTHING), "BPF_TCX_INGRESS"));
    }

    @Test
    void helperCountsWhereItIsReached() {
        assertOnly(Severity.BLOCKS, "the kernel has no helper bpf_loop", check(builder().program("main", "xdp",
                new Assembler().call("bpf_loop").exit().assemble()), "BPF_FUNC_loop"));
        assertEquals(Verdict.LOADS, check(builder().program("main", "xdp", new Assembler().mov(R0, 0).jump("end")
                .call("bpf_loop").label("end").exit().assemble()), "BPF_FUNC_loop").verdict());
        assertEquals(Verdict.LOADS, check(builder().program("main", "kprobe", new Assembler()
                .call("bpf_probe_read_kernel").exit().assemble()), "BPF_FUNC_probe_read_kernel").verdict(),
                "the loader replaces it");
    }

    @Test
    void unknownSectionHasNearNames() {
        BpfObject object = builder().program("main", "tc/egress", NOTHING).build()
                .withProgram("main", p -> p.withType(ProgramType.BPF_PROG_TYPE_UNSPEC, Optional.empty()));
        assertOnly(Severity.BLOCKS, "section name 'tc/egress' says of no program type; near: tcx/egress, tc/ingress",
                Check.of(object, InterfaceTypes.kernel()));
    }

    @Test
    void missingFunctionHasNearNames() {
        assertOnly(Severity.BLOCKS, "near: vfs_read", check(builder().program("main", "fentry/vfs_reed", NOTHING)));
        assertOnly(Severity.NOTE, "no function 'vfs_reed' that it could be attached to; near: vfs_read",
                check(builder().program("main", "kprobe/vfs_reed", NOTHING)));
        assertEquals(List.of(), check(builder().program("main", "kprobe/vfs_read+4", NOTHING)).findings());
    }

    @Test
    void licenseOfStructOpsAndSecurityHooks() {
        assertTrue(Check.of(BpfObject.builder("tool").license("BSD").program("main", "lsm/file_open", NOTHING).build(),
                InterfaceTypes.kernel()).findings().stream().anyMatch(f -> f.rule() == Finding.Rule.LICENSE));
    }

    @Test
    void unansweredRelocationsBehindATestAreGuarded() {
        CheckReport report = Check.of(fixture("core_poison_dead"), InterfaceTypes.kernel());
        assertEquals(List.of(), report.findings(Severity.BLOCKS));
        assertTrue(report.guards().size() >= 4, report.guards()::toString);
        assertTrue(report.guards().values().stream().allMatch(g -> g == CheckReport.Guard.GUARDED));
    }

    @Test
    void unansweredRelocationsThatAreReachedFailWithTheirLine() {
        CheckReport report = Check.of(fixture("core_poison_reached"), InterfaceTypes.kernel());
        assertEquals(Verdict.FAILS, report.verdict());
        Finding finding = report.findings(Severity.BLOCKS).getFirst();
        assertEquals(Finding.Rule.POISON, finding.rule());
        assertTrue(finding.source().orElseThrow().file().endsWith("core_poison_reached.bpf.c"), finding::toString);
        assertTrue(finding.problem().contains("struct task_struct.no_such_field was not found"), finding::toString);
        assertEquals(Map.of(report.relocations().getFirst(), CheckReport.Guard.REACHED), report.guards());
    }

    @Test
    void everyRelocationIsToldAlsoBehindAFailure() {
        CheckReport report = Check.of(fixture("core_two_programs"), InterfaceTypes.kernel());
        assertEquals(4, report.relocations().size());
        assertEquals(3, report.guards().size());
        assertEquals(Verdict.FAILS, report.verdict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"struct_ops_order", "struct_ops_link"})
    void structOpsThatTheKernelDoesNotHave(String name) {
        CheckReport report = Check.of(fixture(name), InterfaceTypes.kernel());
        assertTrue(report.findings(Severity.BLOCKS).stream().anyMatch(f -> f.rule() == Finding.Rule.STRUCT_OPS
                && f.problem().contains("bpf_struct_ops_tcp_congestion_ops")), report.findings()::toString);
    }

    @Test
    void optionsWithoutAConfigurationAreUnknown() {
        BpfObject object = fixture("extern_kconfig_missing");
        assertEquals(Verdict.UNKNOWN, Check.of(object, InterfaceTypes.kernel()).verdict());
        CheckReport decided = Check.of(object, InterfaceTypes.kernel().withConfig(Kconfig.parse("CONFIG_X=y", "test")));
        assertEquals(Verdict.FAILS, decided.verdict());
        assertTrue(decided.findings(Severity.BLOCKS).getFirst().problem().contains("configuration does not set it"));
    }

    @Test
    void otherByteOrderFails() throws IOException {
        CheckReport report = Check.of(BpfObject.read(Fixtures.object("maps-eb.o")), InterfaceTypes.kernel());
        assertOnly(Severity.BLOCKS, "byte order", report);
    }
}
