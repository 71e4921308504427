package bpf4j.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirContents() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new TextTable("flow", "bytes").row("cubic", 1).row("dctcp", 123456).row("", "")
                .print(new PrintStream(bytes, true));
        assertEquals("""
                  flow    bytes
                  cubic       1
                  dctcp  123456

                """, bytes.toString());
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThrows(IllegalArgumentException.class, () -> new TextTable("flow", "bytes").row("cubic"));
    }
}
