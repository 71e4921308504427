package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import bpf4j.insn.HelperFunction;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.sys.Kernel;
import bpf4j.testdata.KernelTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Types and helpers, tried on the running kernel. */
@KernelTest
class TypeProbesKernelTest {

    private static final KernelFeatures FEATURES = KernelFeatures.running();
    private static final RunningKernel KERNEL = new RunningKernel(KernelBtf::shared);

    @Test
    void knowsTypesOfPrograms() {
        assertEquals(FeatureSupport.SUPPORTED, FEATURES.ask(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER));
        assertEquals(FeatureSupport.SUPPORTED, FEATURES.ask(ProgramType.BPF_PROG_TYPE_XDP));
        assertEquals(FeatureSupport.SUPPORTED, FEATURES.ask(ProgramType.BPF_PROG_TYPE_SYSCALL));
        assertEquals(FeatureSupport.SUPPORTED, FEATURES.ask(ProgramType.BPF_PROG_TYPE_SK_LOOKUP));
        assertEquals(FeatureSupport.MISSING, FEATURES.ask(ProgramType.BPF_PROG_TYPE_UNSPEC));
    }

    /** What is younger than the kernel is missing, and nobody is left in doubt about maps. */
    @ParameterizedTest
    @EnumSource(value = MapType.class, names = "BPF_MAP_TYPE_UNSPEC", mode = EnumSource.Mode.EXCLUDE)
    void knowsTypesOfMaps(MapType type) {
        FeatureSupport answer = FEATURES.ask(type);
        Optional<KernelVersion> since = TypeVersions.since(type.name());
        if (since.isPresent() && since.get().compareTo(KERNEL.version()) > 0) {
            assertEquals(FeatureSupport.MISSING, answer);
        } else {
            assertNotEquals(FeatureSupport.INCONCLUSIVE, answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BPF_PROG_TYPE_SOCKET_FILTER, bpf_map_lookup_elem, SUPPORTED",
        "BPF_PROG_TYPE_SOCKET_FILTER, bpf_xdp_adjust_tail, MISSING",
        "BPF_PROG_TYPE_SOCKET_FILTER, bpf_skb_store_bytes, MISSING",
        "BPF_PROG_TYPE_XDP, bpf_xdp_adjust_tail, SUPPORTED",
        "BPF_PROG_TYPE_XDP, bpf_skb_store_bytes, MISSING",
        "BPF_PROG_TYPE_SCHED_CLS, bpf_skb_store_bytes, SUPPORTED",
        "BPF_PROG_TYPE_SK_LOOKUP, bpf_sk_assign, SUPPORTED",
        "BPF_PROG_TYPE_TRACING, bpf_map_lookup_elem, INCONCLUSIVE"})
    void knowsWhichProgramsMayCallAHelper(ProgramType type, String helper, FeatureSupport expected) {
        assertEquals(expected, FEATURES.ask(type, HelperFunction.number(helper).orElseThrow()));
    }

    @Test
    void knowsThatThereIsNoSuchHelper() {
        assertEquals(FeatureSupport.MISSING, FEATURES.ask(ProgramType.BPF_PROG_TYPE_XDP, 100_000));
    }

    @Test
    void leavesNothingOpen() {
        KernelFeatures fresh = new KernelFeatures(Kernel.RUNNING, KernelFeatures.kallsyms());
        try (Descriptors _ = new Descriptors()) {
            for (MapType type : MapType.values()) {
                fresh.ask(type);
            }
            for (ProgramType type : ProgramType.values()) {
                fresh.ask(type);
                fresh.ask(type, 1);
            }
        }
    }
}
