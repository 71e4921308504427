package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.check.InterfaceTypes;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} from the command line, on kernels that are files. */
class CheckCommandTest {

    private static final String GUARDED = Fixtures.object("core_poison_dead-el.o").toString();
    private static final String REACHED = Fixtures.object("core_poison_reached-el.o").toString();
    private static final String OPTIONS = Fixtures.object("extern_kconfig_missing-el.o").toString();

    @TempDir
    private Path folder;
    private String kernel;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = Files.write(folder.resolve("6.1.btf"), InterfaceTypes.bytes()).toString();
    }

    @Test
    void oneObjectThatLoads() {
        CommandLineRun run = CommandLineRun.of("check", GUARDED, "--kernel", kernel);
        assertEquals("", run.err());
        assertEquals(0, run.status());
        assertTrue(run.out().startsWith("core_poison_dead-el.o on 6.1: loads (CO-RE relocations: "), run::out);
        assertTrue(run.out().contains("all guarded"), run::out);
    }

    @Test
    void failureSaysWhyAndWhere() {
        CommandLineRun run = CommandLineRun.of("check", REACHED, "--kernel", kernel);
        assertEquals(1, run.status());
        assertTrue(run.out().contains("fails: program 'read_missing': instruction "), run::out);
        assertTrue(run.out().contains("core_poison_reached.bpf.c:"), run::out);
    }

    @Test
    void severalPairsHaveAMatrix() throws IOException {
        String other = Files.write(folder.resolve("6.2.btf"), InterfaceTypes.bytes()).toString();
        CommandLineRun run = CommandLineRun.of("check", GUARDED, REACHED, "--kernel", kernel, other);
        List<String> lines = run.out().lines().toList();
        assertEquals(List.of("  OBJECT                    6.1    6.2", "  core_poison_dead-el.o     loads  loads",
                "  core_poison_reached-el.o  fails  fails"), lines.subList(lines.size() - 3, lines.size()));
        assertFalse(run.out().contains("core_poison_dead-el.o on"), "nothing to say of what loads");
    }

    @Test
    void jsonIsALineForEachPair() {
        CommandLineRun run = CommandLineRun.of("check", "--json", GUARDED, REACHED, "--kernel", kernel);
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.getFirst().startsWith(
                "{\"object\":\"core_poison_dead-el.o\",\"kernel\":\"6.1\",\"verdict\":\"loads\""), run::out);
        assertTrue(lines.getFirst().contains("\"guard\":\"guarded\""), run::out);
        assertTrue(lines.getLast().contains(
                "\"verdict\":\"fails\",\"findings\":[{\"severity\":\"blocks\",\"rule\":\"poison\""), run::out);
        assertEquals(1, run.status());
    }

    @Test
    void unknownFailsOnlyIfStrict() throws IOException {
        assertEquals(0, CommandLineRun.of("check", OPTIONS, "--kernel", kernel).status());
        assertEquals(1, CommandLineRun.of("check", "--strict", OPTIONS, "--kernel", kernel).status());
        String config = Files.writeString(folder.resolve("config"), "CONFIG_X=y\n").toString();
        assertEquals(1, CommandLineRun.of("check", OPTIONS, "--kernel", kernel, "--config", config).status());
    }

    @Test
    void everythingIsShownWhenAskedFor() {
        CommandLineRun run = CommandLineRun.of("check", "-v", GUARDED, "--kernel", kernel);
        assertTrue(run.out().contains("field_exists"), run::out);
        assertTrue(run.out().contains("none, guarded"), run::out);
    }

    @Test
    void whatIsNoObjectFailsAndWhatIsNoKernelIsSaid() throws IOException {
        CommandLineRun noObject = CommandLineRun.of("check", kernel, "--kernel", kernel);
        assertEquals(1, noObject.status());
        assertTrue(noObject.out().contains("6.1.btf on 6.1: fails"), noObject::out);
        Path text = Files.writeString(folder.resolve("vmlinuz"), "no kernel");
        CommandLineRun noKernel = CommandLineRun.of("check", GUARDED, "--kernel", text.toString());
        assertEquals(1, noKernel.status());
        assertTrue(noKernel.err().contains("neither BTF nor ELF, kernel image or archive"), noKernel::err);
        CommandLineRun none = CommandLineRun.of("check", GUARDED, "--kernel", folder.resolve("none").toString());
        assertEquals("bpf4j: %s: no such file\n".formatted(folder.resolve("none")), none.err());
        assertEquals(1, none.status());
    }
}
