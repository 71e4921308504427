package bpf4j;

import static bpf4j.insn.Register.R0;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.binary.Executable;
import bpf4j.btf.BtfType;
import bpf4j.event.EventPublisher;
import bpf4j.event.EventSource;
import bpf4j.event.EventThread;
import bpf4j.event.PerfBuffer;
import bpf4j.event.RingBuffer;
import bpf4j.event.UserRingBuffer;
import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.RunStatistics;
import bpf4j.kernel.TestRunOptions;
import bpf4j.link.CgroupAttachment;
import bpf4j.link.CgroupLink;
import bpf4j.link.CgroupSharing;
import bpf4j.link.DirectAttachment;
import bpf4j.link.KernelLink;
import bpf4j.link.Link;
import bpf4j.link.Links;
import bpf4j.link.NetworkNamespace;
import bpf4j.link.OpenedLink;
import bpf4j.link.RawTracepointLink;
import bpf4j.link.TestCgroup;
import bpf4j.map.BpfMap;
import bpf4j.map.Codec;
import bpf4j.map.MapBatch;
import bpf4j.map.MapCursor;
import bpf4j.map.StorageOwner;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import bpf4j.sys.Watch;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real instances of everything that is to be closed: closed twice, used afterwards while other descriptors have taken
 * the old numbers, and forgotten.
 */
@KernelTest
class LifetimeKernelTest {

    private static final int DECOYS = 64;
    private static final int GC_ROUNDS = 500;
    private static final BtfType.Int U64 = new BtfType.Int("unsigned long long", 8, 0, 0, 64);
    private static final Code NOTHING = new Assembler().mov(R0, 0).exit().assemble();
    private static final BpfObject OBJECT = BpfObject.builder("lifetime").license("GPL")
            .map(MapSpec.of("numbers", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 8))
            .map(MapSpec.of("ring", MapType.BPF_MAP_TYPE_RINGBUF, 0, 0, 4096))
            .map(MapSpec.of("orders", MapType.BPF_MAP_TYPE_USER_RINGBUF, 0, 0, 4096))
            .map(MapSpec.of("samples", MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0))
            .variable(".bss", "count", U64)
            .program("enter", "raw_tp/sys_enter", NOTHING).program("egress", "cgroup_skb/egress",
                    new Assembler().mov(R0, 1).exit().assemble()).build();

    private static LoadedObject loaded;
    private static TestCgroup cgroup;

    @BeforeAll
    static void load() throws IOException {
        cgroup = new TestCgroup();
        loaded = OBJECT.load();
        loaded.variables();
    }

    @AfterAll
    static void close() throws IOException {
        loaded.close();
        cgroup.close();
    }

    /** Something that a closed one must not do. */
    private interface Use<T> {
        void on(T closed) throws Exception;
    }

