package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** bpftool, which nobody here wrote: what its JSON says is what ours has to say. */
final class Bpftool {

    private static final List<Path> FOLDERS = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/usr/local/sbin")
            .map(Path::of).toList();

    private Bpftool() {
    }

    static void assumeInstalled() {
        assumeTrue(FOLDERS.stream().anyMatch(folder -> Files.isExecutable(folder.resolve("bpftool"))),
                "bpftool is not installed");
    }

    /** {@return its answer, parsed} */
    static Object json(String... words) throws IOException, InterruptedException {
        return Json.value(answer(words));
    }

    /** {@return its answer, parsed, for commands that print several values with commas between} */
    static List<?> jsonValues(String... words) throws IOException, InterruptedException {
        return (List<?>) Json.value("[" + answer(words) + "]");
    }

    private static String answer(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bpftool", "--json"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return out;
    }

    /** Runs it for what it does. */
    static void run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bpftool"));
        command.addAll(List.of(words));
        command(command.toArray(String[]::new));
    }

    /** Runs any command for what it does. */
    static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).inheritIO().start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> String.join(" ", words));
    }
}
