package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The running kernel refuses each program for the reason in its name; {@code -Dgolden.update=true} keeps its logs. */
@KernelTest
class VerifierAdviceKernelTest {

    private static final Path CAPABILITIES_TOOL = Path.of("/usr/bin/setpriv");
    private static final String CAUSES = "verifier_causes";
    private static final String TRACING = "verifier_causes_tracing";
    /** What verifiers forbid only to those that lack CAP_PERFMON. */
    private static final Set<String> UNPRIVILEGED = Set.of("uninitialized_stack", "pointer_leak");
    /** Before this version the program is refused for another reason, or not at all. */
    private static final Map<String, KernelVersion> SINCE = Map.of("sleeps_in_atomic", new KernelVersion(6, 2, 0),
            "lock_held", new KernelVersion(6, 2, 0));
    private static final int MAX_LOG_LINES = 40;
    /** A million instructions make a log of 80 MB; without them only the message stays. */
    private static final int BPF_LOG_STATS = 4;

    static Stream<Arguments> programs() throws IOException {
        BpfObject causes = BpfObject.read(Fixtures.object(RefusedPrograms.file(CAUSES)));
        return Stream.concat(causes.programs().stream().map(ProgramSpec::name).map(name -> Arguments.of(CAUSES, name)),
                Stream.of(Arguments.of("verifier_causes_struct_ops", "kernel_memory_written"),
                        Arguments.of("license_none_gpl_helper", "needs_gpl"), Arguments.of(TRACING, "attach_target")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void explainsTheRefusal(String fixture, String program) throws IOException, InterruptedException {
        KernelVersion running = new PermissionDiagnosis(Path.of("/")).version().orElseThrow();
        assumeTrue(!SINCE.containsKey(program) || SINCE.get(program).compareTo(running) <= 0,
                () -> program + ": since " + SINCE.get(program));
        String log = UNPRIVILEGED.contains(program) ? unprivileged(fixture, program) : refused(fixture, program);
        String row = program.equals("needs_gpl") ? "gpl_only" : program;
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(Fixtures.path("verifier/" + row + ".log"), shortened(log));
        }
        assertEquals(Optional.of(VerifierAdvice.valueOf(row.toUpperCase(Locale.ROOT))),
                VerifierAdvice.of(new VerifierLog(log).messages()), log);
    }

    private static String refused(String fixture, String program) {
        BpfObject object = RefusedPrograms.of(fixture, program);
        if (fixture.equals("verifier_causes_struct_ops")) {
            object = RefusedPrograms.of(fixture, "ssthresh");
            for (ProgramSpec spec : object.programs()) {
                object = object.withProgram(spec.name(), s -> s.withAutoload(true));
            }
        }
        BpfObject refused = object;
        LoadOptions options = LoadOptions.defaults()
                .withLogLevel(program.equals("too_many_instructions") ? BPF_LOG_STATS : 0);
        KernelException problem = assertThrows(KernelException.class, () -> refused.load(options).close());
        if (fixture.equals(TRACING) && !(problem instanceof VerifierException)) {
            abort("this kernel cannot trace functions: " + problem.getMessage());
        }
        VerifierException refusal = (VerifierException) problem;
        assertTrue(!refusal.explanation().isEmpty() && refusal.getMessage().contains(refusal.explanation()),
                refusal::getMessage);
        assertTrue(!refusal.advice().isEmpty() && refusal.getMessage().endsWith(refusal.advice()), refusal::getMessage);
        return refusal.log();
    }

    private static String unprivileged(String fixture, String program) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(CAPABILITIES_TOOL), "there is no setpriv");
        return UnprivilegedJvm.load("-all,+bpf", RefusedPrograms.file(fixture), program);
    }

    /** What a log ends with says it all, and addresses differ each time. */
    private static String shortened(String log) {
        List<String> lines = log.lines()
                .map(line -> line.replaceAll("0xffff[0-9a-f]{12}", "0xffff888000000000")).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size())) + "\n";
    }
}
