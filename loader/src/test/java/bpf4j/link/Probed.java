package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.BpfObject;
import bpf4j.sys.Kernel;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs of {@code probed.h}: which ran how often for this thread. */
final class Probed implements AutoCloseable {

    private static final int VALUE_BYTES = 40;
    private static final int COUNT = 8;
    private static final int COOKIE = 16;
    private static final int COOKIE_SUM = 24;
    private static final int FUNCTION = 32;

    private final LoadedObject loaded;
    private final LoadedMap map;

    private Probed(LoadedObject loaded) {
        this.loaded = loaded;
        this.map = loaded.map("probed");
    }

    /** Loads some programs of an object, not the others. */
    static Probed load(String object, String... programs) throws IOException {
        return load(Kernel.RUNNING, object, programs);
    }

    /** Loads into a kernel some programs of an object, not the others. */
    static Probed load(Kernel kernel, String object, String... programs) throws IOException {
        BpfObject read = BpfObject.read(Fixtures.nativeObject(object));
        for (var program : read.programs()) {
            read = read.withProgram(program.name(), p -> p.withAutoload(List.of(programs).contains(p.name())));
        }
        Probed probed = new Probed(FakeLoads.loadInto(read, kernel));
        for (int i = 0; i < 16; i++) {
            probed.watch(i, thread());
        }
        return probed;
    }

    /** What the kernel calls this thread: others of the JVM make system calls when they like. */
    private static long thread() throws IOException {
        return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
    }

    /** Has a program count for one thread, or for all if it is 0. */
    void watch(int index, long thread) {
        byte[] value = ByteBuffer.allocate(VALUE_BYTES).order(ByteOrder.nativeOrder()).putLong(0, thread).array();
        map.update(key(index), value, LoadedMap.BPF_ANY);
    }

    LoadedProgram program(String name) {
        return loaded.program(name);
    }

    long count(int index) {
        return value(index, COUNT);
    }

    long cookie(int index) {
        return value(index, COOKIE);
    }

    long cookieSum(int index) {
        return value(index, COOKIE_SUM);
    }

    long function(int index) {
        return value(index, FUNCTION);
    }

    private long value(int index, int offsetBytes) {
        byte[] value = map.lookup(key(index)).orElseThrow();
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong(offsetBytes);
    }

    private static byte[] key(int index) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, index).array();
    }

    /** A system call that nothing else on this thread makes. */
    static void callPrlimit() {
        assertEquals(0, Syscall.prlimit(0, Syscall.RLIMIT_NOFILE, MemorySegment.NULL, MemorySegment.NULL));
    }

    /** Sees a program run once for each call while it is attached, and no more afterwards. */
    void seeEffect(int index, Link link) {
        seeEffect(index, link, 1);
    }

    void seeEffect(int index, Link link, int runsForEachCall) {
        long before = count(index);
        callPrlimit();
        callPrlimit();
        assertEquals(before + 2L * runsForEachCall, count(index), link.description());
        link.close();
        seeNone(index);
    }

    void seeNone(int index) {
        long before = count(index);
        callPrlimit();
        assertEquals(before, count(index));
    }

    /** Waits for the end of an attachment whose last holder was a file: the kernel frees that a moment later. */
    void awaitNone(int index) throws InterruptedException {
        Patience.until(() -> {
            long before = count(index);
            callPrlimit();
            return count(index) == before;
        });
        seeNone(index);
    }

    /** The perf events of this process that are open. */
    static void seeNoPerfEvents() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            assertFalse(fds.anyMatch(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().contains("perf_event");
                } catch (IOException e) {
                    return false;
                }
            }));
        }
    }

    @Override
    public void close() {
        loaded.close();
    }
}
