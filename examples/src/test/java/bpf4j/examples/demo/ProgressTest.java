package bpf4j.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true);

    @Test
    void filesAndPipesGetNothing() {
        try (Progress progress = new Progress(out, false, 2)) {
            progress.next("first");
            progress.next("second");
        }
        assertEquals("", bytes.toString());
    }

    @Test
    void aTerminalGetsOneLineThatIsGoneAtTheEnd() {
        try (Progress progress = new Progress(out, true, 2)) {
            progress.next("first");
            progress.next("second");
        }
        String[] states = bytes.toString().split("\r\033\\[K", -1);
        assertEquals(4, states.length);
        assertEquals("[" + ".".repeat(30) + "] 0%  first", states[1]);
        assertTrue(states[2].matches("\\[#{15}\\.{15}] 50%, \\d+ s left  second"), states[2]);
        assertEquals("", states[3]);
    }

    @Test
    void moreStepsThanToldDoNotOverflow() {
        try (Progress progress = new Progress(out, true, 1)) {
            for (int i = 0; i < 3; i++) {
                progress.next("step");
            }
        }
        assertTrue(bytes.toString().contains("] 100%"), bytes::toString);
    }
}
