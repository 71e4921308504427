package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    @Test
    void takesTheWidthThatTheShellExports() {
        assertEquals(132, Console.terminalColumns("132"));
        assertEquals(80, Console.terminalColumns(null));
        assertEquals(80, Console.terminalColumns("wide"));
        assertEquals(40, Console.terminalColumns("0"));
    }

    @Test
    void coloursOnlyWhereTheTerminalAndItsUserWantThem() {
        assertTrue(Console.showsColour("xterm", null));
        assertTrue(Console.showsColour("xterm", ""));
        assertFalse(Console.showsColour("xterm", "1"));
        assertFalse(Console.showsColour("dumb", null));
        assertFalse(Console.showsColour(null, null));
    }

    @Test
    void coloursNothingForFilesAndPipes() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(written, true);
        new Console(out, out, Console.UNLIMITED).print(new Table("A").row("b"));
        new Console(out, out, Console.UNLIMITED, true).print(new Table("A").row("b"));
        assertEquals("  A\n  b\n\033[1m  A\033[0m\n  b\n", written.toString());
        assertEquals("", new Console(out, out, 80, true).good(""));
    }
}
