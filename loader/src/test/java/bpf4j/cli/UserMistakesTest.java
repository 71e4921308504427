package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake gets its exit status and a sentence; none gets a stack trace. None of these needs a kernel. */
class UserMistakesTest {

    @TempDir
    private static Path folder;

    /** {@code MALFORMED/}, {@code OBJ/} and {@code TMP/} stand for folders. */
    private record Mistake(int status, String words, String... args) {

        @Override
        public String toString() {
            return String.join(" ", args);
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake(2, "Neither an object nor a command is given."),
                new Mistake(2, "'lod' is neither a file nor a command.", "lod"),
                new Mistake(2, "Unknown option: '--no-such-option'", "--no-such-option"),
                new Mistake(2, "Unknown option: '--jsn'", "load", "--jsn", "x.o"),
                new Mistake(2, "Missing required parameter: 'OBJ'", "load"),
                new Mistake(2, "Missing required parameter: 'OBJ'", "run"),
                new Mistake(2, "Missing required parameter: 'OBJ'", "inspect"),
                new Mistake(2, "Missing required parameter: 'OBJ'", "disasm"),
                new Mistake(2, "Unmatched argument at index 2: 'b.o'", "inspect", "a.o", "b.o"),
                new Mistake(2, "'soon' is no duration; write 500ms, 10s, 2m or 1h", "run", "OBJ/maps-el.o",
                        "--for", "soon"),
                new Mistake(2, "'-1s' is no duration", "run", "OBJ/maps-el.o", "--for=-1s"),
                new Mistake(2, "'10' is no duration", "OBJ/maps-el.o", "--for", "10"),
                new Mistake(2, "KEY=VALUE format", "load", "OBJ/maps-el.o", "--map", "name"),
                new Mistake(2, "Say what to do behind 'prog': list, ", "prog"),
                new Mistake(2, "'lst' is no command of 'prog'.", "prog", "lst"),
                new Mistake(2, "'7' stands where id N or pinned PATH or name NAME or tag TAG is to stand.", "prog",
                        "list",
                        "7"),
                new Mistake(2, "'seven' is no id.", "prog", "show", "id", "seven"),
                new Mistake(2, "'-7' is no id.", "map", "show", "id", "--", "-7"),
                new Mistake(2, "Missing id.", "prog", "show", "id"),
                new Mistake(2, "Missing word behind pinned.", "map", "show", "pinned"),
                new Mistake(2, "'8' is one word too many.", "prog", "show", "id", "7", "8"),
                new Mistake(2, "'tag' stands where id N or pinned PATH or name NAME is to stand.", "map", "list",
                        "tag", "x"),
                new Mistake(2, "Say what to dump: xlated, jited or source.", "prog", "dump", "id", "7"),
                new Mistake(2, "Say which one: id N or pinned PATH or name NAME or tag TAG.", "prog", "dump", "xlated"),
                new Mistake(2, "'jitted' is one word too many.", "prog", "dump", "xlated", "id", "7", "jitted"),
                new Mistake(2, "'data' is no option of this command.", "prog", "run", "id", "7", "data", "x"),
                new Mistake(2, "Say which one: id N or pinned PATH or name NAME.", "map", "lookup"),
                new Mistake(2, "Say which one: id N or pinned PATH.", "link", "detach"),
                new Mistake(2, "Say which one: id N or name NAME.", "struct_ops", "unregister"),
                new Mistake(2, "Missing object file.", "struct-ops", "register"),
                new Mistake(2, "'fully' is one word too many.", "feature", "probe", "fully"),
                new Mistake(1, "missing.bin: no such file", "prog", "run", "id", "7", "data_in", "TMP/missing.bin"),
                new Mistake(1, "missing.o: no such file", "struct_ops", "register", "TMP/missing.o"),
                new Mistake(1, "--type nosuch: the object has no type of this name", "run", "OBJ/maps-el.o", "--type",
                        "nosuch"),
                new Mistake(1, "no map 'nosuch', only [", "run", "OBJ/maps-el.o", "--type", "nosuch=flow"),
                new Mistake(1, "missing.o: no such file", "TMP/missing.o"),
                new Mistake(1, "missing.o: no such file", "load", "TMP/missing.o"),
                new Mistake(1, "missing.o: no such file", "inspect", "TMP/missing.o"),
                new Mistake(1, "missing.o: no such file", "disasm", "TMP/missing.o"),
                new Mistake(1, "is a directory", "load", "TMP/"),
                new Mistake(1, "is a directory", "inspect", "TMP/"),
                new Mistake(1, "not an ELF file", "load", "MALFORMED/text.o"),
                new Mistake(1, "not an ELF file", "disasm", "MALFORMED/text.o"),
                new Mistake(1, "zero_bytes.o: ", "inspect", "MALFORMED/zero_bytes.o"),
                new Mistake(1, "62 is not EM_BPF", "load", "MALFORMED/x86_64.o"),
                new Mistake(1, "183 is not EM_BPF", "inspect", "MALFORMED/aarch64.o"),
                new Mistake(1, "is not ELFCLASS64", "run", "MALFORMED/i386.o"),
                new Mistake(1, "run past the end of the file", "load", "MALFORMED/header_only.o"),
                new Mistake(1, "past the end", "inspect", "TMP/truncated.o"),
                new Mistake(1, "neither BTF nor ELF, kernel image or archive", "load", "OBJ/maps-el.o",
                        "--btf", "MALFORMED/text.o"),
                new Mistake(1, "types: no such file", "load", "OBJ/maps-el.o", "--btf", "TMP/types"),
                new Mistake(1, "no program 'nosuch', only first, second, third", "disasm", "OBJ/core_two_programs-el.o",
                        "nosuch"),
                new Mistake(1, "no map 'nosuch', only [", "run", "OBJ/maps-el.o", "--sockmap", "nosuch"),
                new Mistake(1, "is no sockmap or sockhash", "run", "OBJ/data_sections-el.o", "--sockmap", ".bss"),
                new Mistake(1, "no folder of a cgroup v2 file system", "run", "OBJ/maps-el.o", "--cgroup", "TMP/"),
                new Mistake(1, "no folder of a cgroup v2 file system", "run", "OBJ/maps-el.o",
                        "--cgroup", "TMP/nowhere"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void getASentence(Mistake mistake) throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.object("maps-el.o"));
        Files.write(folder.resolve("truncated.o"), Arrays.copyOf(whole, whole.length / 2));
        String[] args = Arrays.stream(mistake.args())
                .map(word -> word.replaceFirst("^TMP/", folder + "/").replaceFirst("^OBJ", path("obj"))
                        .replaceFirst("^MALFORMED", path("malformed")))
                .toArray(String[]::new);
        CommandLineRun run = CommandLineRun.of(args);
        assertAll(
                () -> assertEquals(mistake.status(), run.status(), run::all),
                () -> assertTrue(run.err().contains(mistake.words()), run::all),
                () -> assertNoTrace(run));
    }

