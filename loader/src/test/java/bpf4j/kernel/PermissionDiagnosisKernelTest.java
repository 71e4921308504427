package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest
class PermissionDiagnosisKernelTest {

    @BeforeAll
    static void needsTool() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "there is no setpriv");
    }

    /** The first program needs nothing of its own, but some kernels keep BPF from all that lack CAP_BPF. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -all      | programs_one_section | first
            -all,+bpf | verifier_causes      | packet_access
            -all,+bpf | core_poison_reached  | read_missing
            """)
    void namesTheMissingCapability(String capabilities, String fixture, String program)
            throws IOException, InterruptedException {
        boolean none = capabilities.equals("-all");
        Path sysctl = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");
        assumeTrue(!none || !Files.readString(sysctl).strip().equals("0"));
        String missing = none ? "needs CAP_BPF"
                : program.equals("packet_access") ? "lacks CAP_NET_ADMIN" : "lacks CAP_PERFMON";
        String message = UnprivilegedJvm.load(capabilities, RefusedPrograms.file(fixture), program);
        assertTrue(message.contains("EPERM ("), message);
        assertTrue(message.contains(missing), message);
    }
}
