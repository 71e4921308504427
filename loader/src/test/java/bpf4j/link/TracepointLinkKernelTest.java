package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.kernel.TraceFsMount;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs on tracepoints of the running kernel. */
@KernelTest
class TracepointLinkKernelTest {

    private static final int ENTERED = 0;
    private static final int LEFT = 1;
    private static final int ANYWHERE = 3;

    /** The running kernel without the links that Linux 5.15 brought. */
    private static final Kernel OLD = new Kernel() {
        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            return command == BpfCommand.BPF_LINK_CREATE ? -Errno.EINVAL.number()
                    : Kernel.RUNNING.bpf(command, attr, sizeBytes);
        }

        @Override
        public int close(int fd) {
            return Kernel.RUNNING.close(fd);
        }
    };

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private TraceFsMount tracing;
    private Probed probed;

    @BeforeEach
    void load() throws IOException {
        tracing = new TraceFsMount();
        probed = Probed.load("probes", "entered", "left", "anywhere", "somewhere");
    }

    @AfterEach
    void close() throws IOException {
        probed.close();
        tracing.close();
        Probed.seeNoPerfEvents();
    }

    @Test
    void programRunsWhileItIsAttached() {
        Link link = TracepointLink.attach(probed.program("entered"), "syscalls", "sys_enter_prlimit64");
        assertInstanceOf(TracepointLink.class, link);
        assertEquals("program 'entered' on tracepoint syscalls/sys_enter_prlimit64", link.description());
        probed.seeEffect(ENTERED, link);
    }

    @Test
    void sectionSaysWhere() {
        probed.seeEffect(ENTERED, TracepointLink.attachBySection(probed.program("entered")));
        probed.seeEffect(LEFT, TracepointLink.attachBySection(probed.program("left")));
        assertTrue(assertThrows(KernelException.class,
                () -> TracepointLink.attachBySection(probed.program("anywhere"))).getMessage()
                .contains("section 'tracepoint' does not say what to attach it to"));
        assertTrue(assertThrows(KernelException.class,
                () -> TracepointLink.attachBySection(probed.program("somewhere"))).getMessage()
                .contains("'syscalls' in the name of its section is not of the form category/name"));
    }

    @Test
    void eachAttachmentHasItsCookie() {
        LoadedProgram program = probed.program("anywhere");
        Link first = TracepointLink.attach(program,
                TracepointOptions.of("syscalls", "sys_enter_prlimit64").withCookie(0x1_0000_0000L));
        Link second = TracepointLink.attach(program,
                TracepointOptions.of("syscalls", "sys_exit_prlimit64").withCookie(20));
        Probed.callPrlimit();
        assertEquals(0x1_0000_0014L, probed.cookieSum(ANYWHERE));
        assertEquals(20, probed.cookie(ANYWHERE));
        first.close();
        probed.seeEffect(ANYWHERE, second);
        assertEquals(0x1_0000_0014L + 2 * 20, probed.cookieSum(ANYWHERE));
    }

    @Test
    void programIsAttachedOnce() {
        try (Link _ = TracepointLink.attachBySection(probed.program("entered"))) {
            KernelException e = assertThrows(KernelException.class,
                    () -> TracepointLink.attachBySection(probed.program("entered")));
            assertEquals("EEXIST", e.errnoName());
            assertTrue(e.advice().contains("runs a program once"), e::getMessage);
        }
    }

    @Test
    void programRunsByTheEventItselfToo() {
        TracepointOptions options = TracepointOptions.of("syscalls", "sys_enter_prlimit64").withMode(ProbeMode.EVENT);
        Link link = TracepointLink.attach(probed.program("entered"), options);
        assertInstanceOf(PerfAttachment.class, link);
        probed.seeEffect(ENTERED, link);
        Link detached = TracepointLink.attach(probed.program("entered"), options);
        Probed.callPrlimit();
        detached.detach();
        detached.detach();
        probed.seeNone(ENTERED);
        assertTrue(assertThrows(KernelException.class, () -> detached.pin(Path.of("/x"))).getMessage()
                .contains("takes Linux 5.15"));
        detached.close();
    }

    @Test
    void cookieIsNotDroppedSilently() {
        KernelException e = assertThrows(KernelException.class, () -> TracepointLink.attach(probed.program("entered"),
                TracepointOptions.of("syscalls", "sys_enter_prlimit64").withMode(ProbeMode.EVENT).withCookie(1)));
        assertTrue(e.getMessage().contains("in mode EVENT has no cookie"), e::getMessage);
    }

    @Test
    void pinKeepsTheAttachment() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Link link = TracepointLink.attach(probed.program("entered"), "syscalls", "sys_enter_prlimit64");
            link.pin(fs.folder().resolve("link"));
            link.close();
            Probed.callPrlimit();
            assertEquals(1, probed.count(ENTERED));
            link.unpin();
            probed.awaitNone(ENTERED);
        }
    }

    @Test
    void detachedLinkIsOverAndCanBeDetachedAgain() {
        try (Link link = TracepointLink.attachBySection(probed.program("entered"))) {
            Probed.callPrlimit();
            assertEquals(1, probed.count(ENTERED));
            link.detach();
            link.detach();
            probed.seeNone(ENTERED);
        }
    }

    @Test
    void kernelWithoutLinksAttachesByTheEvent() throws IOException {
        TracepointOptions options = TracepointOptions.of("syscalls", "sys_enter_prlimit64");
        try (Probed old = Probed.load(OLD, "probes", "entered")) {
            Link link = TracepointLink.attach(old.program("entered"), options);
            assertInstanceOf(PerfAttachment.class, link);
            old.seeEffect(ENTERED, link);
            UnsupportedFeatureException cookie = assertThrows(UnsupportedFeatureException.class,
                    () -> TracepointLink.attach(old.program("entered"), options.withCookie(1)));
            assertTrue(cookie.getMessage().contains("no cookies of attachments, which needs Linux 5.15"),
                    cookie::getMessage);
            assertThrows(UnsupportedFeatureException.class,
                    () -> TracepointLink.attach(old.program("entered"), options.withMode(ProbeMode.LINK)));
        }
    }

    @Test
    void missingTracepointIsNamedWithItsNeighbours() {
        LoadedProgram program = probed.program("entered");
        MissingTargetException e = assertThrows(MissingTargetException.class,
                () -> TracepointLink.attach(program, "syscalls", "sys_enter_prlimit46"));
        assertEquals(List.of(Step.ATTACH, "ENOENT", "syscalls/sys_enter_prlimit46"),
                List.of(e.step(), e.errnoName(), e.target()));
        assertTrue(e.near().contains("sys_enter_prlimit64"), e::getMessage);
        assertTrue(assertThrows(MissingTargetException.class,
                () -> TracepointLink.attach(program, "syscall", "sys_enter")).near().contains("syscalls"));
    }

    @Test
    void nameIsNoPath() {
        LoadedProgram program = probed.program("entered");
        for (String name : List.of("../syscalls/sys_enter_prlimit64", "..", ".", "", "sys_enter_prlimit64/", "a\0b")) {
            assertThrows(MissingTargetException.class, () -> TracepointLink.attach(program, "syscalls", name), name);
            assertThrows(MissingTargetException.class, () -> TracepointLink.attach(program, name, "sys_enter"), name);
        }
    }

    @Test
    void programOfAnotherTypeIsRefused() throws IOException {
        try (Probed others = Probed.load("probes", "sampled")) {
            KernelException e = assertThrows(KernelException.class,
                    () -> TracepointLink.attach(others.program("sampled"), "syscalls", "sys_enter_prlimit64"));
            assertEquals(List.of(Step.ATTACH, "EINVAL"), List.of(e.step(), e.errnoName()));
            assertTrue(e.getMessage().contains("the program is of another type"), e::getMessage);
        }
    }

    @Test
    void unmountedTracefsIsAClearError() throws IOException {
        tracing.close();
        boolean mounted = TraceFs.find().isPresent();
        if (!mounted) {
            KernelException e = assertThrows(KernelException.class,
                    () -> TracepointLink.attach(probed.program("entered"), "syscalls", "sys_enter_prlimit64"));
            assertTrue(e.getMessage().contains("mount -t tracefs tracefs /sys/kernel/tracing"), e::getMessage);
        }
        tracing = new TraceFsMount();
        assertTrue(TraceFs.find().isPresent());
    }
}
