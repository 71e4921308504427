package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.insn.Insn;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.ProgramSpec;
import bpf4j.reloc.CongestionKernel;
import bpf4j.reloc.RelocatedObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels that lack something: what is given up, what is not, and that it is said. */
class FallbackTest {

    private static final int SMALLER_THAN_ANY_OBJECTS_TYPES = 120;

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name + "-el.o"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fixture with all section names, with one program switched on. */
    private static BpfObject only(String section) {
        BpfObject object = object("sections_loadable");
        for (ProgramSpec program : object.programs()) {
            object = object.withProgram(program.name(), p -> p.withAutoload(p.section().equals(section)));
        }
        return object;
    }

    private static LoadedObject load(BpfObject object, FakeKernel kernel) {
        return object.load(LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux()));
    }

    private static List<String> changes(LoadedObject loaded) {
        return loaded.adaptations().stream().map(Adaptation::change).distinct().toList();
    }

    @Test
    void namesAreLeftOutWhereTheKernelKnowsNone() {
        FakeKernel kernel = new FakeKernel().refusing((_, _, name, _) -> name.isEmpty() ? null : Errno.EINVAL);
        try (LoadedObject loaded = load(object("maps"), kernel)) {
            assertEquals(List.of("created without its name", "loaded without its name"), changes(loaded));
            assertEquals(8, loaded.adaptations().size(), loaded.adaptations()::toString);
            assertEquals("flows", loaded.map("flows").name());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @ParameterizedTest
    @CsvSource({"xdp", "sockops", "sk_skb/stream_parser", "sk_msg", "flow_dissector", "cgroup_skb/egress",
        "cgroup/sock"})
    void attachTypeIsLeftOutWhereItMayBe(String section) {
        FakeKernel kernel = withoutAttachTypes();
        try (LoadedObject loaded = load(only(section), kernel)) {
            assertEquals(List.of("loaded without its expected attach type"), changes(loaded));
            FakeKernel.Call accepted = kernel.calls(BpfCommand.BPF_PROG_LOAD).getLast();
            assertEquals(0, accepted.field("expected_attach_type"));
            assertTrue(accepted.name().startsWith("in_"), accepted::toString);
        }
        assertEquals(Set.of(), kernel.open());
    }

    /** For these the attach type decides what the program may do. */
    @ParameterizedTest
    @CsvSource({"cgroup/connect4", "cgroup/post_bind4", "xdp.frags", "xdp/devmap", "sk_reuseport"})
    void attachTypeThatSaysWhatTheProgramIsStays(String section) {
        FakeKernel kernel = withoutAttachTypes();
        assertEquals(Errno.E2BIG.number(),
                assertThrows(KernelException.class, () -> load(only(section), kernel)).errno());
        assertEquals(Set.of(), kernel.open());
    }

    private static FakeKernel withoutAttachTypes() {
        return new FakeKernel().refusing((_, command, _, fields) ->
                command == BpfCommand.BPF_PROG_LOAD && fields.get("expected_attach_type") != 0 ? Errno.E2BIG : null);
    }

    @Test
    void descriptionIsLeftOutWhereFunctionsHaveNoTypes() {
        boolean[] probed = new boolean[1];
        FakeKernel kernel = new FakeKernel().refusing((_, command, _, fields) -> {
            if (command == BpfCommand.BPF_BTF_LOAD && fields.get("btf_size") < SMALLER_THAN_ANY_OBJECTS_TYPES
                    && !probed[0]) {
                probed[0] = true;
                return Errno.EINVAL;
            }
            return command == BpfCommand.BPF_PROG_LOAD && fields.get("func_info_cnt") != 0 ? Errno.EINVAL : null;
        });
        try (LoadedObject loaded = load(object("maps"), kernel)) {
            assertEquals(List.of("loaded without func and line info"), changes(loaded));
            assertEquals(0, kernel.calls(BpfCommand.BPF_PROG_LOAD).getLast().field("line_info_cnt"));
        }
        assertEquals(Set.of(), kernel.open());
    }

    /**
     * Whoever asks for too much and is refused for something else gets the refusal of the whole, and nothing is given
     * up.
     */
    @Test
    void nothingIsGivenUpThatTheKernelHas() {
        FakeKernel kernel = new FakeKernel().refusing((_, command, name, _) ->
                command == BpfCommand.BPF_PROG_LOAD && name.equals("in_xdp") ? Errno.EINVAL : null);
        assertEquals(Errno.EINVAL.number(),
                assertThrows(KernelException.class, () -> load(only("xdp"), kernel)).errno());
        assertTrue(kernel.calls(BpfCommand.BPF_PROG_LOAD).stream().filter(c -> c.name().equals("in_xdp"))
                .allMatch(c -> c.field("expected_attach_type") == 37), kernel.story()::toString);
    }

    @Test
    void readingHelpersAreReplacedByTheOlderOnes() {
        var program = RelocatedObject.relocate(only("socket"), CongestionKernel.inVmlinux()).programs().getFirst();
        long lookalike = Insn.of(0, 0, 0, 0, 113);
        long[] slots = {helper(112), helper(113), helper(114), helper(115), helper(111), helper(116),
            Insn.of(0x18, 1, 0, 0, 112), lookalike, Insn.of(0x85, 0, 1, 0, 113)};
        long[] expected = {helper(4), helper(4), helper(45), helper(45), helper(111), helper(116), slots[6], slots[7],
                slots[8]};
        assertArrayEquals(expected,
                ProgramFallback.PROBE_READ.apply(program, ProgramRequest.full(slots, Optional.empty()))
                        .orElseThrow().slots());
        assertEquals(Optional.empty(), ProgramFallback.PROBE_READ.apply(program,
                ProgramRequest.full(new long[] {slots[8]}, Optional.empty())));
        assertEquals(helper(112), slots[0], "the caller's code stays");
    }

    private static long helper(int number) {
        return Insn.of(0x85, 0, 0, 0, number);
    }

    @Test
    void dataIsCreatedWithoutMappingWhereArraysCannotBeMapped() {
        FakeKernel kernel = new FakeKernel().refusing((_, command, _, fields) -> command == BpfCommand.BPF_MAP_CREATE
                && (fields.get("map_flags") & MapSpec.BPF_F_MMAPABLE) != 0 ? Errno.EINVAL : null);
        try (LoadedObject loaded = load(object("data_sections"), kernel)) {
            Map<Boolean, Long> read = loaded.maps().stream().collect(Collectors.partitioningBy(
                    m -> (m.spec().flags() & MapSpec.BPF_F_MMAPABLE) != 0, Collectors.counting()));
            assertEquals(read.get(true), loaded.adaptations().stream()
                    .filter(a -> a.change().equals("created without BPF_F_MMAPABLE")).count());
            assertEquals(MapSpec.BPF_F_RDONLY_PROG,
                    kernel.map(loaded.map(".rodata").spec().kernelName()).field("map_flags"));
        }
        assertEquals(Set.of(), kernel.open());
        BpfObject own = object("maps").withMap("totals", m -> m.withFlags(MapSpec.BPF_F_MMAPABLE));
        assertEquals("map 'totals'", assertThrows(KernelException.class, () -> load(own, kernel)).subject(),
                "what the author asks for is not dropped");
    }
}
