package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class VerifierLogProperties {

    private static final List<String> LOGS = Fixtures.list("verifier", ".log").stream()
            .map(VerifierLogProperties::text).toList();

    @Property
    void readsAnyText(@ForAll String text) {
        check(text);
    }

    @Property
    void readsAnyWordsOfLogs(@ForAll("words") String text) {
        check(text);
    }

    @Property
    void readsDamagedLogs(@ForAll("damaged") String text) {
        check(text);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.of("R0", "R1_w=", "R10=fp0", "fp-8=mm", "(0x0; ", ")", " ; ", "=", "\n", "\n", "12: ",
                "99999999999: ", "(b7) ", "r0 = ", "call pc+1", "from 1 to 2", ": ", "frame1: ", "insn ",
                "unreachable insn 77777777777", "unknown#",
                "processed 3 insns (limit ", "caller:", "\u0085", "\r").list().ofMaxSize(60)
                .map(words -> String.join("", words));
    }

    @Provide
    Arbitrary<String> damaged() {
        return Combinators.combine(Arbitraries.of(LOGS), Arbitraries.doubles().between(0, 1),
                Arbitraries.doubles().between(0, 1),
                Arbitraries.strings().ofMaxLength(3)).as((log, from, to, inserted) -> {
                    int start = (int) (Math.min(from, to) * log.length());
                    int end = (int) (Math.max(from, to) * log.length());
                    return log.substring(0, start) + inserted + log.substring(end);
                });
    }

    private static void check(String text) {
        VerifierLog log = new VerifierLog(text);
        log.lastInsnIndex().ifPresent(index -> assertTrue(index >= 0));
        assertTrue(!log.reason().isEmpty());
        assertTrue(log.messages().stream().noneMatch(String::isBlank));
        log.registers().forEach((name, value) -> assertTrue(
                (name.startsWith("R") || name.startsWith("fp")) && !value.isEmpty(), () -> name + "=" + value));
        VerifierAdvice.of(log.messages());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
