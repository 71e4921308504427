package bpf4j.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

    @Test
    void looksUntilItIsSo() throws Exception {
        int[] looks = new int[1];
        assertTrue(Patience.until(() -> ++looks[0] == 3));
        assertEquals(3, looks[0]);
    }

    /** What is so at the first look needs no time. */
    @Test
    void looksOnceAtLeast() throws Exception {
        assertTrue(Patience.until(Duration.ZERO, () -> true));
        assertFalse(Patience.until(Duration.ofMillis(5), () -> false));
    }

    @Test
    void whatLookingThrowsIsThrown() {
        assertEquals("unreadable", assertThrows(IOException.class, () -> Patience.until(() -> {
            throw new IOException("unreadable");
        })).getMessage());
    }

    @Test
    void endsWithAnInterrupt() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> Patience.until(() -> false));
    }
}
