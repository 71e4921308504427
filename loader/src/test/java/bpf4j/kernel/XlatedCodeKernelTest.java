package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Code that the kernel has rewritten is shown with the names that it had. */
@KernelTest
class XlatedCodeKernelTest {

    @Test
    void namesFunctionsHelpersAndMaps() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            XlatedCode code = loaded.program("grow").xlated();
            List<XlatedCode.Line> lines = code.lines();
            List<String> texts = lines.stream().map(XlatedCode.Line::text).toList();
            int map = loaded.map("counted").info().id();
            assertAll(
                    () -> assertEquals(loaded.program("grow").info().xlatedBytes() / 8, code.slots().length),
                    () -> assertTrue(texts.contains("call count"), texts::toString),
                    () -> assertTrue(texts.contains("call bpf_xdp_adjust_tail"), texts::toString),
                    () -> assertTrue(texts.contains("r1 = map[id:%d] ll".formatted(map)), texts::toString),
                    () -> assertTrue(texts.stream().noneMatch(t -> t.contains("unknown")), texts::toString),
                    () -> assertEquals(List.of("int grow(struct xdp_md *ctx)", "long count(__u32 bytes)"),
                            lines.stream().map(XlatedCode.Line::function).flatMap(Optional::stream).toList()),
                    () -> assertEquals(code.slots().length, lines.stream().mapToInt(XlatedCode.Line::slotCount).sum()));
        }
    }

    @Test
    void showsTheLinesOfTheSource() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            String text = loaded.program("grow").xlated().lines().stream().map(XlatedCode.Line::source)
                    .flatMap(Optional::stream).map(Object::toString).collect(Collectors.joining("\n"));
            assertTrue(text.contains("test_run.bpf.c:"), text);
            assertTrue(text.contains(": data[0]++;"), text);
            assertTrue(text.contains(": struct counts *counts = bpf_map_lookup_elem(&counted, &key);"), text);
        }
    }

    @Test
    void namesCallbacksAndKernelFunctions() throws IOException {
        try (LoadedObject callbacks = load("subprog_callback"); LoadedObject kfuncs = load("extern_kfunc")) {
            List<String> callback = callbacks.program("sum_up").xlated().lines().stream()
                    .map(XlatedCode.Line::text).toList();
            List<String> kfunc = kfuncs.program("ssthresh").xlated().lines().stream()
                    .map(XlatedCode.Line::text).toList();
            assertTrue(callback.stream().anyMatch(t -> t.endsWith(" = add_round ll") || t.equals("call add_round")),
                    callback::toString);
            assertTrue(callback.contains("r2 = add_entry ll"), callback::toString);
            assertTrue(kfunc.contains("call tcp_reno_ssthresh"), kfunc::toString);
        }
    }

    @Test
    void doesWithoutTypes() throws IOException {
        try (LoadedObject loaded = load("no_btf")) {
            LoadedProgram program = loaded.programs().iterator().next();
            XlatedCode code = program.xlated();
            assertEquals(Optional.empty(), code.types());
            assertTrue(code.lines().stream().allMatch(l -> l.source().isEmpty() && l.function().isEmpty()));
            assertEquals("exit", code.lines().getLast().text());
        }
    }

    private static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name)).load();
    }
}
