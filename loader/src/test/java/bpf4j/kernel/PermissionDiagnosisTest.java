package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionDiagnosisTest {

    private static final String ALL = "000001ffffffffff";
    private static final String NONE = "0000000000000000";
    private static final String BPF_ONLY = "0000008000000000";
    private static final String SYS_ADMIN_ONLY = "0000000000200000";
    private static final String INITIAL = "         0          0 4294967295\n";

    @TempDir
    Path root;

    private void write(String file, String text) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A machine on which everything is permitted; each test spoils something. */
    private void healthy() {
        process(ALL, 0);
        write("proc/self/uid_map", INITIAL);
        write("proc/sys/kernel/unprivileged_bpf_disabled", "0\n");
        write("proc/sys/kernel/osrelease", "6.12.1-test\n");
        write("proc/self/limits", "Limit  Soft Limit  Units\nMax locked memory         65536   65536   bytes\n");
        write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    }

    private void process(String capabilities, int seccomp) {
        write("proc/self/status", "Name:\tjava\nCapPrm:\t%s\nCapEff:\t%s\nSeccomp:\t%d\nSeccomp_filters:\t%d\n"
                .formatted(ALL, capabilities, seccomp, seccomp));
    }

    private String found(Step step, String type) {
        return new PermissionDiagnosis(root).find(step, type).orElse("");
    }

    @Test
    void findsNothingWhereAllIsPermitted() {
        healthy();
        assertEquals(Optional.empty(), new PermissionDiagnosis(root).find(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_XDP"));
    }

    @Test
    void findsNothingWhereNothingCanBeRead() {
        assertEquals(Optional.empty(), new PermissionDiagnosis(root).find(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_XDP"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LOAD_PROGRAM | BPF_PROG_TYPE_XDP           | 0000000000000000 | CAP_NET_ADMIN and CAP_BPF
            LOAD_PROGRAM | BPF_PROG_TYPE_XDP           | 0000008000000000 | CAP_NET_ADMIN
            LOAD_PROGRAM | BPF_PROG_TYPE_STRUCT_OPS    | 0000008000000000 | CAP_PERFMON
            LOAD_PROGRAM | BPF_PROG_TYPE_EXT           | 0000008000000000 | CAP_NET_ADMIN and CAP_PERFMON
            LOAD_PROGRAM | BPF_PROG_TYPE_SYSCALL       | 0000000000001000 | CAP_BPF
            CREATE_MAP   | BPF_MAP_TYPE_SOCKHASH       | 0000008000000000 | CAP_NET_ADMIN
            CREATE_MAP   | BPF_MAP_TYPE_LRU_HASH       | 0000000000000000 | CAP_BPF
            LOAD_BTF     | ''                          | 0000004000000000 | CAP_BPF
            ATTACH       | BPF_CGROUP_INET_INGRESS     | 0000008000000000 | CAP_NET_ADMIN
            ATTACH       | BPF_TRACE_FENTRY            | 0000008000000000 | CAP_PERFMON
            """)
    void namesTheCapabilitiesThatAreMissing(Step step, String type, String capabilities, String missing) {
        healthy();
        process(capabilities, 0);
        assertTrue(found(step, type).startsWith("the process lacks " + missing + ": run it as root"),
                () -> found(step, type));
    }

    @ParameterizedTest
    @CsvSource({"LOAD_PROGRAM, BPF_PROG_TYPE_SOCKET_FILTER", "LOAD_PROGRAM, BPF_PROG_TYPE_CGROUP_SKB",
            "CREATE_MAP, BPF_MAP_TYPE_ARRAY", "ATTACH, BPF_STRUCT_OPS", "ACCESS_MAP, BPF_MAP_TYPE_LRU_HASH"})
    void someThingsNeedNoCapability(Step step, String type) {
        healthy();
        process(NONE, 0);
        assertEquals("", found(step, type));
    }

    @Test
    void sysAdminStandsInForAllOthers() {
        healthy();
        process(SYS_ADMIN_ONLY, 0);
        assertEquals("", found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_EXT"));
    }

    @Test
    void oldKernelsAskForSysAdmin() {
        healthy();
        write("proc/sys/kernel/osrelease", "5.4.0\n");
        process(BPF_ONLY, 0);
        assertTrue(found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_SYSCALL").startsWith("the process lacks CAP_SYS_ADMIN: "));
    }

    @Test
    void seesUserNamespace() {
        healthy();
        write("proc/self/uid_map", "         0       1000          1\n");
        assertTrue(found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_XDP").startsWith("the process is in a user namespace"));
    }

    @Test
    void seesSeccompFilter() {
        healthy();
        process(ALL, 2);
        assertTrue(found(Step.CREATE_MAP, "BPF_MAP_TYPE_HASH").contains("seccomp filter"));
    }

    @Test
    void seesLockdown() {
        healthy();
        write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        assertTrue(found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_KPROBE").startsWith("the kernel is locked down"));
    }

    @Test
    void seesThatBpfIsForThePrivilegedOnly() {
        healthy();
        process(NONE, 0);
        write("proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
        assertTrue(found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_SOCKET_FILTER")
                .startsWith("kernel.unprivileged_bpf_disabled is 2, so that this needs CAP_BPF too"));
        process(BPF_ONLY, 0);
        assertEquals("", found(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_SOCKET_FILTER"));
    }

    @Test
    void seesLimitOfLockedMemoryOnOldKernelsOnly() {
        healthy();
        write("proc/sys/kernel/osrelease", "5.10.0-9-amd64\n");
        assertTrue(found(Step.CREATE_MAP, "BPF_MAP_TYPE_HASH").contains("RLIMIT_MEMLOCK, which is 65536 bytes"));
        write("proc/self/limits", "Max locked memory         unlimited            unlimited            bytes\n");
        assertEquals("", found(Step.CREATE_MAP, "BPF_MAP_TYPE_HASH"));
        write("proc/self/limits", "Max locked memory         65536   65536   bytes\n");
        write("proc/sys/kernel/osrelease", "5.11.0\n");
        assertEquals("", found(Step.CREATE_MAP, "BPF_MAP_TYPE_HASH"));
    }

    @Test
    void namesTheFirstReasonOfSeveral() {
        healthy();
        write("proc/sys/kernel/osrelease", "5.10.0\n");
        write("proc/sys/kernel/unprivileged_bpf_disabled", "1\n");
        write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        write("proc/self/uid_map", "0 1000 1\n");
        process(NONE, 2);
        String type = "BPF_PROG_TYPE_XDP";
        assertTrue(found(Step.LOAD_PROGRAM, type).contains("lacks"));
        process(ALL, 2);
        assertTrue(found(Step.LOAD_PROGRAM, type).contains("user namespace"));
        write("proc/self/uid_map", INITIAL);
        assertTrue(found(Step.LOAD_PROGRAM, type).contains("seccomp"));
        process(ALL, 0);
        assertTrue(found(Step.LOAD_PROGRAM, type).contains("locked down"));
        write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
        assertTrue(found(Step.LOAD_PROGRAM, type).contains("RLIMIT_MEMLOCK"));
    }
}