    @Test
    void suggestsWhatWasMeant() {
        assertTrue(CommandLineRun.of("load", "--jso", "x.o").err().contains("--json"));
    }

    @Test
    void isToldOnceForEachObjectAndDoesNotStopTheOthers() {
        CommandLineRun run = CommandLineRun.of("load", path("malformed/text.o"), path("malformed/x86_64.o"));
        assertEquals(1, run.status());
        assertEquals(List.of("text.o: not loaded", "x86_64.o: not loaded"),
                run.out().lines().map(line -> line.substring(line.lastIndexOf('/') + 1)).toList());
        assertEquals(2, run.err().lines().count(), run::all);
    }

    @Test
    void isAnObjectOfJsonAsWell() {
        CommandLineRun run = CommandLineRun.of("load", "--json", path("malformed/text.o"), path("malformed/nowhere.o"));
        List<String> lines = run.out().lines().toList();
        assertAll(
                () -> assertEquals(1, run.status()),
                () -> assertEquals(2, lines.size()),
                () -> assertEquals("text.o", Json.object(lines.get(0)).get("object")),
                () -> assertEquals(false, Json.object(lines.get(0)).get("ok")),
                () -> assertEquals("{step=READ, program=null, errno=0, errnoName=null, message=no such file}",
                        Json.object(lines.get(1)).get("error").toString()));
    }

    static void assertNoTrace(CommandLineRun run) {
        assertFalse(run.all().contains("Exception"), run::all);
        assertFalse(run.all().contains("\tat "), run::all);
        assertFalse(run.all().contains("internal error"), run::all);
    }

    private static String path(String name) {
        return Fixtures.path(name).toString();
    }
}
