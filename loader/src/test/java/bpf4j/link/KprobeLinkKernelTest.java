package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFsMount;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs on functions of the running kernel, if it has kprobes. */
@KernelTest
class KprobeLinkKernelTest {

    private static final int CALLED = 0;
    private static final int RETURNED = 1;
    private static final int CALLED_SYSCALL = 2;
    private static final int RETURNED_FROM_SYSCALL = 3;
    private static final int ANYWHERE = 6;
    /** Where the second instruction of a function starts: behind a call for tracing, maybe with a landing pad. */
    private static final List<Long> SECOND_INSTRUCTIONS = List.of(5L, 9L);
    private static final String MODULE = "nf_conntrack";
    private static final String OF_MODULE = "nf_conntrack_in";

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private TraceFsMount tracing;
    private Probed probed;

    @BeforeEach
    void load() throws IOException {
        tracing = new TraceFsMount();
        probed = Probed.load("probes_kernel", "called", "returned", "called_syscall", "returned_from_syscall",
                "anywhere", "returned_in_the_middle", "called_with_a_space");
    }

    @AfterEach
    void close() throws IOException {
        probed.close();
        Probed.seeNoPerfEvents();
        tracing.close();
    }

    private void assumeKprobes() {
        KernelBuild.assume(tracing.hasKprobes(), "kprobes");
    }

    private static String syscallFunction() {
        return SyscallFunction.running().find("prlimit64", "a test");
    }

    private List<String> legacyProbes() throws IOException {
        return Files.readAllLines(tracing.folder().resolve("kprobe_events"));
    }

    @Test
    void kernelWithoutKprobesSaysSo() {
        assumeFalse(tracing.hasKprobes());
        for (ProbeMode mode : ProbeMode.values()) {
            UnsupportedFeatureException e = assertThrows(UnsupportedFeatureException.class, () ->
                    KprobeLink.attach(probed.program("called"), KprobeOptions.of("do_prlimit").withMode(mode)));
            assertTrue(e.getMessage().contains("no kprobes, which needs CONFIG_KPROBES"), e::getMessage);
        }
    }

    @Test
    void sectionsSayWhere() {
        assumeKprobes();
        Link link = KprobeLink.attachBySection(probed.program("called"));
        assertInstanceOf(KprobeLink.class, link);
        assertEquals("program 'called' on kprobe do_prlimit", link.description());
        probed.seeEffect(CALLED, link);
        probed.seeEffect(RETURNED, KprobeLink.attachBySection(probed.program("returned")));
        probed.seeEffect(CALLED_SYSCALL, KprobeLink.attachBySection(probed.program("called_syscall")));
        probed.seeEffect(RETURNED_FROM_SYSCALL, KprobeLink.attachBySection(probed.program("returned_from_syscall")));
    }

    @Test
    void sectionsThatSayNoPlace() {
        assertTrue(assertThrows(KernelException.class,
                () -> KprobeLink.attachBySection(probed.program("anywhere"))).getMessage()
                .contains("section 'kprobe' does not say what to attach it to"));
        assertTrue(assertThrows(KernelException.class,
                () -> KprobeLink.attachBySection(probed.program("returned_in_the_middle"))).getMessage()
                .contains("a return has no offset"));
        assertTrue(assertThrows(KernelException.class,
                () -> KprobeLink.attachBySection(probed.program("called_with_a_space"))).getMessage()
                .contains("'do prlimit' in the name of its section is not of the form function+offset"));
    }

    @ParameterizedTest
    @EnumSource(ProbeMode.class)
    void everyModeRunsTheProgram(ProbeMode mode) throws IOException {
        assumeKprobes();
        List<String> before = legacyProbes();
        for (boolean isReturn : List.of(false, true)) {
            Link link = KprobeLink.attach(probed.program("anywhere"),
                    KprobeOptions.of("do_prlimit").withReturn(isReturn).withMode(mode));
            assertEquals(mode == ProbeMode.AUTO || mode == ProbeMode.LINK, link instanceof KprobeLink);
            assertEquals(before.size() + (mode == ProbeMode.LEGACY ? 1 : 0), legacyProbes().size());
            probed.seeEffect(ANYWHERE, link);
            assertEquals(before, legacyProbes());
        }
    }

