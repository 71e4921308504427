package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} and {@code disasm} over all objects, sound and damaged. */
class ListingTest {

    @TempDir
    private Path folder;

    /** What the library refuses, the command line refuses in a sentence; what it reads, both commands print. */
    @TestFactory
    Stream<DynamicTest> listEveryObjectThatCanBeRead() {
        return Fixtures.objects().stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
            boolean readable = canBeRead(file);
            for (String command : List.of("inspect", "disasm")) {
                CommandLineRun run = CommandLineRun.of(command, file.toString());
                assertEquals(readable ? 0 : 1, run.status(), run::all);
                assertEquals(readable, run.err().isEmpty(), run::all);
                UserMistakesTest.assertNoTrace(run);
            }
        }));
    }

    @Test
    void saysOfADamagedObjectWhatIsWrongOrListsIt() throws IOException {
        Random random = new Random(1);
        Path damaged = folder.resolve("damaged.o");
        int refused = 0;
        int listed = 0;
        for (String name : List.of("maps-el.o", "subprog_callback-el.o", "struct_ops_order-eb.o",
                "core_bitfield-el.o")) {
            byte[] whole = Files.readAllBytes(Fixtures.object(name));
            for (int i = 0; i < 25; i++) {
                byte[] bytes = whole.clone();
                for (int flips = 1 + i % 3; flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(damaged, bytes);
                for (String command : List.of("inspect", "disasm")) {
                    CommandLineRun run = CommandLineRun.of(command, damaged.toString());
                    assertTrue(run.status() == 0 || run.status() == 1, run::all);
                    assertFalse(run.err().contains("internal error"), run::all);
                    assertFalse(run.err().contains("\tat "), run::all);
                    refused += run.status();
                    listed += 1 - run.status();
                }
            }
        }
        assertTrue(refused > 0 && listed > 0, refused + " refused, " + listed + " listed");
    }

    @Test
    void ofOneProgramIncludesTheSubprogramsThatItUses() {
        String all = CommandLineRun.of("disasm", Fixtures.object("subprog_text-el.o").toString()).out();
        BpfObject object = read(Fixtures.object("subprog_text-el.o"));
        String first = object.programs().getFirst().name();
        String one = CommandLineRun.of("disasm", Fixtures.object("subprog_text-el.o").toString(), first).out();
        assertTrue(one.startsWith(first + " ("), one);
        assertTrue(one.lines().filter(line -> line.endsWith("slots):")).count() > 1, one);
        one.lines().forEach(line -> assertTrue(all.contains(line), line));
    }

    private static boolean canBeRead(Path file) {
        try {
            read(file);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static BpfObject read(Path file) {
        try {
            return BpfObject.parse(ElfFile.read(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
