package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.RunningKernel;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.kernel.TraceFsMount;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs on many functions of the running kernel, if it has kprobes. */
@KernelTest
class KprobeMultiLinkKernelTest {

    private static final int CALLED_ONE = 4;
    private static final int RETURNED_FROM_ONE = 5;
    private static final int AROUND = 0;
    private static final int BEFORE = 1;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private TraceFsMount tracing;
    private Probed probed;
    private String syscall;

    @BeforeEach
    void load() throws IOException {
        tracing = new TraceFsMount();
        probed = Probed.load("probes_kernel", "called_one", "returned_from_one", "called_with_a_dash");
        syscall = SyscallFunction.running().find("prlimit64", "a test");
    }

    @AfterEach
    void close() throws IOException {
        probed.close();
        tracing.close();
    }

    /** Not every kernel with kprobes has them: Debian's 6.1 does not. */
    private static boolean hasFprobes() {
        return new RunningKernel(() -> {
            throw new AssertionError("types are not needed");
        }).kconfig().value("CONFIG_FPROBE").isPresent();
    }

    private static void assumeFprobes() {
        assumeTrue(hasFprobes(), "this kernel was built without CONFIG_FPROBE");
    }

    @Test
    void kernelWithoutThemSaysSo() {
        assumeFalse(hasFprobes());
        assertThrows(UnsupportedFeatureException.class, () -> KprobeMultiLink.attach(probed.program("called_one"),
                KprobeMultiOptions.named(List.of("do_prlimit"))));
    }

    @Test
    void sectionHasAPattern() {
        assumeFprobes();
        KprobeMultiLink link = KprobeMultiLink.attachBySection(probed.program("called_one"));
        assertEquals("program 'called_one' on kernel functions *_prlimit*", link.description());
        // The system call's function and the one that it calls.
        probed.seeEffect(CALLED_ONE, link, 2);
        probed.seeEffect(RETURNED_FROM_ONE, KprobeMultiLink.attachBySection(probed.program("returned_from_one")), 2);
        assertTrue(assertThrows(KernelException.class,
                () -> KprobeMultiLink.attachBySection(probed.program("called_with_a_dash"))).getMessage()
                .contains("'do-*' in the name of its section"));
    }

    @Test
    void functionsAreNamed() {
        assumeFprobes();
        probed.seeEffect(CALLED_ONE, KprobeMultiLink.attach(probed.program("called_one"),
                KprobeMultiOptions.named(List.of("do_prlimit"))));
        probed.seeEffect(RETURNED_FROM_ONE, KprobeMultiLink.attach(probed.program("returned_from_one"),
                KprobeMultiOptions.named(List.of("do_prlimit", "bpf_prog_put")).withReturn(true)));
    }

    @Test
    void addressesAndCookiesBelongTogether() {
        assumeFprobes();
        Map<String, Long> addresses = KprobeRefusal.KALLSYMS.addresses(Set.of("do_prlimit", syscall, "vfs_read"));
        List<Long> three = List.of(addresses.get("vfs_read"), addresses.get("do_prlimit"), addresses.get(syscall));
        for (List<Long> order : List.of(three, three.reversed())) {
            List<Long> cookies = order.stream()
                    .map(address -> address.equals(three.get(1)) ? 100L : 0x7000_0000_0000L).toList();
            long before = probed.cookieSum(CALLED_ONE);
            try (Link _ = KprobeMultiLink.attach(probed.program("called_one"),
                    KprobeMultiOptions.at(order.subList(1, 3)).withCookies(cookies.subList(1, 3)))) {
                Probed.callPrlimit();
            }
            boolean both = order.getFirst().equals(three.getFirst());
            assertEquals(both ? 0x7000_0000_0064L : 100, probed.cookieSum(CALLED_ONE) - before);
            assertEquals(three.get(1), probed.function(CALLED_ONE));
        }
    }

    @Test
    void namesAndCookiesBelongTogether() {
        assumeFprobes();
        try (Link _ = KprobeMultiLink.attach(probed.program("called_one"),
                KprobeMultiOptions.named(List.of("vfs_read", "do_prlimit")).withCookies(List.of(7L, 100L)))) {
            Probed.callPrlimit();
            assertEquals(100, probed.cookie(CALLED_ONE));
        }
    }

    @Test
    void patternTakesWhatTheKernelCanTrace() {
        assumeFprobes();
        TraceFs fs = TraceFs.find().orElseThrow();
        // Among them are names that several functions share, some of which cannot be traced.
        List<Long> found = TraceableFunctions.addresses(new Glob("*_show"), fs, KprobeRefusal.KALLSYMS, "a test");
        assertTrue(found.size() > 100, "found " + found.size());
        assertEquals(found.size(), Set.copyOf(found).size());
        KprobeMultiLink.attach(probed.program("called_one"), KprobeMultiOptions.matching("*_show")).close();
        // Functions of a module, where it is loaded.
        KprobeMultiLink.attach(probed.program("called_one"), KprobeMultiOptions.matching("*nf_*")).close();
    }

    @Test
    void patternThatIsToFitOne() {
        assumeFprobes();
        KernelException e = assertThrows(KernelException.class, () -> KprobeMultiLink.attach(
                probed.program("called_one"), KprobeMultiOptions.matching("*_show").withUnique(true)));
        assertTrue(e.getMessage().contains("kernel functions have names like '*_show', and one is wanted"),
                e::getMessage);
        probed.seeEffect(CALLED_ONE, KprobeMultiLink.attach(probed.program("called_one"),
                KprobeMultiOptions.matching("do_prlimi?").withUnique(true)));
    }

    @Test
    void missingFunctionIsNamed() {
        assumeFprobes();
        MissingTargetException e = assertThrows(MissingTargetException.class, () -> KprobeMultiLink.attach(
                probed.program("called_one"), KprobeMultiOptions.named(List.of("vfs_read", "do_prlimits"))));
        assertEquals(List.of(Step.ATTACH, "do_prlimits"), List.of(e.step(), e.target()));
        assertTrue(e.near().contains("do_prlimit"), e::getMessage);
        assertEquals("no_such_*", assertThrows(MissingTargetException.class, () -> KprobeMultiLink.attach(
                probed.program("called_one"), KprobeMultiOptions.matching("no_such_*"))).target());
    }

    @Test
    void functionThatCannotBeTracedIsNamed() {
        assumeFprobes();
        KernelException e = assertThrows(KernelException.class, () -> KprobeMultiLink.attach(
                probed.program("called_one"), KprobeMultiOptions.named(List.of("vfs_read", "notify_die"))));
        assertTrue(e.getMessage().endsWith("function tracing does not reach notify_die"), e::getMessage);
    }

    @Test
    void sessionRunsAtCallAndReturn() throws IOException {
        assumeFprobes();
        KernelVersion.assumeAtLeast(6, 10, "sessions of kprobes");
        try (Probed session = Probed.load("probes_session", "around", "before")) {
            session.seeEffect(AROUND, KprobeMultiLink.attachBySection(session.program("around")), 2);
            session.seeEffect(BEFORE, KprobeMultiLink.attachBySection(session.program("before")));
            assertTrue(assertThrows(KernelException.class, () -> KprobeMultiLink.attach(session.program("around"),
                    KprobeMultiOptions.named(List.of("do_prlimit")).withReturn(true))).getMessage()
                    .contains("a session runs at calls and returns anyway"));
        }
    }
}
