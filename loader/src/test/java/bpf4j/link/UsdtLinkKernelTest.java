package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.binary.Executable;
import bpf4j.binary.ProcessMapping;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs on USDT probes: all places, their arguments and semaphores. */
@KernelTest
class UsdtLinkKernelTest {

    private static final int COUNT = 0;
    private static final int UNKNOWN = 6;
    private static final long COOKIE = 0x1234_5678_9abcL;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private final String file = ProbedChild.file();
    private ProbedChild child;

    @BeforeEach
    void start() throws IOException {
        child = new ProbedChild();
    }

    @AfterEach
    void stop() throws IOException {
        child.close();
        Probed.seeNoPerfEvents();
    }

    /** Loads the program as its section says, or as on kernels that have no links of many uprobes. */
    private static LoadedObject load(String name, boolean asSectionSays) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.nativeObject(name));
        return (asSectionSays ? object : object.withProgram("on_probe", p -> new ProgramSpec(p.function(),
                Optional.empty(), p.type(), Optional.empty(), p.attachTarget(), true))).load();
    }

    private UsdtLink attach(LoadedObject loaded, String provider, String name) {
        return UsdtLink.attach(loaded.program("on_probe"), UsdtOptions.of(file, provider, name).withCookie(COOKIE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void argumentsOfAllForms(boolean asSectionSays) throws IOException {
        for (String object : List.of("usdt", "usdt_indexed")) {
            try (LoadedObject loaded = load(object, asSectionSays)) {
                try (Link link = attach(loaded, "bpf4j", "request")) {
                    assertEquals(0, child.pass('a'));
                    assertArrayEquals(new long[] {1, COOKIE, 3, -'a', -7, -5, 0}, ProbedChild.counted(loaded));
                    link.detach();
                    child.seeRuns(loaded, COUNT, 0);
                }
                try (Link _ = attach(loaded, "bpf4j", "place")) {
                    child.seeRuns(loaded, COUNT, 3);
                    // The last of the places, whose argument is in a register; the others have a constant.
                    assertArrayEquals(new long[] {4, COOKIE, 1, 'a', 0, 0, 0}, ProbedChild.counted(loaded));
                }
                child.seeRuns(loaded, COUNT, 0);
                assertEquals(0, ProbedChild.counted(loaded)[UNKNOWN]);
            }
        }
    }

    @Test
    void memoryAtTwoRegisters() throws IOException {
        KernelBuild.assume(file.contains("x86_64"), "operands with two registers");
        try (LoadedObject loaded = load("usdt_indexed", true); Link _ = attach(loaded, "bpf4j", "memory")) {
            child.pass('a');
            assertArrayEquals(new long[] {1, COOKIE, 3, 22, 33, 0xfffe, 0}, ProbedChild.counted(loaded));
        }
        try (LoadedObject loaded = load("usdt", true)) {
            assertTrue(assertThrows(KernelException.class, () -> attach(loaded, "bpf4j", "memory")).getMessage()
                    .contains("argument 0 is in memory at two registers"));
            assertEquals("0 of 8 places", loaded.program("on_probe").usdtSlots().orElseThrow().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void semaphoreIsUpWhileAttached(boolean asSectionSays) throws IOException {
        try (LoadedObject loaded = load("usdt", asSectionSays)) {
            assertEquals(0, child.pass('a'));
            try (Link _ = attach(loaded, "bpf4j", "guarded")) {
                assertEquals(1, child.pass('a'));
                assertArrayEquals(new long[] {1, COOKIE, 0, 0, 0, 0, 0}, ProbedChild.counted(loaded));
            }
            assertEquals(0, child.pass('a'));
            assertEquals(1, ProbedChild.counted(loaded)[COUNT]);
        }
    }

    @Test
    void oneLinkIsEnoughWhereTheKernelCanDoIt() throws IOException {
        try (LoadedObject loaded = load("usdt", true); UsdtLink link = attach(loaded, "bpf4j", "place")) {
            boolean many = KernelVersion.running().compareTo(new KernelVersion(6, 10)) >= 0;
            assertEquals(many ? 1 : 3, link.linkCount());
            assertEquals(many ? Optional.of(AttachType.BPF_TRACE_UPROBE_MULTI) : Optional.empty(),
                    loaded.program("on_probe").attachType());
        }
        try (LoadedObject loaded = load("usdt", false); UsdtLink link = attach(loaded, "bpf4j", "place")) {
            assertEquals(3, link.linkCount());
        }
    }

    @Test
    void equalDescriptionsShareASlotAndGiveItBack() throws IOException {
        try (LoadedObject loaded = load("usdt", true)) {
            LoadedProgram program = loaded.program("on_probe");
            List<Link> links = new ArrayList<>();
            links.add(attach(loaded, "bpf4j", "place"));
            assertEquals("2 of 8 places", program.usdtSlots().orElseThrow().toString());
            for (int i = 0; i < 6; i++) {
                links.add(attach(loaded, "bpf4j_other", "request"));
            }
            assertTrue(assertThrows(KernelException.class, () -> attach(loaded, "bpf4j", "request")).getMessage()
                    .contains("all of its 8 elements are in use"));
            links.removeFirst().close();
            links.add(attach(loaded, "bpf4j", "place"));
            child.seeRuns(loaded, COUNT, 6 + 3);
            links.forEach(Link::close);
            assertEquals("0 of 8 places", program.usdtSlots().orElseThrow().toString());
            child.seeRuns(loaded, COUNT, 0);
        }
    }

    @Test
    void programWithoutMapsGetsTheCookieItself() throws IOException {
        try (LoadedObject loaded = ProbedChild.load("uprobe");
                Link _ = UsdtLink.attach(loaded.program("on_call"),
                        UsdtOptions.of(file, "bpf4j", "place").withCookie(5))) {
            child.seeRuns(loaded, 5, 3);
        }
    }

    @Test
    void oneProcessOnly() throws IOException {
        for (boolean asSectionSays : new boolean[] {true, false}) {
            try (LoadedObject loaded = load("usdt", asSectionSays); ProbedChild other = new ProbedChild();
                    Link _ = UsdtLink.attach(loaded.program("on_probe"),
                            UsdtOptions.of(file, "bpf4j", "request").withPid(other.pid()))) {
                child.seeRuns(loaded, COUNT, 0);
                other.seeRuns(loaded, COUNT, 1);
            }
        }
    }

    @Test
    void sectionSaysWhich() throws IOException {
        LoadedObject[] owner = new LoadedObject[1];
        try (Link _ = ProbedChild.loadFor(owner, "usdt", "on_probe", file + ":bpf4j:place").attach()) {
            child.seeRuns(owner[0], COUNT, 3);
        } finally {
            owner[0].close();
        }
        try (LoadedObject loaded = load("usdt", true)) {
            assertThrows(KernelException.class, () -> UsdtLink.attachBySection(loaded.program("on_probe")));
        }
    }

    @Test
    void probesOfThisJavaMachine() throws Exception {
        Path jvm = ProcessMapping.library(ProcessHandle.current().pid(), "libjvm");
        try (Executable executable = Executable.open(jvm)) {
            KernelBuild.assume(executable.usdtProbes().stream().anyMatch(p -> p.name().equals("thread__start")),
                    "a Java with USDT probes");
        }
        try (LoadedObject loaded = load("usdt", true); Link _ = UsdtLink.attach(loaded.program("on_probe"),
                UsdtOptions.of(jvm.toString(), "hotspot", "thread__start").withPid(UprobeOptions.THIS_PROCESS))) {
            Thread.ofPlatform().name("twelve bytes").start(() -> { }).join();
            // Other threads may start at any time: their names have another length.
            assertTrue(ProbedChild.counted(loaded)[COUNT] >= 1);
        }
    }

    @Test
    void kernelWithoutCookiesFindsPlacesByTheirAddress() throws IOException {
        KernelBuild.assume(file.contains("x86_64"), "a program that finds the instruction pointer");
        try (LoadedObject loaded = FakeLoads.loadInto(BpfObject.read(Fixtures.nativeObject("usdt")),
                new KernelWithoutCookies())) {
            assertEquals(Optional.empty(), loaded.program("on_probe").attachType());
            UsdtLink link = attach(loaded, "bpf4j", "request");
            assertEquals(0, child.pass('a'));
            assertArrayEquals(new long[] {1, COOKIE, 3, -'a', -7, -5, 0}, ProbedChild.counted(loaded));
            KernelException twice = assertThrows(KernelException.class, () -> attach(loaded, "bpf4j", "request"));
            assertEquals("EEXIST", twice.errnoName());
            link.close();
            child.seeRuns(loaded, COUNT, 0);
            try (Link _ = attach(loaded, "bpf4j", "place"); Link _ = attach(loaded, "bpf4j", "request")) {
                child.seeRuns(loaded, COUNT, 3 + 1);
            }
            assertEquals(0, ProbedChild.counted(loaded)[UNKNOWN]);
            assertEquals("0 of 8 places", loaded.program("on_probe").usdtSlots().orElseThrow().toString());
        }
        Link outlivesItsObject;
        try (LoadedObject loaded = FakeLoads.loadInto(BpfObject.read(Fixtures.nativeObject("usdt")),
                new KernelWithoutCookies())) {
            outlivesItsObject = attach(loaded, "bpf4j", "request");
        }
        outlivesItsObject.close();
        try (LoadedObject loaded = FakeLoads.loadInto(BpfObject.read(Fixtures.nativeObject("uprobe")),
                new KernelWithoutCookies())) {
            LoadedProgram program = loaded.program("on_call");
            UsdtLink.attach(program, UsdtOptions.of(file, "bpf4j", "place")).close();
            assertThrows(UnsupportedFeatureException.class, () -> UsdtLink.attach(program,
                    UsdtOptions.of(file, "bpf4j", "place").withCookie(5)));
        }
    }

    @Test
    void leavingItEndsWhatDescriptorsHold() throws IOException {
        try (LoadedObject loaded = load("usdt", false)) {
            UsdtLink link = attach(loaded, "bpf4j", "place");
            child.seeRuns(loaded, COUNT, 3);
            link.leave();
            child.seeRuns(loaded, COUNT, 0);
            assertEquals("0 of 8 places", loaded.program("on_probe").usdtSlots().orElseThrow().toString());
        }
    }

    @Test
    void mistakesAreExplained() throws IOException {
        try (LoadedObject loaded = load("usdt", true)) {
            MissingTargetException e = assertThrows(MissingTargetException.class,
                    () -> attach(loaded, "bpf4j", "reqest"));
            assertEquals(List.of("bpf4j:request"), e.near());
            assertTrue(assertThrows(MissingTargetException.class, () -> UsdtLink.attach(loaded.program("on_probe"),
                    UsdtOptions.of(Fixtures.path("user/versions-x86_64.so").toString(), "a", "b"))).getMessage()
                    .contains("has no USDT probes"));
            UsdtLink link = attach(loaded, "bpf4j", "request");
            assertThrows(KernelException.class, () -> link.pin(Path.of("/sys/fs/bpf/usdt")));
            assertThrows(KernelException.class, () -> link.update(loaded.program("on_probe")));
            link.close();
            link.close();
            assertThrows(IllegalStateException.class, link::detach);
        }
    }
}
