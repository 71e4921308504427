package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SyscallTest {

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;

    @Test
    void aBadDescriptorIsEbadf() {
        assertEquals(-Errno.EBADF.number(), Syscall.close(-1));
        assertEquals(-Errno.EBADF.number(), Syscall.fcntl(-1, Syscall.F_GETFD, 0));
    }

    @Test
    void aMissingFileIsEnoent() {
        assertEquals(-Errno.ENOENT.number(), Syscall.open("/there/is/no/such/file", Syscall.O_RDONLY));
    }

    @Test
    void anUnknownCommandOfBpfIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(arena);
            MapAttr.Elem.MAP_FD.set(attr, -1);
            int result = Syscall.bpf(BpfCommand.BPF_MAP_LOOKUP_ELEM, attr);
            // Without privileges the kernel may refuse before it looks at the descriptor.
            assertTrue(Errno.EBADF.is(result) || Errno.EPERM.is(result), () -> Errno.name(-result));
        }
    }

    @Test
    void refusesToShowMoreThanTheAttr() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(8, 8);
            assertThrows(IndexOutOfBoundsException.class, () -> Syscall.bpf(BpfCommand.BPF_MAP_FREEZE, attr, 9));
        }
    }

    @Test
    void readsAndWritesAFile(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("é file"));
        int number = Syscall.open(file.toString(), Syscall.O_RDWR);
        assertTrue(number >= Fd.MIN_NUMBER, () -> Errno.name(-number));
        try (Fd fd = Fd.owning(number, "file"); Arena arena = Arena.ofConfined()) {
            assertEquals(1, Syscall.fcntl(fd.number(), Syscall.F_GETFD, 0), "FD_CLOEXEC");
            assertEquals(5, Syscall.write(fd.number(), arena.allocateFrom("word")));
            assertEquals(0, Syscall.read(fd.number(), arena.allocate(8)));
        }
        assertEquals("word\0", Files.readString(file));
    }

    @Test
    void opensAProcess() {
        int fd = Syscall.openProcess((int) ProcessHandle.current().pid());
        assertTrue(fd >= Fd.MIN_NUMBER, () -> "opened " + fd);
        assertEquals(0, Syscall.close(fd));
        assertEquals(-Errno.EINVAL.number(), Syscall.openProcess(-1));
    }

    @Test
    void aPathWithNulIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Syscall.open("/tmp\0/x", Syscall.O_RDONLY));
    }

    @Test
    void asksForTheFileSystem() {
        assertEquals(0x9fa0, Syscall.fileSystemType("/proc"));
        assertEquals(-Errno.ENOENT.number(), Syscall.fileSystemType("/there/is/no/such/file"));
    }

    @Test
    void readsAResourceLimit() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(16, 8);
            assertEquals(0, Syscall.prlimit(0, Syscall.RLIMIT_NOFILE, MemorySegment.NULL, limit));
            String expected = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow().split("\\s+")[3];
            assertEquals(expected, Long.toString(limit.get(ValueLayout.JAVA_LONG, 0)));
        }
    }

    @Test
    void socketOptionsOfWhatIsNoSocket() {
        try (Fd fd = Fd.owning(Epoll.eventCounter(), "event counter"); Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(4, 4);
            MemorySegment sizeBytes = arena.allocateFrom(ValueLayout.JAVA_INT, 4);
            assertEquals(-Errno.ENOTSOCK.number(),
                    Syscall.getsockopt(fd.number(), SOL_SOCKET, SO_TYPE, value, sizeBytes));
            assertEquals(-Errno.ENOTSOCK.number(), Syscall.setsockopt(fd.number(), SOL_SOCKET, SO_TYPE, value));
        }
    }

    @Test
    void errnoIsTheCallsOwnOnVirtualThreads() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> tasks = new ArrayList<>();
            for (int task = 0; task < 200; task++) {
                boolean close = task % 2 == 0;
                Callable<Void> caller = () -> {
                    for (int round = 0; round < 50; round++) {
                        assertEquals(close ? -Errno.EBADF.number() : -Errno.ENOENT.number(),
                                close ? Syscall.close(-1) : Syscall.open("/there/is/no/such/file", Syscall.O_RDONLY));
                        Thread.yield();
                    }
                    return null;
                };
                tasks.add(executor.submit(caller));
            }
            for (Future<Void> task : tasks) {
                task.get();
            }
        }
    }

    @Test
    void aHotCallAllocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int callsPerRound = 10_000;
        long least = Long.MAX_VALUE;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(arena);
            MapAttr.Elem.MAP_FD.set(attr, -1);
            // The compiler needs some rounds until it sees through the handle.
            for (int round = 0; round < 1000 && least >= callsPerRound; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int call = 0; call < callsPerRound; call++) {
                    Syscall.bpf(BpfCommand.BPF_MAP_LOOKUP_ELEM, attr);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
        }
        assertTrue(least < callsPerRound, "bytes allocated by " + callsPerRound + " calls: " + least);
    }

    @Test
    void initialisingTheClassesCallsNothingNative() throws Exception {
        assertEquals("initialised\nrefused", ChildJvm.run(Initialise.class, "--illegal-native-access=deny"));
    }

    /** Runs where native access is denied. */
    static final class Initialise {
        public static void main(String[] args) throws ClassNotFoundException {
            for (Class<?> type : List.of(Syscall.class, Fd.class, Memory.class, Epoll.class, PerfEvent.class,
                    CallBuffer.class, Errno.class, BpfCommand.class, Architecture.class, ErrnoCapture.class,
                    Downcall.class)) {
                Class.forName(type.getName(), true, type.getClassLoader());
            }
            BpfAttr.all();
            System.out.println("initialised");
            try {
                Syscall.close(-1);
            } catch (IllegalCallerException e) {
                System.out.println("refused");
            }
        }
    }
}
