package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.binary.Executable;
import bpf4j.binary.FunctionLookup;
import bpf4j.binary.ProcessMapping;
import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFsMount;
import bpf4j.sys.Epoll;
import bpf4j.sys.Syscall;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs on functions of programs and libraries: run while they are attached, and not afterwards. */
@KernelTest
class UprobeLinkKernelTest extends OnProbedChild {

    UprobeLinkKernelTest() {
        super("uprobe");
    }

    private Link attach(String program, UprobeOptions options) {
        return UprobeLink.attach(loaded.program(program), options);
    }

    /** Sees how often a program runs for one pass of the child, and no more when it is detached. */
    private void seeEffect(Link link, int cookie, long runs) {
        child.seeRuns(loaded, cookie, runs);
        link.detach();
        child.seeRuns(loaded, cookie, 0);
        link.close();
    }

    @ParameterizedTest
    @CsvSource({"on_call, probed_add, 2", "on_call, probed_alias, 2", "on_call, probed_twice, 1",
        "on_return, probed_add, 2", "on_call_sleeping, probed_second, 1"})
    void runsForEachCall(String program, String function, long runs) {
        Link link = attach(program, UprobeOptions.of(file, function).withReturn(program.equals("on_return"))
                .withCookie(3));
        assertInstanceOf(UprobeLink.class, link);
        seeEffect(link, 3, runs);
    }

    @Test
    void threeArgumentsAreEnough() {
        seeEffect(UprobeLink.attach(loaded.program("on_call"), file, "probed_second"), 0, 1);
    }

    @Test
    void instructionInAFunctionAndInAFile() throws IOException {
        long offset;
        try (Executable executable = Executable.open(Path.of(file))) {
            offset = assertInstanceOf(FunctionLookup.Found.class, executable.function("probed_twice")).function()
                    .fileOffset();
        }
        seeEffect(attach("on_call", UprobeOptions.ofOffset(file, offset)), 0, 1);
        try (Executable executable = Executable.open(Path.of(file))) {
            long nop = executable.usdtProbes().stream().filter(p -> p.provider().equals("bpf4j_other")).findFirst()
                    .orElseThrow().fileOffset();
            long run = assertInstanceOf(FunctionLookup.Found.class, executable.function("run")).function().fileOffset();
            seeEffect(attach("on_call", UprobeOptions.of(file, "run").withOffsetBytes(nop - run)), 0, 1);
        }
    }

    @Test
    void kernelTellsWhereItIs() throws IOException {
        KernelVersion.assumeAtLeast(6, 9, "cookies of uprobes in their info");
        long offset;
        try (Executable executable = Executable.open(Path.of(file))) {
            offset = assertInstanceOf(FunctionLookup.Found.class, executable.function("probed_twice")).function()
                    .fileOffset();
        }
        for (boolean isReturn : new boolean[] {false, true}) {
            try (Link link = attach(isReturn ? "on_return" : "on_call",
                    UprobeOptions.of(file, "probed_twice").withReturn(isReturn).withCookie(9))) {
                assertEquals(new LinkInfo.Details.Uprobe(file, offset, isReturn, 0, 9),
                        ((UprobeLink) link).info().details());
            }
        }
    }

    @Test
    void oneProcessOnly() throws IOException {
        try (ProbedChild other = new ProbedChild();
                Link _ = attach("on_call", UprobeOptions.of(file, "probed_twice").withPid(other.pid()).withCookie(1))) {
            child.seeRuns(loaded, 1, 0);
            other.seeRuns(loaded, 1, 1);
        }
    }

    @Test
    void thisProcessWhicheverThreadAsked() throws Exception {
        Link[] link = new Link[1];
        UprobeOptions options = UprobeOptions.of("libc.so.6", "eventfd").withPid(UprobeOptions.THIS_PROCESS)
                .withCookie(2);
        Thread thread = Thread.ofPlatform().start(() -> link[0] = attach("on_call", options));
        thread.join();
        long before = ProbedChild.counted(loaded)[2];
        Syscall.close(Epoll.eventCounter());
        Thread.ofPlatform().start(() -> Syscall.close(Epoll.eventCounter())).join();
        assertEquals(before + 2, ProbedChild.counted(loaded)[2]);
        link[0].close();
        Syscall.close(Epoll.eventCounter());
        assertEquals(before + 2, ProbedChild.counted(loaded)[2]);
    }

