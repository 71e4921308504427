package bpf4j.examples.runqslower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.ChildExample;
import bpf4j.examples.LeftBehind;
import bpf4j.testdata.KernelTest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of a name of their own wait for a processor, and are in the table. */
@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class RunqslowerKernelTest {

    private static final String NAME = "bpf4j-waiting";
    private static final Pattern ROW =
            Pattern.compile("[0-9:.]{5,12} +" + NAME + " +[1-9][0-9]* +[1-9][0-9]*  .{16} +[0-9]+");
    private static final int SIGTERM_STATUS = 128 + 15;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(output, true);

    @Test
    void waitsOfThreadsAreRowsAndNothingStays() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("runqslower.bpf.o");
        Thread sleeper = Thread.ofPlatform().name(NAME).daemon().start(() -> {
            while (!Thread.interrupted()) {
                try {
                    Thread.sleep(1);
                } catch (InterruptedException _) {
                    return;
                }
            }
        });
        try {
            assertTrue(Runqslower.run(out, 1, Duration.ofSeconds(2)));
        } finally {
            sleeper.interrupt();
            sleeper.join();
        }
        List<String> lines = output.toString().lines().toList();
        assertEquals("TIME          TASK                  PID     WAITED us  AFTER                 PID",
                lines.getFirst());
        assertTrue(lines.stream().anyMatch(line -> ROW.matcher(line).matches()), output::toString);
        before.assertNothing();
    }

    @Test
    void waitsBelowTheLeastAreNoRows() throws IOException, InterruptedException {
        assertTrue(Runqslower.run(out, TimeUnit.DAYS.toMicros(1), Duration.ofMillis(300)));
        assertEquals(1, output.toString().lines().count());
    }

    @Test
    void aSignalEndsIt() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("runqslower.bpf.o");
        Process child = ChildExample.start(Runqslower.class, "1000000");
        try (BufferedReader lines = child.inputReader()) {
            assertTrue(lines.readLine().startsWith("TIME"));
            child.destroy();
            assertEquals(SIGTERM_STATUS, child.waitFor());
        }
        before.assertNothing();
    }

    @Test
    void wrongNumbersAreUsage() throws IOException, InterruptedException {
        Process child = ChildExample.start(Runqslower.class, "many");
        assertEquals("usage: Runqslower [LEAST_MICROSECONDS [SECONDS]]",
                new String(child.getInputStream().readAllBytes()).strip());
        assertFalse(child.waitFor() == 0);
    }
}