    @Test
    void legacyProbesOfOneFunctionAreTwo() throws IOException {
        assumeKprobes();
        KprobeOptions options = KprobeOptions.of("do_prlimit").withMode(ProbeMode.LEGACY);
        int before = legacyProbes().size();
        Link first = KprobeLink.attach(probed.program("anywhere"), options);
        Link second = KprobeLink.attach(probed.program("called"), options);
        assertEquals(before + 2, legacyProbes().size());
        Probed.callPrlimit();
        assertEquals(List.of(1L, 1L), List.of(probed.count(ANYWHERE), probed.count(CALLED)));
        first.detach();
        first.close();
        assertEquals(before + 1, legacyProbes().size());
        probed.seeEffect(CALLED, second);
        assertEquals(before, legacyProbes().size());
    }

    @Test
    void refusedLegacyProbeLeavesNothing() throws IOException {
        assumeKprobes();
        List<String> before = legacyProbes();
        try (Probed others = Probed.load("probes", "sampled")) {
            KernelException e = assertThrows(KernelException.class, () -> KprobeLink.attach(others.program("sampled"),
                    KprobeOptions.of("do_prlimit").withMode(ProbeMode.LEGACY)));
            assertEquals("EINVAL", e.errnoName());
        }
        assertEquals(before, legacyProbes());
    }

    @ParameterizedTest
    @EnumSource(ProbeMode.class)
    void programOfAnotherTypeIsNotBlamedOnTheFunction(ProbeMode mode) throws IOException {
        assumeKprobes();
        try (Probed others = Probed.load("probes", "sampled")) {
            KernelException e = assertThrows(KernelException.class, () -> KprobeLink.attach(others.program("sampled"),
                    KprobeOptions.of("do_prlimit").withMode(mode)));
            assertTrue(e.getMessage().contains("the program is of another type"), e::getMessage);
        }
    }

    @Test
    void returnsOfManyCallsUnderWay() throws IOException {
        assumeKprobes();
        KprobeOptions options = KprobeOptions.of("do_prlimit").withReturn(true).withMaxActive(321);
        Link link = KprobeLink.attach(probed.program("anywhere"), options);
        assertTrue(legacyProbes().stream().anyMatch(line -> line.startsWith("r321:bpf4j/")),
                () -> "no such line in tracefs");
        probed.seeEffect(ANYWHERE, link);
        assertThrows(KernelException.class,
                () -> KprobeLink.attach(probed.program("anywhere"), options.withReturn(false)));
        assertThrows(KernelException.class,
                () -> KprobeLink.attach(probed.program("anywhere"), options.withCookie(1)));
    }

    @Test
    void eachAttachmentHasItsCookie() {
        assumeKprobes();
        LoadedProgram program = probed.program("anywhere");
        Link call = KprobeLink.attach(program, KprobeOptions.of("do_prlimit").withCookie(0x1_0000_0000L));
        Link exit = KprobeLink.attach(program, KprobeOptions.of("do_prlimit").withReturn(true).withCookie(3));
        Probed.callPrlimit();
        assertEquals(0x1_0000_0003L, probed.cookieSum(ANYWHERE));
        call.close();
        probed.seeEffect(ANYWHERE, exit);
        for (ProbeMode mode : List.of(ProbeMode.EVENT, ProbeMode.LEGACY)) {
            assertTrue(assertThrows(KernelException.class, () -> KprobeLink.attach(program,
                    KprobeOptions.of("do_prlimit").withCookie(1).withMode(mode))).getMessage()
                    .contains("has no cookie"));
        }
    }

    @Test
    void placeIsAnOffsetOrAnAddress() {
        assumeKprobes();
        String function = syscallFunction();
        LoadedProgram program = probed.program("anywhere");
        long address = KprobeRefusal.KALLSYMS.addresses(Set.of(function)).get(function);
        int attached = 0;
        for (long offset : SECOND_INSTRUCTIONS) {
            for (KprobeOptions options : List.of(KprobeOptions.of(function).withOffsetBytes(offset),
                    KprobeOptions.ofAddress(address + offset),
                    KprobeOptions.of(function).withOffsetBytes(offset).withMode(ProbeMode.LEGACY),
                    KprobeOptions.ofAddress(address + offset).withMode(ProbeMode.LEGACY))) {
                try {
                    probed.seeEffect(ANYWHERE, KprobeLink.attach(program, options));
                    attached++;
                } catch (KernelException e) {
                    assertFalse(e instanceof MissingTargetException, e::getMessage);
                }
            }
        }
        assertTrue(attached == 4 || attached == 8, "attached " + attached);
    }