    @Test
    void counterIsUpWhileAttached() throws IOException {
        long counter;
        try (Executable executable = Executable.open(Path.of(file))) {
            counter = executable.usdtProbes().stream().filter(p -> p.name().equals("guarded")).findFirst().orElseThrow()
                    .semaphoreOffset().getAsLong();
        }
        assertEquals(0, child.pass('a'));
        try (Link link = attach("on_call", UprobeOptions.of(file, "probed_twice").withRefCtrOffset(counter))) {
            assertEquals(1, child.pass('a'));
            if (KernelVersion.running().compareTo(new KernelVersion(6, 16)) >= 0) {
                assertEquals(counter, assertInstanceOf(LinkInfo.Details.Uprobe.class,
                        ((UprobeLink) link).info().details()).refCtrOffset());
            }
        }
        assertEquals(0, child.pass('a'));
    }

    @Test
    void eventAloneIsEnough() {
        Link link = attach("on_call", UprobeOptions.of(file, "probed_twice").withMode(ProbeMode.EVENT));
        assertInstanceOf(PerfAttachment.class, link);
        seeEffect(link, 0, 1);
    }

    @Test
    void probeInTraceFs() throws IOException {
        try (TraceFsMount tracing = new TraceFsMount()) {
            Path events = tracing.folder().resolve("uprobe_events");
            assertEquals(List.of(), Files.readAllLines(events));
            Link link = attach("on_return", UprobeOptions.of(file, "probed_twice").withReturn(true)
                    .withMode(ProbeMode.LEGACY));
            assertEquals(1, Files.readAllLines(events).size());
            seeEffect(link, 0, 1);
            assertEquals(List.of(), Files.readAllLines(events));
        }
    }

    @Test
    void probeInTraceFsOfOneProcess() throws IOException {
        try (TraceFsMount tracing = new TraceFsMount(); ProbedChild other = new ProbedChild()) {
            try (Link _ = attach("on_call", UprobeOptions.of(file, "probed_twice").withPid(other.pid())
                    .withMode(ProbeMode.LEGACY))) {
                child.seeRuns(loaded, 0, 0);
                other.seeRuns(loaded, 0, 1);
            }
            other.seeRuns(loaded, 0, 0);
            KernelException noProcess = refused(UprobeOptions.of(file, "run").withPid(1 << 30)
                    .withMode(ProbeMode.LEGACY));
            assertTrue(noProcess.getMessage().contains("no such process"), noProcess::getMessage);
            assertEquals(List.of(), Files.readAllLines(tracing.folder().resolve("uprobe_events")));
        }
    }

    /** As the child of a process does between its fork and its exec. */
    @Test
    void probeInTraceFsGoesWhenAnotherLetsGoOfItsEvent() throws Exception {
        try (TraceFsMount tracing = new TraceFsMount()) {
            Link link = attach("on_call", UprobeOptions.of(file, "probed_twice").withMode(ProbeMode.LEGACY));
            int copy = Syscall.fcntl(eventDescriptor(), Syscall.F_DUPFD_CLOEXEC, 3);
            assertTrue(copy > 0, () -> "dup: " + copy);
            Thread other = Thread.ofPlatform().start(() -> {
                LockSupport.parkNanos(20_000_000);
                Syscall.close(copy);
            });
            link.close();
            other.join();
            assertEquals(List.of(), Files.readAllLines(tracing.folder().resolve("uprobe_events")));
        }
    }

