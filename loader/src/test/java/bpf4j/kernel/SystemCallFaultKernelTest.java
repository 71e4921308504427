package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.event.PerfBuffer;
import bpf4j.event.RingBuffer;
import bpf4j.event.UserRingBuffer;
import bpf4j.link.PerfEventLink;
import bpf4j.link.PerfEventOptions;
import bpf4j.object.BpfObject;
import bpf4j.object.MapType;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.SupervisedThread;
import bpf4j.sys.SupervisedThread.Call;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@link FaultTest} does, with the running kernel and every system call: memory of maps, perf events, ring buffers
 * and what waits for them. Each call in turn is refused, once and from then on.
 */
@KernelTest
class SystemCallFaultKernelTest {

    /** From the manual pages of these calls. */
    private static final Map<Call, List<Errno>> ERRNOS = new EnumMap<>(Map.of(
            Call.BPF, List.of(Errno.EPERM, Errno.ENOMEM, Errno.EMFILE),
            Call.PERF_EVENT_OPEN, List.of(Errno.EACCES, Errno.EINVAL, Errno.EMFILE, Errno.ENOENT, Errno.ENOMEM,
                    Errno.ENOSPC),
            Call.IOCTL, List.of(Errno.EINVAL, Errno.EPERM, Errno.EEXIST),
            Call.EPOLL_CREATE1, List.of(Errno.EMFILE, Errno.ENOMEM),
            Call.EPOLL_CTL, List.of(Errno.ENOMEM, Errno.ENOSPC),
            Call.EVENTFD2, List.of(Errno.EMFILE, Errno.ENODEV),
            Call.OPENAT, List.of(Errno.EACCES, Errno.EMFILE, Errno.ENOENT),
            Call.SOCKET, List.of(Errno.EMFILE, Errno.ENOBUFS),
            Call.SENDTO, List.of(Errno.ENOBUFS, Errno.EPERM),
            Call.MMAP, List.of(Errno.EACCES, Errno.EAGAIN, Errno.ENOMEM)));

    /** What a user does with an object. */
    private interface Use {
        void of(LoadedObject loaded) throws Exception;
    }

    /**
     * @param needed calls that have to be made, so that the test is one of them
     * @param optional calls that may fail each time: there is another way
     */
    private record Scenario(String object, Set<Call> needed, Set<Call> optional, Use use) {
    }

    private static final int RARELY_HERTZ = 10;
    private static final Set<Call> NONE = EnumSet.noneOf(Call.class);
    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("maps_arena-el.o", EnumSet.of(Call.MMAP), NONE, _ -> { }),
            new Scenario("variables-el.o", EnumSet.of(Call.MMAP), EnumSet.of(Call.MMAP),
                    loaded -> loaded.variables().forEach(GlobalVariable::getBytes)),
            new Scenario("ringbuf_records-el.o",
                    EnumSet.of(Call.MMAP, Call.EPOLL_CREATE1, Call.EPOLL_CTL, Call.EVENTFD2), NONE,
                    loaded -> events(loaded, MapType.BPF_MAP_TYPE_RINGBUF, map -> RingBuffer.open(map))),
            new Scenario("ringbuf_user-el.o", EnumSet.of(Call.MMAP), NONE,
                    loaded -> events(loaded, MapType.BPF_MAP_TYPE_USER_RINGBUF, UserRingBuffer::open)),
            new Scenario("perf_records-el.o",
                    EnumSet.of(Call.PERF_EVENT_OPEN, Call.MMAP, Call.IOCTL, Call.EPOLL_CTL), NONE,
                    loaded -> events(loaded, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY, PerfBuffer::open)),
            new Scenario("probes-el.o", EnumSet.of(Call.PERF_EVENT_OPEN, Call.IOCTL), NONE, loaded -> PerfEventLink
                    .attachToEachCpu(loaded.program("sampled"), PerfEventOptions.cpuClock(RARELY_HERTZ)).close()),
            new Scenario("trace_raw-el.o", EnumSet.of(Call.BPF), NONE, loaded -> loaded.attachAll().close()));

    private interface Opener {
        AutoCloseable open(LoadedMap map);
    }

    private static void events(LoadedObject loaded, MapType type, Opener opener) throws Exception {
        for (LoadedMap map : loaded.maps()) {
            if (map.spec().is(type)) {
                opener.open(map).close();
            }
        }
    }

    private static int tried;

    @AfterAll
    static void count() {
        System.out.println("system call faults: " + tried);
    }

    @TestFactory
    Stream<DynamicTest> everySystemCallMayFail() {
        Assumptions.assumeTrue(SupervisedThread.isPossible(), "this machine has other numbers of system calls");
        return SCENARIOS.stream().map(scenario -> dynamicTest(scenario.object, () -> failEachCall(scenario)));
    }

    private static void failEachCall(Scenario scenario) throws Exception {
        if (scenario.object.startsWith("maps_arena")) {
            bpf4j.testdata.KernelVersion.assumeAtLeast(6, 9, "arenas");
        }
        BpfObject object = BpfObject.read(Fixtures.object(scenario.object));
        SupervisedThread.Action action = () -> {
            try (LoadedObject loaded = object.load()) {
                scenario.use.of(loaded);
            }
        };
        // Twice, as the first time opens what stays open.
        action.run();
        SupervisedThread.Outcome sound = SupervisedThread.run((_, _) -> null, action);
        assertNull(sound.thrown());
        assertTrue(sound.calls().containsAll(scenario.needed), sound.calls()::toString);
        for (int i = 0; i < sound.calls().size(); i++) {
            Call failing = sound.calls().get(i);
            for (Errno errno : ERRNOS.get(failing)) {
                fail(scenario, action, i, failing, errno, false);
                fail(scenario, action, i, failing, errno, true);
            }
        }
    }

    private static void fail(Scenario scenario, SupervisedThread.Action action, int failing, Call call, Errno errno,
            boolean always) throws Exception {
        String text = "system call %d, %s, fails with %s%s".formatted(failing, call, errno,
                always ? " from then on" : "");
        tried++;
        Map<String, Long> before = held();
        long owned = Fd.openCount();
        Throwable thrown = SupervisedThread.run((index, seen) ->
                index == failing || always && index > failing && seen == call ? errno : null, action).thrown();
        // FaultTest tells which commands of bpf(2) are optional; files say more about a refusal, such as the version.
        assertTrue(thrown != null || !always || call == Call.BPF || call == Call.OPENAT
                || scenario.optional.contains(call), text);
        if (thrown != null) {
            KernelException e = assertInstanceOf(KernelException.class, thrown, text);
            assertTrue(!e.subject().isBlank() && e.getMessage().contains(e.step().text()), text);
            assertTrue(e.errno() == errno.number() || call == Call.OPENAT, () -> text + ": " + e);
        }
        assertEquals(owned, Fd.openCount(), text);
        assertEquals(before, held(), text);
    }

    /** Descriptors that are no files, and mappings of such. */
    private static Map<String, Long> held() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return Stream.concat(links.map(SystemCallFaultKernelTest::target),
                    maps.map(line -> line.replaceFirst("^(\\S+ +){5}", "mapping ")))
                    .filter(target -> target.contains("anon_inode:") || target.contains("btf"))
                    .collect(Collectors.groupingBy(target -> target, Collectors.counting()));
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // The one of the listing itself.
            return "";
        }
    }
}
