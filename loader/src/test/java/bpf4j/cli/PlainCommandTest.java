package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainCommandTest {

    @TempDir
    private Path folder;

    @Test
    void takesFilesOnly() {
        assertTrue(isPlain("load", "a.bpf.o"));
        assertTrue(isPlain("load", "a.bpf.o", "b.bpf.o"));
        assertTrue(isPlain("btf", "dump", "vmlinux", "--format", "c"));
        for (List<String> words : List.of(List.<String>of(), List.of("load"), List.of("run", "a"), List.of("a"),
                List.of("load", "--json", "a"), List.of("load", "a", "-v"), List.of("load", "--", "a"),
                List.of("btf", "dump", "no_such_module", "--format", "c"), List.of("btf", "dump", "vmlinux"),
                List.of("btf", "dump", "-j", "--format", "c"), List.of("load", "@words"), List.of("--help"),
                List.of("load", "a", "--help"))) {
            assertEquals(false, isPlain(words.toArray(String[]::new)), words.toString());
        }
    }

    /** {@code -v} goes through the parser, and has nothing to add to this failure. */
    @Test
    void doesWhatTheParserDoes() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.bpf.o"), "");
        for (Path file : List.of(empty, folder, folder.resolve("missing.bpf.o"))) {
            CommandLineRun plain = CommandLineRun.of("load", file.toString());
            assertEquals(1, plain.status(), plain.all());
            assertEquals(CommandLineRun.of("load", file.toString(), "-v"), plain);
        }
    }

    private static boolean isPlain(String... args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        CommonOptions common = new CommonOptions();
        return PlainCommand.of(args, new Console(nowhere, nowhere, Console.UNLIMITED),
                new Complaints(nowhere, common, false), common).isPresent();
    }
}
