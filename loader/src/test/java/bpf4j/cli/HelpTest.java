package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

    @ParameterizedTest
    @ValueSource(strings = {"run", "load", "inspect", "disasm"})
    void ofACommandHasAnExampleAndFitsATerminal(String command) {
        CommandLineRun help = CommandLineRun.of(command, "--help");
        assertAll(
                () -> assertEquals(0, help.status()),
                () -> assertEquals("", help.err()),
                () -> assertTrue(help.out().contains("  bpf4j " + command + " "), help.out()),
                () -> help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line)),
                () -> assertEquals(help.out(), CommandLineRun.of("help", command).out()));
    }

    @Test
    void ofAllHasTheCommandsAndTheExitStatuses() {
        CommandLineRun help = CommandLineRun.of("--help");
        assertEquals(0, help.status());
        List<String> lines = help.out().lines().map(String::strip).toList();
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
        for (String start : List.of("run ", "load ", "inspect ", "disasm ", "0 ", "1 ", "2 ", "3 ")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(start)), start);
        }
    }

    @Test
    void versionNamesProgramJavaAndSystem() {
        CommandLineRun version = CommandLineRun.of("--version");
        assertEquals(0, version.status());
        assertTrue(version.out().startsWith("bpf4j "), version.out());
        assertTrue(version.out().contains("\nJava 2"), version.out());
    }
}
