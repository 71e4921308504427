package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.KernelTypes;
import bpf4j.object.BpfObject;
import bpf4j.reloc.CongestionKernel;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.KernelFacts;
import bpf4j.reloc.RelocationException;
import bpf4j.sys.BpfCommand;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of loads: the calls with their attributes, in golden files, and what differs from a load. */
class LoadPlanTest {

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name + "-el.o"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A kernel that offers {@code tcp_congestion_ops}, and of which nothing else is asked. */
    private record Congestion(KernelTypes types) implements KernelFacts {

        @Override
        public Kallsyms kallsyms() {
            return new Kallsyms("none", InputStream::nullInputStream);
        }

        @Override
        public Kconfig kconfig() {
            return Kconfig.empty();
        }

        @Override
        public int versionCode() {
            return 0x60c00;
        }

        @Override
        public boolean hasBpfCookie() {
            return true;
        }

        @Override
        public boolean hasSyscallWrapper() {
            return true;
        }
    }

    private static LoadPlan plan(String name, KernelTypes types, LoadOptions options) {
        return LoadPlan.of(object(name), options, new Congestion(types), Optional.empty(), Optional.empty());
    }

    private static LoadPlan plan(String name) {
        return plan(name, CongestionKernel.inVmlinux(), LoadOptions.defaults());
    }

    private static String text(LoadPlan plan) {
        return plan.calls().stream().flatMap(call -> Stream.concat(
                Stream.of(call.toString()), call.code().stream().map(line -> "    " + line)))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data_sections", "maps_nested", "maps_prog_array", "maps_pinned", "struct_ops_link",
        "struct_ops_order", "subprog_callback", "no_btf"})
    void callsAreThoseOfTheGoldenFile(String name) {
        Golden.check("golden/plan/" + name + ".txt", text(plan(name)));
    }

    @Test
    void structOpsOfAModuleGoesWithTheModulesTypes() {
        Golden.check("golden/plan/struct_ops_order-module.txt",
                text(plan("struct_ops_order", CongestionKernel.inModule(), LoadOptions.defaults())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maps", "data_sections", "maps_nested", "maps_prog_array", "struct_ops_order", "no_btf"})
    void planHasTheCallsThatALoadMakes(String name) {
        FakeKernel kernel = new FakeKernel();
        try (LoadedObject _ = object(name).load(LoadOptions.defaults().withKernel(kernel)
                .withKernelTypes(CongestionKernel.inVmlinux()))) {
            assertEquals(kernel.calls().stream().map(call -> call.command().name()).toList(),
                    plan(name).calls().stream().map(PlannedCall::command).toList());
        }
    }

    @Test
    void planIsTheSameEveryTime() {
        assertEquals(plan("struct_ops_link"), plan("struct_ops_link"));
    }

    @Test
    void mapsOfTheCallerAreOpenedAndNotMade() {
        LoadPlan plan = plan("maps", CongestionKernel.inVmlinux(),
                LoadOptions.defaults().withPinnedMap("flows", Path.of("/sys/fs/bpf/web/flows")));
        PlannedCall open = plan.calls().stream().filter(c -> c.command().equals(BpfCommand.BPF_OBJ_GET.name()))
                .findFirst().orElseThrow();
        assertEquals("BPF_OBJ_GET pathname=\"/sys/fs/bpf/web/flows\" -> map:flows", open.toString());
        assertTrue(plan.calls().stream().noneMatch(c -> c.command().equals(BpfCommand.BPF_MAP_CREATE.name())
                && c.result().equals(Optional.of("map:flows"))));
    }

    @Test
    void pinsComeLast() {
        LoadPlan plan = LoadPlan.of(object("data_sections"), LoadOptions.defaults(),
                new Congestion(CongestionKernel.inVmlinux()), Optional.empty(),
                Optional.of(Path.of("/no/such/folder")));
        assertEquals("BPF_OBJ_PIN pathname=\"/no/such/folder/touch\" bpf_fd=prog:touch",
                plan.calls().getLast().toString());
    }

    @Test
    void memoryOfArenasIsNotMapped() {
        assertEquals(List.of("BPF_BTF_LOAD", "BPF_MAP_CREATE", "BPF_PROG_LOAD"),
                plan("maps_arena").calls().stream().map(PlannedCall::command).distinct().toList());
    }

    @Test
    void featuresAreThoseOfTheVersion() {
        KernelFacts facts = new Congestion(CongestionKernel.inVmlinux());
        assertEquals(Optional.of("BPF_TRACE_UPROBE_MULTI"), usdt(facts, "6.12"));
        assertEquals(Optional.empty(), usdt(facts, "6.1"));
    }

    private static Optional<String> usdt(KernelFacts facts, String version) {
        return LoadPlan.of(object("usdt"), LoadOptions.defaults(), facts, KernelVersion.parse(version),
                Optional.empty()).calls().stream()
                .filter(c -> c.command().equals(BpfCommand.BPF_PROG_LOAD.name())).findFirst()
                .map(c -> c.attributes().get("expected_attach_type"));
    }

    @Test
    void whatDoesNotFitHasNoPlan() {
        assertThrows(RelocationException.class, () -> plan("struct_ops_missing_nonzero"));
    }
}
