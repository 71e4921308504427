package bpf4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged input of every kind ends in a model or in one of our exceptions, within bounds of time and memory. The same
 * inputs in every run; {@code fuzz/run} makes millions of others.
 */
class HostileInputTest {

    private static final long NUMBER = 20251122;
    private static final int MAX_BYTES = 64 << 10;
    /** Lenient, as the machine may be busy and the code is not compiled yet; the long run allows one second. */
    private static final long MAX_CPU_NANOS = 10_000_000_000L;
    /** Against an endless loop, which never gets as far as being measured. */
    private static final Duration WATCHDOG = Duration.ofMinutes(2);

    /** About a third of a second each, once the code is compiled. */
    private static final Map<FuzzTarget, Integer> EXECUTIONS = Map.of(FuzzTarget.ELF, 20_000, FuzzTarget.BTF, 1_000,
            FuzzTarget.BTF_EXT, 20_000, FuzzTarget.OBJECT, 2_000, FuzzTarget.CORE, 5_000, FuzzTarget.STRUCT_OPS, 5_000,
            FuzzTarget.IMAGE, 500);
    private static final Map<FuzzTarget, List<Seed>> SEEDS = new EnumMap<>(FuzzTarget.class);

    @ParameterizedTest
    @EnumSource
    void damagedFixturesStayWithinBounds(FuzzTarget target) {
        List<Seed> seeds = seeds(target);
        assertTimeoutPreemptively(WATCHDOG, () -> {
            // The first reading pays for classes and formats.
            seeds.forEach(seed -> target.read(seed.input()));
            Mutator mutator = new Mutator(seeds, NUMBER, MAX_BYTES);
            for (int i = 0; i < EXECUTIONS.get(target); i++) {
                requireBounded(target, mutator.next(), "input " + i);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void earlierFindingsStayWithinBounds(FuzzTarget target) {
        assertTimeoutPreemptively(WATCHDOG, () -> {
            seeds(target).forEach(seed -> target.read(seed.input()));
            for (Path finding : findings(target)) {
                requireBounded(target, Files.readAllBytes(finding), finding.getFileName().toString());
            }
        });
    }

    static List<Bombs.Bomb> bombs() {
        return Bombs.all();
    }

    /** What these have allocated in all says little, as most is garbage at once: the heap is what bounds it. */
    @ParameterizedTest
    @MethodSource("bombs")
    void multiplicationEndsInTime(Bombs.Bomb bomb) {
        Measured measured = assertTimeoutPreemptively(WATCHDOG, () -> Measured.read(bomb.target(), bomb.input()));
        assertTrue(measured.cpuNanos() < MAX_CPU_NANOS, measured.toString());
    }

    @Test
    void everyFindingBelongsToATarget() throws IOException {
        try (Stream<Path> folders = Files.list(Fixtures.path("hostile"))) {
            folders.forEach(folder -> assertFalse(findings(FuzzTarget.of(folder.getFileName().toString())).isEmpty()));
        }
    }

    /** Mutation that nothing survives would test the first check of a reader and nothing behind it. */
    @ParameterizedTest
    @EnumSource
    void mutationLeavesSomeInputsReadable(FuzzTarget target) {
        Mutator mutator = new Mutator(seeds(target), NUMBER, MAX_BYTES);
        int readable = 0;
        for (int i = 0; i < 300; i++) {
            Measured.read(target, mutator.next());
            readable += Question.answers() > 0 ? 1 : 0;
        }
        assertTrue(readable > 30 && readable < 300, readable + " of 300 inputs were readable");
    }

    private static List<Seed> seeds(FuzzTarget target) {
        return SEEDS.computeIfAbsent(target, FuzzTarget::seeds);
    }

    private static void requireBounded(FuzzTarget target, byte[] input, String name) {
        try {
            Measured.require(target, input, MAX_CPU_NANOS);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("%s: %s".formatted(target.label(), name), e);
        }
    }

    private static List<Path> findings(FuzzTarget target) {
        Path folder = Fixtures.path("hostile").resolve(target.label());
        return Files.exists(folder) ? Fixtures.list("hostile/" + target.label(), "") : List.of();
    }
}
