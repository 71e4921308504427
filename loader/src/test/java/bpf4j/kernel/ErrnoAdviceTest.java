package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoAdviceTest {

    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE_MAP   | BPF_MAP_TYPE_RINGBUF      | EINVAL   | of whole pages
            CREATE_MAP   | BPF_MAP_TYPE_RINGBUF      | E2BIG    | size in bytes
            CREATE_MAP   | BPF_MAP_TYPE_LPM_TRIE     | EINVAL   | BPF_F_NO_PREALLOC
            CREATE_MAP   | BPF_MAP_TYPE_TASK_STORAGE | EINVAL   | max_entries 0
            CREATE_MAP   | BPF_MAP_TYPE_DEVMAP_HASH  | EINVAL   | 4 or 8
            CREATE_MAP   | BPF_MAP_TYPE_PERCPU_HASH  | E2BIG    | 32 KiB
            CREATE_MAP   | BPF_MAP_TYPE_HASH         | E2BIG    | larger than this type
            CREATE_MAP   | BPF_MAP_TYPE_HASH         | ENOMEM   | lower max_entries
            CREATE_MAP   | 4711                      | EINVAL   | built without the type
            ACCESS_MAP   | BPF_MAP_TYPE_HASH         | E2BIG    | full
            ACCESS_MAP   | BPF_MAP_TYPE_HASH         | ENOTSUPP | do not have this operation
            LOAD_PROGRAM | BPF_PROG_TYPE_TRACING     | EPERM    | built without what this program attaches to
            LOAD_PROGRAM | BPF_PROG_TYPE_XDP         | E2BIG    | one million
            ATTACH       | BPF_STRUCT_OPS            | EEXIST   | name is taken
            ATTACH       | BPF_STRUCT_OPS            | EBUSY    | registered already
            ATTACH       | BPF_CGROUP_INET4_BIND     | EINVAL   | since Linux 5.7
            ATTACH       | BPF_CGROUP_INET4_BIND     | EPERM    | excludes others
            ATTACH       | BPF_CGROUP_DEVICE         | ESTALE   | of the revision
            ATTACH       | BPF_TRACE_ITER            | EBADF    | IterScope
            ATTACH       | BPF_TRACE_RAW_TP          | EINVAL   | since Linux 6.10
            ATTACH       | BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE | EACCES | more arguments
            ATTACH       | BPF_TRACE_FENTRY          | E2BIG    | 38 programs
            ATTACH       | BPF_LSM_MAC               | EBUSY    | attached there already
            ATTACH       | BPF_PROG_TYPE_EXT         | EINVAL   | another prototype
            CREATE_MAP   | BPF_MAP_TYPE_STRUCT_OPS   | EINVAL   | since Linux 6.4
            REPLACE      | BPF_TRACE_FENTRY          | EINVAL   | cannot be replaced
            REPLACE      | BPF_STRUCT_OPS            | EINVAL   | keeps its name
            QUERY        | ''                        | ENOENT   | has this id
            ATTACH       | BPF_SK_MSG_VERDICT        | EBUSY    | point of the map
            ATTACH       | BPF_XDP                   | EBUSY    | perhaps in another mode
            ATTACH       | BPF_TRACE_UPROBE_MULTI    | EBADF    | regular file
            ATTACH       | BPF_TRACE_UPROBE_SESSION  | ESRCH    | no such process
            ATTACH       | BPF_TCX_EGRESS            | ESTALE   | revision
            ATTACH       | BPF_NETKIT_PEER           | ENXIO    | kind netkit
            ATTACH       | BPF_NETFILTER             | EBUSY    | this priority
            ATTACH       | BPF_SK_LOOKUP             | EINVAL   | no network namespace
            ATTACH       | BPF_TRACE_ITER            | EBUSY    | something else
            READ_EVENTS  | BPF_MAP_TYPE_PERF_EVENT_ARRAY | EACCES | CAP_PERFMON
            PIN          | ''                        | EPERM    | or the name has a dot
            """)
    void knowsTheCommonCases(Step step, String type, Errno errno, String part) {
        String advice = new ErrnoAdvice(root).of(step, type, errno.number());
        assertTrue(advice.contains(part), advice);
    }

    @Test
    void addsNothingToWhatSpeaksForItself() {
        assertEquals("", new ErrnoAdvice(root).of(Step.QUERY, "", Errno.EBADF.number()));
    }

    @Test
    void namesTheVersionThatBringsAType() throws IOException {
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/osrelease"), "6.1.0-29-amd64\n");
        Files.writeString(root.resolve("proc/sys/kernel/version"), "#1 SMP Debian 6.1.123-1\n");
        ErrnoAdvice advice = new ErrnoAdvice(root);
        assertEquals("BPF_MAP_TYPE_ARENA is there since Linux 6.9, and this is 6.1.123",
                advice.of(Step.CREATE_MAP, "BPF_MAP_TYPE_ARENA", Errno.EINVAL.number()));
        assertEquals("BPF_TCX_INGRESS is there since Linux 6.6, and this is 6.1.123",
                advice.of(Step.ATTACH, "BPF_TCX_INGRESS", Errno.EINVAL.number()));
        assertEquals("BPF_PROG_TYPE_NETFILTER is there since Linux 6.4, and this is 6.1.123",
                advice.of(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_NETFILTER", Errno.EINVAL.number()));
        assertTrue(advice.of(Step.CREATE_MAP, "BPF_MAP_TYPE_USER_RINGBUF", Errno.EINVAL.number())
                .contains("of whole pages"));
    }

    @Test
    void everyTypeHasAVersion() {
        for (MapType type : MapType.values()) {
            assertEquals(type != MapType.BPF_MAP_TYPE_UNSPEC, TypeVersions.since(type.name()).isPresent(), type::name);
        }
        for (ProgramType type : ProgramType.values()) {
            assertEquals(type != ProgramType.BPF_PROG_TYPE_UNSPEC, TypeVersions.since(type.name()).isPresent(),
                    type::name);
        }
    }

    @Test
    void missingCapabilityComesBeforeTheTable() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/status"), "CapEff:\t0000000000000000\n");
        String advice = new ErrnoAdvice(root).of(Step.LOAD_PROGRAM, "BPF_PROG_TYPE_XDP", Errno.EPERM.number());
        assertTrue(advice.contains("lacks CAP_NET_ADMIN and CAP_BPF"), advice);
    }
}
