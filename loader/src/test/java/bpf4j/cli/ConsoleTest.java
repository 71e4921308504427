package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.sys.Errno;
import bpf4j.sys.Syscall;
import bpf4j.sys.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {

    @Test
    void takesTheWidthThatTheShellExportsOrTheTerminalTells() {
        assertEquals(132, Console.terminalColumns("132", () -> 100));
        assertEquals(100, Console.terminalColumns(null, () -> 100));
        assertEquals(100, Console.terminalColumns("wide", () -> 100));
        assertEquals(40, Console.terminalColumns(null, () -> 12));
        assertEquals(80, Console.terminalColumns(null, () -> 0));
        assertEquals(80, Console.terminalColumns(null, () -> -Errno.ENOTTY.number()));
        assertEquals(40, Console.terminalColumns("0", () -> 100));
    }

    @Test
    void knowsTerminals() {
        assertTrue(List.of("/dev/pts/0", "/dev/tty", "/dev/tty1", "/dev/ttyS0", "/dev/console", "/dev/hvc0").stream()
                .allMatch(Console::isTerminal));
        assertFalse(List.of("/dev/null", "pipe:[7]", "/dev/pts/x/y", "/tmp/tty1", "socket:[1]").stream()
                .anyMatch(Console::isTerminal));
    }

    @Test
    void fileIsNoTerminal(@TempDir Path folder) {
        int file = Syscall.open(folder.toString(), Syscall.O_RDONLY);
        try {
            assertEquals(-Errno.ENOTTY.number(), Terminal.columns(file));
        } finally {
            Syscall.close(file);
        }
    }

    /** On a terminal of 132 columns that script(1) makes. */
    @Test
    void terminalTells() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script(1)");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String width = "stty cols 132; %s -cp '%s' --enable-native-access=ALL-UNNAMED %s </dev/null".formatted(java,
                System.getProperty("java.class.path"), ChildConsole.class.getName());
        Process process = new ProcessBuilder("/usr/bin/script", "-qec", width, "/dev/null")
                .redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("132 columns", out.strip());
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
