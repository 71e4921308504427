package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.MapAttr;
import bpf4j.sys.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemlockRaisingKernelTest {

    private static final String MAP = "wanted";

    /** A kernel that refuses the map for want of privileges or memory until it was asked {@code times}. */
    private static FakeKernel refusing(int times, boolean accountsByGroup) {
        int[] asked = new int[1];
        return new FakeKernel().refusing((_, command, name, _) -> {
            if (name.equals(MAP)) {
                return asked[0]++ < times ? Errno.EPERM : null;
            }
            // The probe calls a helper of the release that brought it; its second program is one that all kernels take.
            return command == BpfCommand.BPF_PROG_LOAD && !accountsByGroup && asked[0]++ == 1 ? Errno.EINVAL : null;
        });
    }

    private static int create(FakeKernel kernel, int times) {
        MemlockRaisingKernel raising = new MemlockRaisingKernel(kernel, KernelFeatures.of(kernel));
        int status = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = MapAttr.Create.STRUCT.allocate(arena);
            MapAttr.Create.MAP_NAME.setString(attr, MAP);
            for (int i = 0; i < times; i++) {
                status = raising.bpf(BpfCommand.BPF_MAP_CREATE, attr, MapAttr.Create.STRUCT.sizeBytes());
            }
        }
        return status;
    }

    private static long asked(FakeKernel kernel) {
        return kernel.calls().stream().filter(c -> c.name().equals(MAP)).count();
    }

    @Test
    void nothingIsAskedWhileCallsSucceed() {
        FakeKernel kernel = new FakeKernel();
        create(kernel, 1);
        assertEquals(1, kernel.calls().size());
    }

    @Test
    void refusalStandsWhereTheLimitDoesNotCount() {
        FakeKernel kernel = refusing(9, true);
        assertEquals(-Errno.EPERM.number(), create(kernel, 2));
        assertEquals(2, asked(kernel));
        assertEquals(1, kernel.calls(BpfCommand.BPF_PROG_LOAD).size(), "probed once");
    }

    @Test
    void limitIsRaisedOnceAndTheCallRepeated() {
        assumeTrue(raise() >= 0, "this process may not raise its limit");
        FakeKernel kernel = refusing(1, false);
        assertEquals(true, create(kernel, 1) > 0);
        assertEquals(2, asked(kernel));
        FakeKernel stubborn = refusing(9, false);
        assertEquals(-Errno.EPERM.number(), create(stubborn, 3));
        assertEquals(4, asked(stubborn));
        assertEquals(Map.of("soft", -1L, "hard", -1L), limit());
    }

    private static int raise() {
        try (Arena arena = Arena.ofConfined()) {
            return Syscall.prlimit(0, Syscall.RLIMIT_MEMLOCK, arena.allocateFrom(ValueLayout.JAVA_LONG, -1L, -1L),
                    MemorySegment.NULL);
        }
    }

    private static Map<String, Long> limit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(16, 8);
            Syscall.prlimit(0, Syscall.RLIMIT_MEMLOCK, MemorySegment.NULL, limit);
            return Map.of("soft", limit.get(ValueLayout.JAVA_LONG, 0), "hard", limit.get(ValueLayout.JAVA_LONG, 8));
        }
    }
}
