package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelObjects;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

    @ParameterizedTest
    @ValueSource(strings = {"run", "load", "inspect", "disasm", "check"})
    void ofACommandHasAnExampleAndFitsATerminal(String command) {
        CommandLineRun help = CommandLineRun.of(command, "--help");
        assertAll(
                () -> assertEquals(0, help.status()),
                () -> assertEquals("", help.err()),
                () -> assertTrue(help.out().contains("  bpf4j " + command + " "), help.out()),
                () -> assertEquals(List.of("run", "load").contains(command), help.out().contains("--log"),
                        "only of the commands that ask the verifier"),
                () -> help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line)),
                () -> assertEquals(help.out(), CommandLineRun.of("help", command).out()));
    }

    static Stream<List<String>> kernelCommands() {
        return KernelCommands.all(new Console(System.out, System.err, Console.UNLIMITED),
                KernelObjects.running()).stream()
                .flatMap(group -> group.getSubcommands().keySet().stream().filter(name -> !name.equals("help"))
                        .map(name -> List.of(group.getCommandName(), name)));
    }

    @ParameterizedTest
    @MethodSource("kernelCommands")
    void ofACommandOnTheKernelHasAnExampleAndFitsATerminal(List<String> words) {
        CommandLineRun help = CommandLineRun.of(words.get(0), words.get(1), "--help");
        assertAll(
                () -> assertEquals(0, help.status()),
                () -> assertEquals("", help.err()),
                () -> assertTrue(help.out().contains("\n  bpf4j "), help.out()),
                () -> assertTrue(help.out().contains("--json"), help.out()),
                () -> help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line)),
                () -> assertEquals(help.out(), CommandLineRun.of(words.get(0), "help", words.get(1)).out()),
                () -> assertEquals(help.out(), CommandLineRun.of("help", words.get(0), words.get(1)).out()));
    }

    @Test
    void ofWhatIsNoCommandIsWrongUsage() {
        CommandLineRun help = CommandLineRun.of("help", "btf", "cump");
        assertEquals(2, help.status());
        assertEquals("", help.out());
        assertTrue(help.err().startsWith("'cump' is no command of 'bpf4j btf'."), help.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"prog", "map", "link", "struct_ops", "struct-ops", "btf", "feature", "gen"})
    void ofAGroupNamesItsCommands(String group) {
        CommandLineRun help = CommandLineRun.of(group, "--help");
        assertEquals(0, help.status());
        assertTrue(help.out().contains("Commands:"), help.out());
        help.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void ofAllHasTheCommandsAndTheExitStatuses() {
        CommandLineRun help = CommandLineRun.of("--help");
        assertEquals(0, help.status());
        List<String> lines = help.out().lines().map(String::strip).toList();
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
        for (String start : List.of("run ", "load ", "inspect ", "disasm ", "prog ", "map ", "link ", "struct_ops",
                "btf ",
                "feature ", "0 ", "1 ", "2 ", "3 ")) {
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