    @ParameterizedTest
    @EnumSource(ProbeMode.class)
    void missingFunctionIsOneExceptionInEachMode(ProbeMode mode) {
        assumeKprobes();
        for (boolean isReturn : List.of(false, true)) {
            MissingTargetException e = assertThrows(MissingTargetException.class, () -> KprobeLink.attach(
                    probed.program("anywhere"), KprobeOptions.of("do_prlimits").withReturn(isReturn).withMode(mode)));
            assertEquals(List.of(Step.ATTACH, "ENOENT", "do_prlimits"), List.of(e.step(), e.errnoName(), e.target()));
            assertTrue(e.near().contains("do_prlimit"), e::getMessage);
            assertTrue(e.getMessage().contains("its module is not loaded"), e::getMessage);
        }
        assertThrows(MissingTargetException.class,
                () -> KprobeLink.attach(probed.program("anywhere"), "no_such_module:do_prlimit"));
    }

    @Test
    void functionOfAModuleIsNamedWithIt() {
        assumeKprobes();
        assumeTrue(KprobeRefusal.KALLSYMS.listed(Set.of(OF_MODULE)).contains(OF_MODULE), MODULE + " is not loaded");
        for (ProbeMode mode : ProbeMode.values()) {
            KprobeOptions options = KprobeOptions.of(MODULE + ":" + OF_MODULE).withMode(mode);
            try (Link link = KprobeLink.attach(probed.program("anywhere"), options)) {
                assertEquals("program 'anywhere' on kprobe nf_conntrack:nf_conntrack_in", link.description());
            }
        }
        assertThrows(MissingTargetException.class,
                () -> KprobeLink.attach(probed.program("anywhere"), MODULE + ":do_prlimit"));
    }

    @Test
    void variableIsNoFunction() {
        assumeKprobes();
        assertTrue(assertThrows(MissingTargetException.class,
                () -> KprobeLink.attach(probed.program("anywhere"), "init_task")).getMessage()
                .contains("'init_task' is a variable of the kernel"));
    }

    @Test
    void missingSystemCallIsNamedWithItsNeighbours() {
        MissingTargetException e = assertThrows(MissingTargetException.class,
                () -> KprobeLink.attachToSyscall(probed.program("anywhere"), KprobeOptions.of("prlimit46")));
        assertTrue(e.near().contains("prlimit64"), e::getMessage);
        assertEquals("program 'anywhere' on system call prlimit46", e.subject());
    }

    @Test
    void functionThatCannotBeProbedSaysWhy() throws IOException {
        assumeKprobes();
        LoadedProgram program = probed.program("anywhere");
        KernelException inside = assertThrows(KernelException.class,
                () -> KprobeLink.attach(program, KprobeOptions.of(syscallFunction()).withOffsetBytes(0x7ffffff)));
        assertTrue(inside.getMessage().contains("at offset 0x7ffffff starts no instruction"), inside::getMessage);
        KernelException forbidden = assertThrows(KernelException.class, () -> KprobeLink.attach(program, forbidden()));
        assertFalse(forbidden instanceof MissingTargetException);
        assertTrue(forbidden.getMessage().contains("kprobes/blacklist"), forbidden::getMessage);
    }

    /** A function that the kernel lists as one without probes, and of which there is one. */
    private static String forbidden() {
        return List.of("do_int3", "notify_die", "kprobe_int3_handler", "get_kprobe").stream()
                .filter(name -> KprobeRefusal.KALLSYMS.listed(Set.of(name)).contains(name)).findFirst().orElseThrow();
    }

    @Test
    void nameOfSeveralFunctionsSaysSo() {
        assumeKprobes();
        var names = new HashMap<String, Integer>();
        KprobeRefusal.KALLSYMS.forEach(symbol -> {
            if (symbol.isFunction() && symbol.module().isEmpty() && symbol.name().matches("[a-z_]{5,40}_show")) {
                names.merge(symbol.name(), 1, Integer::sum);
            }
        });
        String twice = names.entrySet().stream().filter(e -> e.getValue() > 1).findFirst().orElseThrow().getKey();
        // Kernels before 6.6 take the first one.
        try {
            KprobeLink.attach(probed.program("anywhere"), twice).close();
        } catch (KernelException e) {
            assertTrue(e.getMessage().contains("functions of the kernel have this name"), e::getMessage);
        }
    }

    @Test
    void pinKeepsTheAttachment() throws Exception {
        assumeKprobes();
        try (BpfFs fs = new BpfFs()) {
            Link link = KprobeLink.attach(probed.program("called"), "do_prlimit");
            link.pin(fs.folder().resolve("link"));
            link.close();
            Probed.callPrlimit();
            assertEquals(1, probed.count(CALLED));
            link.unpin();
            probed.awaitNone(CALLED);
        }
    }
}
