package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.link.LinkInfo.Details;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs at tracepoints without and with types, which see the system calls of this process. */
@KernelTest
class RawTracepointLinkKernelTest {

    private static final String OBJECT = "trace_raw";
    private static final long COOKIE = 0x1122334455667788L;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    /** Some system call. */
    private static void call() {
        Files.exists(Path.of("/bpf4j-nothing"));
    }

    private static void seesCallsUntilItIsDetached(Link link, Seen seen) {
        call();
        long before = seen.count();
        assertTrue(before > 0);
        call();
        assertTrue(seen.count() > before);
        link.detach();
        long after = seen.count();
        call();
        assertEquals(after, seen.count());
        link.detach();
        link.close();
        assertThrows(IllegalStateException.class, link::detach);
    }

    @Test
    void programSeesEventsUntilItIsDetached() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "entered")) {
            Seen seen = new Seen(loaded, 0);
            RawTracepointLink link = assertInstanceOf(RawTracepointLink.class, loaded.program("entered").attach());
            assertEquals("program 'entered' at raw tracepoint sys_enter", link.description());
            LinkInfo info = link.info();
            assertEquals(Optional.of(LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT), info.type());
            assertEquals(loaded.program("entered").info().id(), info.programId());
            assertEquals(new Details.RawTracepoint("sys_enter", 0), info.details());
            seesCallsUntilItIsDetached(link, seen);
        }
    }

    @Test
    void programWithTypesSeesEventsUntilItIsDetached() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "entered_typed")) {
            Seen seen = new Seen(loaded, 1);
            TracingLink link = assertInstanceOf(TracingLink.class, loaded.program("entered_typed").attach());
            assertEquals("program 'entered_typed' at tp_btf/sys_enter", link.description());
            assertEquals(new Details.RawTracepoint("sys_enter", 0), link.info().details());
            seesCallsUntilItIsDetached(link, seen);
        }
    }

    @Test
    void cookiesReachThePrograms() throws IOException {
        KernelVersion.assumeAtLeast(6, 10, "cookies of raw tracepoints");
        try (LoadedObject loaded = Seen.load(OBJECT, "entered_with_cookie", "entered_typed_with_cookie")) {
            Seen raw = new Seen(loaded, 2);
            Seen typed = new Seen(loaded, 3);
            try (Link _ = RawTracepointLink.attach(loaded.program("entered_with_cookie"), "sys_enter", COOKIE);
                    Link _ = TracingLink.attach(loaded.program("entered_typed_with_cookie"), COOKIE + 1)) {
                call();
                assertEquals(COOKIE, raw.cookie());
                assertEquals(COOKIE + 1, typed.cookie());
            }
        }
    }

    @Test
    void cookiesAreRefusedWhereTheKernelWouldLoseThem() throws IOException {
        if (KernelVersion.running().compareTo(new KernelVersion(6, 10)) >= 0) {
            return;
        }
        try (LoadedObject loaded = Seen.load(OBJECT, "entered", "entered_typed")) {
            KernelException raw = assertThrows(KernelException.class,
                    () -> RawTracepointLink.attach(loaded.program("entered"), "sys_enter", COOKIE));
            assertTrue(raw.getMessage().contains("Linux 6.10"), raw::getMessage);
            KernelException typed = assertThrows(KernelException.class,
                    () -> TracingLink.attach(loaded.program("entered_typed"), COOKIE));
            assertTrue(typed.getMessage().contains("Linux 6.10"), typed::getMessage);
        }
    }

    @Test
    void writableArgumentIsChanged() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "finished");
                LoadedObject target = BpfObject.read(Fixtures.object("freplace_target-el.o")).load()) {
            new Seen(loaded, 4);
            LoadedProgram decide = target.program("decide");
            assertEquals(0, testRun(decide));
            Link link = loaded.program("finished").attach();
            assertEquals(-Errno.EDOM.number(), testRun(decide));
            link.close();
            assertEquals(0, testRun(decide));
        }
    }

    private static int testRun(LoadedProgram program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = ProgAttr.TestRun.STRUCT.allocate(arena);
            ProgAttr.TestRun.PROG_FD.set(attr, program.fd());
            ProgAttr.TestRun.DATA_SIZE_IN.set(attr, 64);
            ProgAttr.TestRun.DATA_IN.set(attr, arena.allocate(64));
            return Kernel.RUNNING.bpf(BpfCommand.BPF_PROG_TEST_RUN, attr, ProgAttr.TestRun.STRUCT.sizeBytes());
        }
    }

    @Test
    void nameGivenWhenAttaching() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "anywhere")) {
            LoadedProgram program = loaded.program("anywhere");
            KernelException e = assertThrows(KernelException.class, program::attach);
            assertEquals("program 'anywhere': attaching: section 'raw_tp' names no target", e.getMessage());
            Seen seen = new Seen(loaded, 5);
            seesCallsUntilItIsDetached(RawTracepointLink.attach(program, "sys_enter"), seen);
        }
    }

    @Test
    void unknownTracepointIsNamed() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "anywhere")) {
            MissingTargetException e = assertThrows(MissingTargetException.class,
                    () -> RawTracepointLink.attach(loaded.program("anywhere"), "sched_swich"));
            assertEquals(Step.ATTACH, e.step());
            assertEquals("ENOENT", e.errnoName());
            assertEquals("sched_swich", e.target());
            assertTrue(e.near().contains("sched_switch") || TraceFs.find().isEmpty(), e::getMessage);
        }
    }

    @Test
    void programCannotBeReplaced() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "entered", "anywhere");
                Link link = loaded.program("entered").attach()) {
            KernelException e = assertThrows(KernelException.class, () -> link.update(loaded.program("anywhere")));
            assertTrue(e.advice().contains("cannot be replaced"), e::getMessage);
        }
    }

    @Test
    void programOfAnotherKindIsRefused() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("iterators-el.o")).load()) {
            assertTrue(assertThrows(KernelException.class,
                    () -> TracingLink.attach(loaded.program("tasks")))
                    .getMessage().contains("BPF_TRACE_ITER are not attached by a TracingLink"));
            assertThrows(KernelException.class, () -> RawTracepointLink.attach(loaded.program("tasks"), "sys_enter"));
        }
    }

    @Test
    void collectionOfGarbageEndsNothing() throws IOException {
        try (LoadedObject loaded = Seen.load(OBJECT, "entered"); Link _ = loaded.program("entered").attach()) {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            Seen seen = new Seen(loaded, 0);
            call();
            assertTrue(seen.count() > 0);
        }
    }
}
