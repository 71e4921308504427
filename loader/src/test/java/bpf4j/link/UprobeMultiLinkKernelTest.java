package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.binary.Executable;
import bpf4j.binary.FunctionSymbol;
import bpf4j.binary.UsdtProbe;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs on many functions of a program at once. */
@KernelTest
class UprobeMultiLinkKernelTest extends OnProbedChild {

    /** How often one pass calls functions that start with {@code probed_}. */
    private static final int CALLS = 4;

    UprobeMultiLinkKernelTest() {
        super("uprobe_multi");
    }

    private static void assumeManyUprobes() {
        KernelVersion.assumeAtLeast(6, 6, "links of many uprobes");
    }

    @Test
    void olderKernelSaysSince() throws IOException {
        KernelVersion running = KernelVersion.running();
        boolean hasMany = running.compareTo(new KernelVersion(6, 6)) >= 0;
        assumeTrue(running.compareTo(new KernelVersion(6, 13)) < 0, "this kernel has all kinds");
        try (LoadedObject session = ProbedChild.load("uprobe_session")) {
            LoadedProgram program = hasMany ? session.program("on_call_and_return") : loaded.program("on_any_call");
            assertTrue(assertThrows(KernelException.class, () -> UprobeMultiLink.attach(program,
                    UprobeMultiOptions.matching(file, "probed_*"))).getMessage()
                    .contains("is there since Linux " + (hasMany ? "6.13" : "6.6")));
        }
    }

    private UprobeMultiLink attach(UprobeMultiOptions options) {
        return UprobeMultiLink.attach(loaded.program(options.isReturn() ? "on_any_return" : "on_any_call"), options);
    }

    @Test
    void runsForEachFunctionOfAPattern() {
        assumeManyUprobes();
        for (boolean isReturn : new boolean[] {false, true}) {
            UprobeMultiLink link = attach(UprobeMultiOptions.matching(file, "probed_*").withReturn(isReturn));
            child.seeRuns(loaded, 0, CALLS);
            link.detach();
            child.seeRuns(loaded, 0, 0);
            link.close();
        }
    }

    @Test
    void cookieTellsTheFunction() {
        assumeManyUprobes();
        try (Link _ = attach(UprobeMultiOptions.named(file, List.of("probed_add", "probed_second", "probed_twice"))
                .withCookies(List.of(1L, 2L, 3L)))) {
            child.pass('a');
        }
        assertArrayEquals(new long[] {0, 2, 1, 1, 0, 0, 0, 0}, ProbedChild.counted(loaded));
    }

    @Test
    void kernelTellsWhereItIs() throws IOException {
        KernelVersion.assumeAtLeast(6, 8, "places of many uprobes in their info");
        List<Long> places;
        try (Executable executable = Executable.open(Path.of(file))) {
            places = executable.functions(name -> name.startsWith("probed_")).stream().map(FunctionSymbol::fileOffset)
                    .toList();
        }
        try (UprobeMultiLink link = attach(UprobeMultiOptions.at(file, places).withCookies(List.of(7L, 8L, 9L))
                .withReturn(true))) {
            LinkInfo.Details.UprobeMulti info = assertInstanceOf(LinkInfo.Details.UprobeMulti.class,
                    link.info().details());
            assertEquals(List.of(Path.of(file).toRealPath().toString(), places, List.of(7L, 8L, 9L), 0),
                    List.of(info.path(), info.offsets(), info.cookies(), info.pid()));
        }
    }

    @Test
    void placesInTheFileAndTheirCounters() throws IOException {
        assumeManyUprobes();
        UsdtProbe guarded;
        try (Executable executable = Executable.open(Path.of(file))) {
            guarded = executable.usdtProbes().stream().filter(p -> p.name().equals("guarded")).findFirst()
                    .orElseThrow();
        }
        assertEquals(0, child.pass('a'));
        try (Link _ = attach(UprobeMultiOptions.at(file, List.of(guarded.fileOffset()))
                .withRefCtrOffsets(List.of(guarded.semaphoreOffset().getAsLong())).withCookies(List.of(4L)))) {
            assertEquals(1, child.pass('a'));
        }
        assertEquals(0, child.pass('a'));
        assertEquals(1, ProbedChild.counted(loaded)[4]);
    }

    @Test
    void oneProcessOnly() throws IOException {
        KernelVersion.assumeAtLeast(6, 10, "processes of many uprobes");
        try (ProbedChild other = new ProbedChild();
                Link _ = attach(UprobeMultiOptions.matching(file, "probed_*").withPid(other.pid()))) {
            child.seeRuns(loaded, 0, 0);
            other.seeRuns(loaded, 0, CALLS);
        }
    }

    @Test
    void sessionRunsAtCallsAndReturns() throws IOException {
        KernelVersion.assumeAtLeast(6, 13, "sessions of uprobes");
        try (LoadedObject session = ProbedChild.load("uprobe_session")) {
            UprobeMultiOptions all = UprobeMultiOptions.matching(file, "probed_*");
            try (Link _ = UprobeMultiLink.attach(session.program("on_call_and_return"), all)) {
                child.seeRuns(session, 0, 2 * CALLS);
            }
            child.seeRuns(session, 0, 0);
            assertTrue(assertThrows(KernelException.class, () -> UprobeMultiLink.attach(
                    session.program("on_call_and_return"), all.withReturn(true))).getMessage().contains("anyway"));
        }
    }

    @Test
    void sectionSaysWhere() throws IOException {
        assumeManyUprobes();
        for (String program : List.of("on_any_call", "on_any_return")) {
            LoadedObject[] owner = new LoadedObject[1];
            try (Link _ = ProbedChild.loadFor(owner, "uprobe_multi", program, file + ":probed_t?ice").attach()) {
                child.seeRuns(owner[0], 0, 1);
            } finally {
                owner[0].close();
            }
        }
    }

    @Test
    void mistakesAreExplained() {
        assumeManyUprobes();
        assertThrows(MissingTargetException.class, () -> attach(UprobeMultiOptions.matching(file, "no_such_*")));
        assertThrows(MissingTargetException.class,
                () -> attach(UprobeMultiOptions.named(file, List.of("probed_add", "no_such"))));
        assertThrows(MissingTargetException.class, () -> attach(UprobeMultiOptions.matching("/no/such/file", "*")));
        assertTrue(assertThrows(KernelException.class, () -> attach(UprobeMultiOptions.at("/", List.of(0L))))
                .getMessage().contains("no regular file"));
        assertTrue(assertThrows(KernelException.class, () -> attach(UprobeMultiOptions.at(file, List.of(1L << 20))))
                .getMessage().contains("not in the file"));
    }
}
