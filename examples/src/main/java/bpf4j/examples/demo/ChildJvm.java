package bpf4j.examples.demo;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A class of this program in a process of its own, which is told what to do line by line and answers in lines; its side
 * of it is {@link Orders}. It ends when this is closed, and when this process ends, however that ends. Waiting for an
 * answer ends when the thread is interrupted. For one thread.
 */
public final class ChildJvm implements Closeable {

    /** The serial collector has no threads of its own; nobody here needs much memory. */
    private static final List<String> JVM_OPTIONS =
            List.of("--enable-native-access=ALL-UNNAMED,bpf4j.examples,bpf4j.loader", "-XX:+UseSerialGC", "-Xmx128m");

    private final String name;
    private final Process process;
    private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofPlatform().daemon().name("answers of " + name).start(this::read);
    }

    /**
     * Starts a process. What it prints to standard error goes to this process's.
     *
     * @param prefix what comes before {@code java} in the command, for instance {@code ip netns exec NAME}; often
     *     nothing
     * @param main the class to run
     * @param arguments its arguments
     * @return the process, the caller's to close
     * @throws IOException if it cannot be started
     */
    public static ChildJvm start(List<String> prefix, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Module module = main.getModule();
        if (module.isNamed()) {
            command.addAll(JVM_OPTIONS);
            command.addAll(List.of("-p", System.getProperty("jdk.module.path"), "-m",
                    module.getName() + "/" + main.getName()));
        } else {
            command.addAll(JVM_OPTIONS.stream().map(option -> option.replaceFirst("ALL-UNNAMED.*", "ALL-UNNAMED"))
                    .toList());
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        }
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new ChildJvm(main.getSimpleName(), process);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(Optional.of(line));
            }
        } catch (IOException e) {
            // As if it had ended; whoever waits is told.
        }
        answers.add(Optional.empty());
    }

    /**
     * Tells it something.
     *
     * @param line what, in one line
     * @throws IOException if it has ended
     */
    public void tell(String line) throws IOException {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new IOException(name + " has ended", e);
        }
    }

    /**
     * Waits for the next line of its.
     *
     * @param patience how long
     * @return the line
     * @throws IOException if it ends instead, or nothing comes
     * @throws InterruptedException if this thread is to stop waiting
     */
    public String answer(Duration patience) throws IOException, InterruptedException {
        Optional<String> line = answers.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (line == null) {
            throw new IOException("%s did not answer within %d s".formatted(name, patience.toSeconds()));
        }
        if (line.isEmpty()) {
            answers.add(line);
            throw new IOException(name + " has ended");
        }
        return line.get();
    }

    /** {@return its process id} */
    public long pid() {
        return process.pid();
    }

    /** Ends the process, and waits until it has. Idempotent. */
    @Override
    public void close() {
        process.destroyForcibly();
        // Not interruptible: whoever is stopped here still has to wait for the process to leave its cgroup or
        // namespace.
        process.onExit().join();
    }

    @Override
    public String toString() {
        return name + ", process " + process.pid();
    }
}
