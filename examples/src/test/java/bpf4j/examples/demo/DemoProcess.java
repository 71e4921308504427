package bpf4j.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.ChildExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A demonstration in a JVM of its own, as a user starts it.
 *
 * @param process the JVM; both its outputs are one
 */
public record DemoProcess(Process process) {

    private static final int SIGINT_BIT = 1 << 1;

    /** Starts a demonstration: its name and its options. */
    public static DemoProcess start(String... arguments) throws IOException {
        return startUnder(List.of(), arguments);
    }

    /** Starts a demonstration by a command that runs others. */
    public static DemoProcess startUnder(List<String> prefix, String... arguments) throws IOException {
        return new DemoProcess(ChildExample.startUnder(prefix, Demo.class, arguments));
    }

    /** Starts a demonstration as somebody who may nothing. */
    public static DemoProcess startWithoutCapabilities(String... arguments) throws IOException {
        return startUnder(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--"), arguments);
    }

    public long pid() {
        return process.pid();
    }

    /** Asserts how it ends. {@return all that it wrote} */
    public String assertEnds(int status) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(status, process.waitFor(), output);
        return output;
    }

    /** Asserts that it ends with one sentence about what is wrong, which names something. */
    public void assertRefusedInOneSentence(String named) throws IOException, InterruptedException {
        String output = assertEnds(1);
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.startsWith("bpf4j demo: ") && output.contains(named), output);
    }

    /** Waits until it has started so many processes. */
    public void awaitChildren(int count) throws InterruptedException {
        while (process.isAlive() && process.children().count() < count) {
            Thread.sleep(10);
        }
    }

    /** Asserts that a signal ends it and the processes that it started. */
    public void assertStoppedBy(String signal, int status) throws IOException, InterruptedException {
        List<ProcessHandle> children = process.children().toList();
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start().waitFor();
        assertEquals("bpf4j demo: stopped", assertEnds(status).strip());
        assertTrue(children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Who ignores SIGINT has its children ignore it, too. */
    public static void assumeHeeds(String signal) throws IOException {
        Assumptions.assumeFalse(signal.equals("INT") && ignoresInterrupts(), "started by who has it ignore SIGINT");
    }

    private static boolean ignoresInterrupts() throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow().split("\\s+")[1];
        return (Long.parseUnsignedLong(ignored, 16) & SIGINT_BIT) != 0;
    }
}
