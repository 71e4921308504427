package bpf4j.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The C program of {@code bench/peer}, started once and asked many times, so that its turns and ours alternate. A
 * command is a line of words, its answer a line of numbers.
 */
final class Peer implements AutoCloseable {

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final String version;

    private Peer(Process process) throws IOException {
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
        this.version = line();
    }

    /** Starts the program. */
    static Peer start(Path program) throws IOException {
        return new Peer(new ProcessBuilder(program.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** The libbpf that it is linked with. */
    String version() {
        return version;
    }

    /**
     * Runs a command and waits for its answer.
     *
     * @throws Refused if libbpf or the kernel does not do it
     */
    long[] ask(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            String answer = line();
            int error = answer.indexOf("error ");
            if (error >= 0) {
                throw new Refused(command, Integer.parseInt(answer.substring(error + "error ".length()).strip()));
            }
            return Arrays.stream(answer.strip().split(" ")).mapToLong(Long::parseLong).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the peer has ended");
        }
        return line;
    }

    /** Ends the program. */
    @Override
    public void close() throws IOException {
        commands.close();
        process.destroy();
    }

    /** What the peer could not do. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String command, int errno) {
            super("%s: errno %d".formatted(command, errno));
        }
    }
}
