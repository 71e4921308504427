package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make files of BTF out of files. None of these needs a kernel. */
class BtfFilesTest {

    private static final String OBJECT = Fixtures.object("core_synthetic-el.o").toString();
    private static final String TARGET = Fixtures.path("btf/core_target_a-el.btf").toString();

    @TempDir
    private Path folder;

    private String output() {
        return folder.resolve("out.btf").toString();
    }

    @Test
    void minTellsWhatItKept() throws IOException {
        CommandLineRun run = CommandLineRun.of("btf", "min", OBJECT, "--from", TARGET, "-o", output());
        assertEquals(0, run.status(), run::all);
        Btf result = Btf.read(Path.of(output()));
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(2).matches("  out\\.btf +%d +%d".formatted(result.typeCount() - 1,
                result.data().byteSize())), run::all);
        assertEquals("43 CO-RE relocations of 1 object get the same answers.", lines.get(3));
    }

    @Test
    void minPrintsJson() {
        CommandLineRun run = CommandLineRun.of("btf", "min", "-j", OBJECT, OBJECT, "--from", TARGET, "-o", output());
        Map<?, ?> json = Json.object(run.out());
        assertEquals(Set.of("inputs", "output"), json.keySet());
        assertTrue(run.out().contains("{\"name\":\"out.btf\",\"types\":"), run::all);
    }

    /** An object without relocations asks for nothing, and is no mistake among others. */
    @Test
    void minTakesObjectsThatNeedNothing() throws IOException {
        CommandLineRun run = CommandLineRun.of("btf", "min", Fixtures.object("maps-el.o").toString(), OBJECT,
                "--from", TARGET, "-o", output());
        assertEquals(0, run.status(), run::all);
        assertTrue(Btf.read(Path.of(output())).find("maps", BtfKind.BTF_KIND_STRUCT).isEmpty());
    }

    @Test
    void mergeTellsWhatWasThereAlready() throws IOException {
        CommandLineRun run = CommandLineRun.of("btf", "merge", OBJECT, "file", OBJECT, "-o", output());
        assertEquals(0, run.status(), run::all);
        Btf once = Btf.read(Path.of(OBJECT));
        Btf result = Btf.read(Path.of(output()));
        List<String> lines = run.out().lines().toList();
        assertEquals(5, lines.size());
        assertEquals("%d of %d types were there already.".formatted(2 * once.typeCount() - 1 - result.typeCount(),
                2 * once.typeCount() - 2), lines.get(4));
        assertTrue(result.typeCount() <= once.typeCount(), run::all);
    }

    /** A module's types on its kernel's, cut loose, and put onto a kernel with other types besides. */
    @Test
    void distillAndRelocateAreInverse() throws IOException {
        Btf kernel = kernel("kernel.btf", "sock");
        BtfBuilder module = BtfBuilder.onBase(kernel);
        module.add(new BtfType.Ptr(kernel.typeCount() - 1));
        Path split = written("module.btf", module.toBytes(ByteOrder.LITTLE_ENDIAN));
        CommandLineRun run = CommandLineRun.of("btf", "distill", "-B", folder + "/kernel.btf", split.toString(), "-o",
                output());
        assertEquals(0, run.status(), run::all);
        assertTrue(run.out().endsWith("out.btf.base has 1 types in 42 bytes.\n"), run::all);
        Btf other = kernel("other.btf", "padding", "more", "sock");
        String[] words = {"btf", "relocate", "-B", output() + ".base", output(), "--to", folder + "/other.btf", "-o",
            folder + "/relocated.btf"};
        run = CommandLineRun.of(words);
        assertEquals(0, run.status(), run::all);
        assertTrue(run.out().endsWith("1 types of out.btf.base were found in other.btf.\n"), run::all);
        Btf relocated = Btf.parseSplit(MemorySegment.ofArray(Files.readAllBytes(folder.resolve("relocated.btf"))),
                other, "relocated");
        assertEquals(new BtfType.Ptr(3), relocated.type(4));
        kernel("other.btf", "padding");
        run = CommandLineRun.of(words);
        assertEquals(1, run.status(), run::all);
        assertTrue(run.err().contains("struct sock: 'other.btf' has none"), run::all);
    }

    private Btf kernel(String name, String... structs) throws IOException {
        BtfBuilder builder = new BtfBuilder();
        for (String struct : structs) {
            builder.add(new BtfType.Struct(struct, 8, false, List.of()));
        }
        return Btf.read(written(name, builder.toBytes(ByteOrder.LITTLE_ENDIAN)));
    }

    private Path written(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void mistakesGetASentence() {
        assertMistake(2, "Missing required option: '--output=FILE'", "min", OBJECT);
        assertMistake(2, "Missing object file.", "min", "-o", output());
        assertMistake(2, "'nosuch' is neither a file nor 'vmlinux' nor a loaded module.", "min", OBJECT, "--from",
                "nosuch", "-o", output());
        assertMistake(1, "nowhere.o: no such file", "min", "nowhere.o", "--from", TARGET, "-o", output());
        assertMistake(1, "byte order differs", "min", Fixtures.object("core_synthetic-eb.o").toString(), "--from",
                TARGET, "-o", output());
        assertMistake(2, "Missing types: ", "merge", "-o", output());
        assertMistake(1, "byte order differs", "merge", OBJECT, Fixtures.object("maps-eb.o").toString(), "-o",
                output());
        assertMistake(1, "these types are whole", "distill", OBJECT, "-o", output());
        assertMistake(1, "these types are whole", "relocate", OBJECT, "--to", TARGET, "-o", output());
        assertMistake(1, "out: no such file", "min", OBJECT, "--from", TARGET, "-o", folder + "/nowhere/out");
    }

    private static void assertMistake(int status, String words, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "btf";
        System.arraycopy(args, 0, all, 1, args.length);
        CommandLineRun run = CommandLineRun.of(all);
        assertEquals(status, run.status(), run::all);
        assertTrue(run.err().contains(words), run::all);
        assertFalse(run.err().contains("\tat "), run::all);
    }
}