    private static int eventDescriptor() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().contains("perf_event");
                } catch (IOException e) {
                    return false;
                }
            }).map(fd -> Integer.parseInt(fd.getFileName().toString())).findFirst().orElseThrow();
        }
    }

    /** The file of tracefs that takes probes has words, and comments behind a number sign. */
    @ParameterizedTest
    @CsvSource({"a:b, true", "a(1), true", "a#b, false", "'a b', false"})
    void pathsThatTraceFsTakes(String name, boolean taken, @TempDir Path folder) throws IOException {
        Path copy = Files.copy(Path.of(file), folder.resolve(name));
        UprobeOptions options = UprobeOptions.of(copy.toString(), "probed_twice").withMode(ProbeMode.LEGACY);
        try (TraceFsMount tracing = new TraceFsMount()) {
            if (taken) {
                attach("on_call", options).close();
            } else {
                assertTrue(refused(options).getMessage().contains("tracefs takes no path"));
            }
            assertEquals(List.of(), Files.readAllLines(tracing.folder().resolve("uprobe_events")));
        }
    }

    @Test
    void programOfAnotherTypeIsNotBlamedOnThePlace() throws IOException {
        try (LoadedObject other = ProbedChild.load("trace_raw")) {
            for (ProbeMode mode : List.of(ProbeMode.AUTO, ProbeMode.EVENT)) {
                KernelException e = assertThrows(KernelException.class, () -> UprobeLink.attach(
                        other.program("entered"), UprobeOptions.of(file, "probed_twice").withMode(mode)).close());
                assertTrue(e.getMessage().contains("the program is of another type"), e::getMessage);
            }
        }
    }

    @Test
    void pinKeepsIt() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Link link = attach("on_call", UprobeOptions.of(file, "probed_twice"));
            link.pin(fs.folder().resolve("probe"));
            link.close();
            child.seeRuns(loaded, 0, 1);
            link.unpin();
            // The kernel lets go of a file's link a moment after the file is gone.
            Patience.until(() -> {
                long before = ProbedChild.counted(loaded)[0];
                child.pass('a');
                return ProbedChild.counted(loaded)[0] == before;
            });
            child.seeRuns(loaded, 0, 0);
        }
    }

    /** An update of a package deletes the file that running processes have mapped. */
    @Test
    void fileThatWasDeletedIsFoundThroughTheProcess(@TempDir Path folder) throws IOException {
        Path copy = Files.copy(Path.of(file), folder.resolve("a copy"), StandardCopyOption.COPY_ATTRIBUTES);
        Process process = new ProcessBuilder(copy.toString()).start();
        process.getOutputStream().write('a');
        process.getOutputStream().flush();
        assertEquals('0', process.getInputStream().read());
        Files.delete(copy);
        Path mapped = ProcessMapping.library(process.pid(), "a copy");
        try (Link _ = attach("on_call", UprobeOptions.of(mapped.toString(), "probed_twice"))) {
            process.getOutputStream().write('a');
            process.getOutputStream().flush();
            assertEquals('0', process.getInputStream().read());
            assertEquals(1, ProbedChild.counted(loaded)[0]);
        } finally {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }

    @Test
    void sectionSaysWhere() throws IOException {
        for (String program : List.of("on_call", "on_return", "on_call_sleeping")) {
            LoadedObject[] owner = new LoadedObject[1];
            try (Link link = ProbedChild.loadFor(owner, "uprobe", program, file + ":probed_add").attach()) {
                child.seeRuns(owner[0], 0, 2);
                link.detach();
                child.seeRuns(owner[0], 0, 0);
            } finally {
                owner[0].close();
            }
        }
    }

    @Test
    void sectionThatSaysNoPlace() throws IOException {
        for (String target : List.of("probed_add", file + ":", file + ":run+x y", ":run")) {
            LoadedObject[] owner = new LoadedObject[1];
            try {
                var program = ProbedChild.loadFor(owner, "uprobe", "on_return", target);
                assertThrows(KernelException.class, () -> UprobeLink.attachBySection(program).close(), target);
            } finally {
                owner[0].close();
            }
        }
    }

    private KernelException refused(UprobeOptions options) {
        KernelException e = assertThrows(KernelException.class, () -> attach("on_call", options).close());
        assertEquals(Step.ATTACH, e.step());
        return e;
    }

    @Test
    void whatIsMissingIsOneException() {
        MissingTargetException function = assertInstanceOf(MissingTargetException.class,
                refused(UprobeOptions.of(file, "probed_ad")));
        assertEquals(List.of("probed_ad", "ENOENT"), List.of(function.target(), function.errnoName()));
        assertTrue(function.near().contains("probed_add"), function::getMessage);
        for (UprobeOptions options : List.of(UprobeOptions.of("/no/such/file", "main"),
                UprobeOptions.of("libnever.so", "x"), UprobeOptions.ofOffset("/no/such/file", 0x100))) {
            assertInstanceOf(MissingTargetException.class, refused(options));
        }
    }

    @Test
    void otherMistakesAreExplained() {
        assertTrue(refused(UprobeOptions.of(file, "duplicate")).getMessage().contains("'duplicate' several times"));
        assertTrue(refused(UprobeOptions.ofOffset(file, 1 << 20)).getMessage().contains("0x100000 is not in it"));
        assertTrue(refused(UprobeOptions.of("/proc/version", "main")).getMessage().contains("version: 0x0: "));
        assertTrue(refused(UprobeOptions.of(file, "run").withPid(1 << 30)).getMessage().contains("no such process"));
    }
}
