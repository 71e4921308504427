package bpf4j.btf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** bpftool, which nobody here wrote: what it makes of the same input is the measure. */
public final class Bpftool {

    private static final List<Path> FOLDERS = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/usr/local/sbin")
            .map(Path::of).toList();

    /**
     * One run of it.
     *
     * @param status its exit status
     * @param out what it said, errors included
     */
    public record Run(int status, String out) {
    }

    private Bpftool() {
    }

    /** Skips a test where there is none. */
    public static void assumeInstalled() {
        assumeTrue(FOLDERS.stream().anyMatch(folder -> Files.isExecutable(folder.resolve("bpftool"))),
                "bpftool is not installed");
    }

    /** {@return how it went} */
    public static Run run(Object... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bpftool"));
        Stream.of(words).map(String::valueOf).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }
}
