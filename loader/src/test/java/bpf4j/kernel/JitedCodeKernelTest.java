package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Machine code of a program with a subprogram; what the kernel's table of symbols says of it is the second opinion. */
@KernelTest
class JitedCodeKernelTest {

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private LoadedObject loaded;

    @BeforeEach
    void load() throws IOException {
        loaded = BpfObject.read(Fixtures.nativeObject("test_run")).load();
    }

    @AfterEach
    void unload() {
        loaded.close();
    }

    @Test
    void functionsAreWhereTheSymbolsAre() throws IOException {
        JitedCode code = loaded.program("grow").jited();
        List<String> symbols = Files.readAllLines(Path.of("/proc/kallsyms"));
        assertEquals(List.of(Optional.of("int grow(struct xdp_md *ctx)"), Optional.of("long count(__u32 bytes)")),
                code.functions().stream().map(JitedCode.Function::declaration).toList());
        for (JitedCode.Function function : code.functions()) {
            String start = "%x t %s".formatted(function.address(), function.symbol());
            assertTrue(symbols.stream().anyMatch(line -> line.startsWith(start)), start);
        }
    }

    @Test
    void bytesAreAllOfTheProgram() {
        LoadedProgram program = loaded.program("grow");
        JitedCode code = program.jited();
        assertEquals(program.info().jitedBytes(), code.image().length);
        assertEquals(program.info().jitedBytes(),
                code.functions().stream().mapToInt(function -> function.code().length).sum());
        assertTrue(HexFormat.of().formatHex(code.image())
                .startsWith(HexFormat.of().formatHex(code.functions().getFirst().code())));
        assertEquals(1, loaded.program("length").jited().functions().size());
    }

    @Test
    void linesAreThoseOfTheInstructions() {
        LoadedProgram program = loaded.program("grow");
        List<Integer> lines = program.xlated().lines().stream().flatMap(line -> line.source().stream())
                .map(source -> source.line()).toList();
        List<Integer> found = program.jited().functions().stream().flatMap(f -> f.lines().stream())
                .map(line -> line.source().line()).toList();
        assertEquals(new TreeSet<>(lines), new TreeSet<>(found));
        for (JitedCode.Function function : program.jited().functions()) {
            List<Integer> offsets = function.lines().stream().map(JitedCode.Line::offsetBytes).toList();
            assertEquals(offsets.stream().sorted().toList(), offsets);
            assertEquals(0, offsets.getFirst());
            assertTrue(offsets.getLast() < function.code().length);
        }
    }

    @Test
    void programsWithoutTypesHaveNoNames() throws IOException {
        try (LoadedObject plain = BpfObject.read(Fixtures.nativeObject("no_btf_data")).load()) {
            LoadedProgram program = plain.programs().iterator().next();
            JitedCode.Function function = program.jited().functions().getFirst();
            assertEquals(Optional.empty(), function.declaration());
            assertEquals(List.of(), function.lines());
            assertEquals("bpf_prog_%s_%s".formatted(program.info().tag(), program.info().name()), function.symbol());
        }
    }

    @Test
    void closedProgramsAreNotRead() {
        LoadedProgram program = loaded.program("grow");
        loaded.close();
        assertThrows(IllegalStateException.class, program::jited);
    }
}
