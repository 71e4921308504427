package bpf4j.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(300)
class ChildJvmTest {

    private static final Duration PATIENCE = Patience.LIMIT;

    /** Repeats what it is told, and stops listening when told so. */
    static final class Parrot {

        public static void main(String[] args) throws Exception {
            Orders orders = Orders.follow();
            Orders.answer(String.join(",", args));
            for (String order = orders.next(); !order.equals("end"); order = orders.next()) {
                if (order.equals("sleep")) {
                    new CountDownLatch(1).await();
                }
                Orders.answer(order);
            }
            System.exit(0);
        }
    }

    @Test
    void ordersAreAnsweredLineByLine() throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(List.of("env", "LC_ALL=C"), Parrot.class, "one", "two")) {
            assertEquals("one,two", child.answer(PATIENCE));
            child.tell("grüß Gott");
            assertEquals("grüß Gott", child.answer(PATIENCE));
            assertTrue(Files.readString(Path.of("/proc/" + child.pid() + "/environ")).contains("LC_ALL=C\0"));
        }
    }

    @Test
    void itIsNotInTheTerminalsSession() throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(List.of(), Parrot.class)) {
            child.answer(PATIENCE);
            // pid (name) state parent group session
            assertEquals(Long.toString(child.pid()),
                    Files.readString(Path.of("/proc/" + child.pid() + "/stat")).split(" ")[5]);
        }
    }

    @Test
    void whoWaitsForOneThatEndsIsTold() throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(List.of(), Parrot.class)) {
            child.answer(PATIENCE);
            child.tell("end");
            for (int i = 0; i < 2; i++) {
                assertEquals("Parrot has ended",
                        assertThrows(IOException.class, () -> child.answer(PATIENCE)).getMessage());
            }
        }
    }

    @Test
    void waitingIsBoundedAndInterruptible() throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(List.of(), Parrot.class)) {
            child.answer(PATIENCE);
            assertThrows(IOException.class, () -> child.answer(Duration.ofMillis(10)));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> child.answer(PATIENCE));
        }
    }

    @Test
    void closingEndsItWhateverItDoes() throws IOException, InterruptedException {
        ChildJvm child = ChildJvm.start(List.of(), Parrot.class);
        ProcessHandle process = ProcessHandle.of(child.pid()).orElseThrow();
        child.answer(PATIENCE);
        child.tell("sleep");
        child.close();
        assertFalse(process.isAlive());
        child.close();
    }

    @Test
    void itEndsWhenNobodyHoldsItsInput() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Parrot.class.getName()).redirectErrorStream(true).start();
        assertEquals("", process.inputReader().readLine());
        process.getOutputStream().write("sleep\n".getBytes());
        process.getOutputStream().close();
        assertTrue(process.waitFor(Patience.LIMIT));
        assertEquals(0, process.exitValue());
    }
}
