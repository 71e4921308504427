package bpf4j.examples.demo.dctcp;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The commands {@code ip} and {@code tc} of iproute2.
 *
 * @param err where each command is shown before it runs
 * @param shown whether it is
 */
record Commands(PrintStream err, boolean shown) {

    /**
     * What a command said.
     *
     * @param status its exit status
     * @param output both its outputs
     */
    private record Outcome(int status, String output) {
    }

    static void requireInstalled() throws IOException {
        for (String command : List.of("ip", "tc")) {
            if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).noneMatch(
                    folder -> Files.isExecutable(Path.of(folder, command)))) {
                throw new IOException("the command '%s' is not in PATH: install iproute2".formatted(command));
            }
        }
    }

    /** Runs a command, all words separated by blanks. */
    void run(String command) throws IOException, InterruptedException {
        Outcome outcome = outcome(command);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (outcome.status != 0) {
            throw new IOException("'%s' failed: %s".formatted(command, outcome.output.strip().replace('\n', ' ')));
        }
    }

    /** {@return whether it worked} It is not disturbed by interrupts, for it puts things away too. */
    boolean succeeds(String command) throws IOException {
        return outcome(command).status == 0;
    }

    private Outcome outcome(String command) throws IOException {
        if (shown) {
            err.println(command);
        }
        Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        try (var said = process.getInputStream()) {
            String output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.onExit().join().exitValue(), output);
        }
    }
}
