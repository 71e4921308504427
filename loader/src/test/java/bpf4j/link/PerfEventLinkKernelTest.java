package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import bpf4j.sys.PerfEvent;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs on perf events that every machine has. */
@KernelTest
class PerfEventLinkKernelTest {

    private static final int SAMPLED = 2;
    private static final long COOKIE = 0xc00c1eL;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private Probed probed;

    @BeforeEach
    void load() throws IOException {
        probed = Probed.load("probes", "sampled");
        probed.watch(SAMPLED, 0);
    }

    @AfterEach
    void close() throws IOException {
        probed.close();
        Probed.seeNoPerfEvents();
    }

    /** Spends time on this CPU until there are samples of it. */
    private long work() {
        long before = probed.count(SAMPLED);
        long end = System.nanoTime() + Patience.LIMIT.toNanos();
        while (probed.count(SAMPLED) == before && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return probed.count(SAMPLED) - before;
    }

    private void seeNone() throws InterruptedException {
        long before = probed.count(SAMPLED);
        Thread.sleep(50);
        assertEquals(before, probed.count(SAMPLED));
    }

    @Test
    void eachCpuIsSampledByItsClock() throws InterruptedException {
        Links links = PerfEventLink.attachToEachCpu(probed.program("sampled"),
                PerfEventOptions.cpuClock(1000).withCookie(COOKIE));
        assertEquals(CpuList.online().count(), links.links().size());
        links.links().forEach(link -> assertInstanceOf(PerfEventLink.class, link));
        assertTrue(work() > 0);
        assertEquals(COOKIE, probed.cookie(SAMPLED));
        links.close();
        seeNone();
    }

    @Test
    void eventAloneIsEnough() throws InterruptedException {
        Links links = PerfEventLink.attachToEachCpu(probed.program("sampled"),
                PerfEventOptions.cpuClock(1000).withMode(ProbeMode.EVENT));
        links.links().forEach(link -> assertInstanceOf(PerfAttachment.class, link));
        assertTrue(work() > 0);
        links.close();
        seeNone();
    }

    @Test
    void oneThreadIsSampledWhereverItRuns() throws InterruptedException {
        try (Link link = PerfEventLink.attach(probed.program("sampled"), PerfEventOptions
                .of(PerfEventOptions.PERF_TYPE_SOFTWARE, PerfEventOptions.PERF_COUNT_SW_TASK_CLOCK,
                        new PerfEventOptions.Sampling.Period(100_000))
                .withPid(0).withCpu(PerfEventOptions.ANY_CPU))) {
            assertEquals("program 'sampled' on perf event type 1 config 0x1, process 0", link.description());
            assertTrue(work() > 0);
        }
        seeNone();
    }

    @Test
    void eventOfTheCallersStaysHis() throws InterruptedException {
        try (Fd event = pageFaults()) {
            Link link = PerfEventLink.attach(probed.program("sampled"), event.number(), COOKIE);
            fault();
            assertTrue(probed.count(SAMPLED) > 0);
            assertEquals(COOKIE, probed.cookie(SAMPLED));
            link.close();
            long before = probed.count(SAMPLED);
            fault();
            assertEquals(before, probed.count(SAMPLED));
            PerfEventLink.attach(probed.program("sampled"), event.number(), 0).close();
        }
    }

    @Test
    void callerEnablesHisEvent() {
        try (Fd event = pageFaults();
                Link _ = PerfEventLink.attachWithoutEnabling(probed.program("sampled"), event.number(), COOKIE)) {
            fault();
            assertEquals(0, probed.count(SAMPLED));
            assertEquals(0, PerfEvent.enable(event.number()));
            fault();
            assertTrue(probed.count(SAMPLED) > 0);
        }
        long before = probed.count(SAMPLED);
        fault();
        assertEquals(before, probed.count(SAMPLED));
    }

    private static Fd pageFaults() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, PerfEventOptions.PERF_TYPE_SOFTWARE);
            PerfEvent.Attr.CONFIG.set(attr, PerfEventOptions.PERF_COUNT_SW_PAGE_FAULTS);
            PerfEvent.Attr.SAMPLE_PERIOD.set(attr, 1);
            PerfEvent.Attr.BITS.set(attr, PerfEvent.Attr.DISABLED);
            return Fd.owning(PerfEvent.open(attr, 0, -1), "event");
        }
    }

    /** Touches pages that nobody has touched. */
    private static void fault() {
        try (var arena = Arena.ofConfined()) {
            arena.allocate(32 << 20).fill((byte) 1);
        }
    }

    @Test
    void eventThatTheMachineDoesNotHave() {
        KernelException e = assertThrows(KernelException.class, () -> PerfEventLink.attach(probed.program("sampled"),
                PerfEventOptions.of(PerfEventOptions.PERF_TYPE_SOFTWARE, 99, new PerfEventOptions.Sampling.Period(1))));
        assertEquals(Step.ATTACH, e.step());
        assertTrue(e.getMessage().contains("this machine has no such event"), e::getMessage);
    }

    @Test
    void cpuThatTheMachineDoesNotHave() {
        assertThrows(KernelException.class, () -> PerfEventLink.attach(probed.program("sampled"),
                PerfEventOptions.cpuClock(10).withCpu(100_000)));
    }

    @Test
    void descriptorThatIsNoEvent() {
        assertEquals("EBADF", assertThrows(KernelException.class,
                () -> PerfEventLink.attach(probed.program("sampled"), 1_000_000, 0)).errnoName());
        KernelException e = assertThrows(KernelException.class,
                () -> PerfEventLink.attach(probed.program("sampled"), probed.program("sampled").fd(), 0));
        assertEquals(Step.ATTACH, e.step());
    }
}