    /**
     * A class with a way to make one.
     *
     * @param collectable whether a forgotten one is found; threads run on, and attachments without a descriptor stay
     * @param uses what throws {@link IllegalStateException} once it is closed
     */
    private record Kind<T extends AutoCloseable>(Class<T> type, Callable<? extends T> make, boolean collectable,
            List<Use<T>> uses) {

        @SafeVarargs
        static <T extends AutoCloseable> Kind<T> of(Class<T> type, Callable<? extends T> make, Use<T>... uses) {
            List<Use<T>> all = new ArrayList<>();
            for (Use<T> use : uses) {
                all.add(use);
            }
            return new Kind<>(type, make, true, all);
        }

        Kind<T> running() {
            return new Kind<>(type, make, false, uses);
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    private static BpfMap<Integer, Long> numbers() {
        return BpfMap.of(loaded.map("numbers"), Codec.INT, Codec.LONG);
    }

    /** A closed source says so by its result, as a poll that is under way has to. */
    private static void requireClosed(EventSource source) {
        if (source.consume(1, (_, _, _, _) -> { }) == EventSource.CLOSED) {
            throw new IllegalStateException("closed");
        }
    }

    static Stream<Kind<?>> kinds() {
        return Stream.of(
                Kind.of(LoadedObject.class, OBJECT::load, o -> o.program("enter").info(), o -> o.attachAll(),
                        o -> o.map("numbers").info(), LoadedObject::variables, o -> o.variable("count"),
                        o -> o.pin(Path.of("/sys/fs/bpf/bpf4j-lifetime"))),
                Kind.of(LoadedProgram.class, () -> LoadedProgram.ofId(loaded.program("egress").info().id()),
                        LoadedProgram::info, LoadedProgram::fd, LoadedProgram::xlated,
                        p -> p.testRun(TestRunOptions.ofData(new byte[64])), p -> p.pin(Path.of("/sys/fs/bpf/none")),
                        p -> RawTracepointLink.attach(p, "sys_enter")),
                Kind.of(LoadedMap.class, () -> LoadedMap.ofId(loaded.map("numbers").info().id()), LoadedMap::info,
                        LoadedMap::fd, m -> m.lookup(new byte[4]), m -> m.update(new byte[4], new byte[8], 0),
                        m -> m.delete(new byte[4]), m -> m.pin(Path.of("/sys/fs/bpf/none")), LoadedMap::freeze,
                        m -> BpfMap.of(m, Codec.INT, Codec.LONG).get(0)),
                Kind.of(KernelBtf.class, LifetimeKernelTest::types, KernelBtf::vmlinux, KernelBtf::modules),
                Kind.of(RunStatistics.class, RunStatistics::enable),
                Kind.of(MapCursor.class, () -> numbers().cursor(), MapCursor::lookup, MapCursor::next,
                        MapCursor::update, c -> c.key().get(ValueLayout.JAVA_BYTE, 0)),
                Kind.of(MapBatch.class, () -> numbers().batch(4), MapBatch::next,
                        b -> b.keys().get(ValueLayout.JAVA_BYTE, 0)),
                Kind.of(StorageOwner.class, () -> StorageOwner.ofFile(cgroup.folder())),
                Kind.of(Executable.class, () -> Executable.open(Path.of("/proc/self/exe")),
                        e -> e.function("main"), Executable::usdtProbes, e -> e.functions(_ -> true)),
                Kind.of(RingBuffer.class, () -> RingBuffer.open(loaded.map("ring")),
                        LifetimeKernelTest::requireClosed),
                Kind.of(PerfBuffer.class, () -> PerfBuffer.open(loaded.map("samples")),
                        LifetimeKernelTest::requireClosed),
                Kind.of(UserRingBuffer.class, () -> UserRingBuffer.open(loaded.map("orders")), r -> r.reserve(8)),
                Kind.of(EventThread.class, () -> EventThread.start(RingBuffer.open(loaded.map("ring")),
                        (_, _, _, _) -> { }), t -> requireClosed(t.source())).running(),
                Kind.of(publisher(), () -> RingBuffer.open(loaded.map("ring")).publisher(_ -> 1)),
                Kind.of(NetworkNamespace.class, NetworkNamespace::ofThisThread, n -> n.call(() -> 1)),
                Kind.of(Links.class, () -> Links.of(List.of(RawTracepointLink.attach(loaded.program("enter")))),
                        Links::detach),
                Kind.of(RawTracepointLink.class, () -> RawTracepointLink.attach(loaded.program("enter")),
                        Link::detach, KernelLink::info, l -> l.update(loaded.program("enter")),
                        l -> l.pin(Path.of("/sys/fs/bpf/none"))),
                Kind.of(CgroupLink.class, () -> (CgroupLink) CgroupLink.attach(loaded.program("egress"),
                        cgroup.folder()), Link::detach, KernelLink::info, l -> l.update(loaded.program("egress")),
                        l -> l.pin(Path.of("/sys/fs/bpf/none"))),
                Kind.of(OpenedLink.class, LifetimeKernelTest::opened, Link::detach, KernelLink::info),
                Kind.of(CgroupAttachment.class, () -> CgroupAttachment.attach(loaded.program("egress"),
                        cgroup.folder(), CgroupSharing.SHARED), Link::detach, l -> l.update(loaded.program("egress")),
                        l -> l.pin(Path.of("/sys/fs/bpf/none"))).running());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Class<EventPublisher<Integer>> publisher() {
        return (Class<EventPublisher<Integer>>) (Class) EventPublisher.class;
    }

    private static KernelBtf types() {
        KernelBtf types = new KernelBtf();
        types.vmlinux();
        return types;
    }

    private static OpenedLink opened() {
        try (RawTracepointLink link = RawTracepointLink.attach(loaded.program("enter"))) {
            return (OpenedLink) Link.ofId(link.info().id());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T extends AutoCloseable> void closesOnceAndIsOfNoUseThen(Kind<T> kind) throws Exception {
        kind.make.call().close();
        long before = Fd.openCount();
        T closed = kind.make.call();
        assertTrue(kind.type.isInstance(closed), closed::toString);
        closed.close();
        assertEquals(before, Fd.openCount());
        List<Integer> decoys = new ArrayList<>();
        try {
            for (int i = 0; i < DECOYS; i++) {
                decoys.add(Syscall.open("/dev/null", Syscall.O_RDONLY));
            }
            assertAll(kind.uses.stream().map(use -> () -> assertThrows(IllegalStateException.class,
                    () -> use.on(closed))));
            closed.close();
            closed.close();
            for (int decoy : decoys) {
                assertEquals(Path.of("/dev/null"), Files.readSymbolicLink(Path.of("/proc/self/fd/" + decoy)));
            }
            assertEquals(before, Fd.openCount());
        } finally {
            decoys.forEach(Syscall::close);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T extends AutoCloseable> void forgottenIsReportedAndReleased(Kind<T> kind) throws Exception {
        Assumptions.assumeTrue(kind.collectable, "it runs on, or lasts in the kernel");
        if (kind.type.equals(KernelBtf.class)) {
            KernelVersion.assumeAtLeast(6, 16, "mapped BTF: older kernels' is read, and nothing is left of it");
        }
        kind.make.call().close();
        long open = Fd.openCount();
        long leaks = Fd.leakCount() + Watch.leakCount();
        forget(kind);
        for (int i = 0; i < GC_ROUNDS && Fd.leakCount() + Watch.leakCount() == leaks; i++) {
            System.gc();
            Thread.sleep(10);
        }
        for (int i = 0; i < GC_ROUNDS && Fd.openCount() > open; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(Fd.leakCount() + Watch.leakCount() > leaks);
        assertEquals(open, Fd.openCount());
    }

    /** In a frame of its own, so that nothing here refers to it. */
    private static void forget(Kind<?> kind) throws Exception {
        assertTrue(kind.make.call().toString() != null);
    }

    /** Whoever adds a class has to add a way to make one, or it has to be one whose methods these cases go through. */
    @Test
    void everyClassIsHere() throws IOException {
        Set<Class<?>> here = kinds().map(Kind::type).collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        for (Class<?> type : LifetimeTest.closeables()) {
            boolean open = Modifier.isAbstract(type.getModifiers());
            boolean ofOne = type.equals(UserRingBuffer.Reservation.class);
            if (!open && !ofOne && !here.contains(type) && !endsAsItsBase(type)) {
                missing.add(type.getName());
            }
        }
        assertEquals(List.of(), missing);
    }

    private static boolean endsAsItsBase(Class<?> type) {
        boolean link = KernelLink.class.isAssignableFrom(type) || DirectAttachment.class.isAssignableFrom(type);
        return link && Stream.of(type.getDeclaredMethods()).map(Method::getName)
                .noneMatch(Set.of("close", "detach", "pin", "unpin", "info")::contains);
    }
}
