package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Memory;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Loading into a kernel that is not there: what is called in which order, and what is left when a call fails. */
class LoaderTest {

    private final FakeKernel kernel = new FakeKernel();

    private static BpfObject object(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LoadOptions options(FakeKernel kernel) {
        return LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux());
    }

    private LoadedObject load(String name) {
        return object(name).load(options(kernel));
    }

    @Test
    void typesThenMapsThenPrograms() {
        try (LoadedObject loaded = load("maps-el.o")) {
            assertEquals(List.of("BPF_BTF_LOAD", "BPF_MAP_CREATE flows", "BPF_MAP_CREATE totals",
                    "BPF_MAP_CREATE per_cpu",
                    "BPF_MAP_CREATE recent", "BPF_MAP_CREATE events", "BPF_MAP_CREATE untyped",
                    "BPF_MAP_CREATE samples",
                    "BPF_PROG_LOAD count"), kernel.story());
            assertEquals(List.of(), loaded.adaptations());
            assertEquals(9, kernel.open().size());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void structOpsIsRegisteredAndUnregistered() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.path("../examples/src/main/bpf/dctcp.bpf.o"))
                .load(options(kernel))) {
            List<String> story = kernel.story();
            assertEquals("BPF_BTF_LOAD", story.getFirst());
            int lastMap = story.lastIndexOf("BPF_MAP_CREATE dctcp_nouse");
            int firstProgram = kernel.calls().indexOf(kernel.calls(BpfCommand.BPF_PROG_LOAD).getFirst());
            assertTrue(lastMap > 0 && lastMap < firstProgram, story::toString);
            kernel.forget();
            try (Link link = loaded.structOps("dctcp").attach()) {
                assertEquals(List.of("BPF_MAP_UPDATE_ELEM"), kernel.story());
                assertEquals(loaded.map("dctcp").fd(), kernel.calls().getFirst().field("map_fd"));
                link.detach();
            }
            assertEquals(List.of("BPF_MAP_UPDATE_ELEM", "BPF_MAP_DELETE_ELEM"), kernel.story());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void structOpsMapHasTheKernelsTypeAndSize() {
        try (LoadedObject loaded = load("struct_ops_order-el.o")) {
            FakeKernel.Call map = kernel.map("first");
            assertEquals(loaded.structOps("first").plan().kernel().valueTypeId(),
                    map.field("btf_vmlinux_value_type_id"));
            assertEquals(loaded.structOps("first").plan().kernel().valueSizeBytes(), map.field("value_size"));
            assertEquals(List.of(0L, 0L, 0L), List.of(map.field("btf_key_type_id"), map.field("btf_value_type_id"),
                    map.field("value_type_btf_obj_fd")));
            assertNotEquals(0, map.field("btf_fd"));
            for (FakeKernel.Call program : kernel.calls(BpfCommand.BPF_PROG_LOAD)) {
                assertEquals(CongestionKernel.CALLBACKS.indexOf(program.name()), program.field("expected_attach_type"));
                assertEquals(loaded.structOps("first").plan().kernel().valueTypeId() - 1,
                        program.field("attach_btf_id"));
                assertEquals(0, program.field("attach_btf_obj_fd"));
            }
        }
    }

    @Test
    void structOpsOfAModuleGoesWithTheModulesDescriptor() {
        kernel.module("other").module("tcp_bpf4j");
        try (LoadedObject loaded = object("struct_ops_order-el.o")
                .load(options(kernel).withKernelTypes(CongestionKernel.inModule()))) {
            long module = kernel.calls(BpfCommand.BPF_BTF_GET_FD_BY_ID).getLast().result();
            assertEquals(module, kernel.map("first").field("value_type_btf_obj_fd"));
            assertEquals(1 << 15, kernel.map("first").field("map_flags") & 1 << 15);
            for (FakeKernel.Call program : kernel.calls(BpfCommand.BPF_PROG_LOAD)) {
                assertEquals(module, program.field("attach_btf_obj_fd"));
            }
            assertEquals(1, loaded.structOps().stream().filter(s -> s.name().equals("second")).count());
            assertTrue(kernel.open().stream().noneMatch(o -> o.contains("BTF_GET_FD")), "the module's BTF is let go");
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void readOnlyDataIsFilledFrozenAndBound() {
        try (LoadedObject loaded = load("data_sections-el.o")) {
            List<String> story = kernel.story();
            for (String section : List.of(".rodata", ".rodata.custom", ".rodata.str1.1")) {
                long fd = loaded.map(section).fd();
                assertEquals(1, kernel.calls(BpfCommand.BPF_MAP_FREEZE).stream().filter(c -> c.field("map_fd") == fd)
                        .count());
            }
            assertEquals(3, kernel.calls(BpfCommand.BPF_PROG_BIND_MAP).size());
            assertTrue(story.indexOf("BPF_MAP_UPDATE_ELEM") < story.indexOf("BPF_MAP_FREEZE"));
            long zeroed = loaded.map(".bss").fd();
            assertTrue(kernel.calls(BpfCommand.BPF_MAP_UPDATE_ELEM).stream()
                    .noneMatch(c -> c.field("map_fd") == zeroed));
        }
    }

    @Test
    void innerMapsAreTemplatesThatAreLetGo() {
        try (LoadedObject loaded = load("maps_nested-el.o")) {
            FakeKernel.Call template = kernel.map("filled.inner");
            assertEquals(template.result(), kernel.map("filled").field("inner_map_fd"));
            assertTrue(kernel.open().stream().noneMatch(o -> o.contains(".inner")), kernel.open()::toString);
            assertEquals(3, kernel.calls(BpfCommand.BPF_MAP_UPDATE_ELEM).stream()
                    .filter(c -> c.field("map_fd") == loaded.map("filled").fd()).count());
        }
    }

    @Test
    void programArrayIsFilledWhenItsProgramsAreThere() {
        try (LoadedObject _ = load("maps_prog_array-el.o")) {
            assertEquals(List.of("BPF_MAP_UPDATE_ELEM", "BPF_MAP_UPDATE_ELEM"),
                    kernel.story().subList(kernel.story().lastIndexOf("BPF_PROG_LOAD dispatch") + 1,
                    kernel.story().size()));
        }
    }

    @Test
    void programArrayWithoutItsProgramIsRefused() {
        KernelException e = assertThrows(KernelException.class, () -> object("maps_prog_array-el.o")
                .withProgram("refuse_all", p -> p.withAutoload(false)).load(options(kernel)));
        assertEquals(Step.FILL_MAP, e.step());
        assertTrue(e.getMessage().contains("slot 2 holds 'refuse_all', which was not loaded"), e::getMessage);
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void structOpsLinkIsMadeOfTheMapAndCanBeReplaced() {
        try (LoadedObject loaded = load("struct_ops_link-el.o"); LoadedObject other = load("struct_ops_link-el.o")) {
            Link link = loaded.structOps("linked").attach();
            FakeKernel.Call create = kernel.calls(BpfCommand.BPF_LINK_CREATE).getFirst();
            assertEquals(List.of((long) loaded.map("linked").fd(), 0L, 44L),
                    List.of(create.field("prog_fd"), create.field("target_fd"), create.field("attach_type")));
            ((bpf4j.link.StructOpsLink) link).update(other.structOps("linked"));
            FakeKernel.Call update = kernel.calls(BpfCommand.BPF_LINK_UPDATE).getFirst();
            assertEquals(List.of((long) create.result(), (long) other.map("linked").fd()),
                    List.of(update.field("link_fd"), update.field("new_prog_fd")));
            link.close();
            link.close();
            assertThrows(IllegalStateException.class, link::detach);
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void valueThatIsSetAlreadyIsNoErrorForALinkMap() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_MAP_UPDATE_ELEM ? Errno.EBUSY : null);
        try (LoadedObject loaded = load("struct_ops_link-el.o"); LoadedObject plain = load("struct_ops_order-el.o")) {
            loaded.structOps("linked").attach().close();
            assertEquals(Errno.EBUSY.number(),
                    assertThrows(KernelException.class, () -> plain.structOps("first").attach()).errno());
        }
    }

    /** As long as three buffers of the usual first size, which the kernel tells. */
    @Test
    void logThatDoesNotFitIsAskedForAgainWithRoomForIt() {
        String log = "0: R0=0\n".repeat(400_000) + "R0 !read_ok\nprocessed 1 insns (limit 1000000)\n";
        kernel.logging(log).refusing((_, command, _, fields) -> command != BpfCommand.BPF_PROG_LOAD ? null
                : fields.get("log_level") != 0 && fields.get("log_size") <= log.length() ? Errno.ENOSPC : Errno.EACCES);
        VerifierException e = assertThrows(VerifierException.class, () -> load("maps-el.o"));
        assertEquals(List.of("EACCES", "R0 !read_ok", log), List.of(e.errnoName(), e.reason(), e.log()));
        assertEquals(List.of(0L, 1L << 20, log.length() + 1L), kernel.calls(BpfCommand.BPF_PROG_LOAD).stream()
                .filter(c -> c.name().equals("count")).map(c -> c.field("log_size")).toList());
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void busyVerifierIsAskedFiveTimesAndNoMore() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_LOAD ? Errno.EAGAIN : null);
        KernelException e = assertThrows(KernelException.class, () -> load("maps-el.o"));
        assertEquals(Errno.EAGAIN.number(), e.errno());
        for (long level : new long[] {0, 1}) {
            assertEquals(5, kernel.calls(BpfCommand.BPF_PROG_LOAD).stream()
                    .filter(c -> c.name().equals("count") && c.field("log_level") == level).count());
        }
    }

    @Test
    void logIsAskedForAfterARefusalOnly() {
        try (LoadedObject _ = load("maps-el.o")) {
            assertTrue(kernel.calls(BpfCommand.BPF_PROG_LOAD).stream().allMatch(c -> c.field("log_size") == 0));
        }
        try (LoadedObject _ = object("maps-el.o").load(options(kernel).withLogLevel(2))) {
            FakeKernel.Call call = kernel.calls(BpfCommand.BPF_PROG_LOAD).getLast();
            assertEquals(2, call.field("log_level"));
            assertTrue(call.field("log_size") > 0);
        }
    }

    @Test
    void refusalWithoutALogIsNotTheVerifiers() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_LOAD ? Errno.EPERM : null);
        KernelException e = assertThrows(KernelException.class, () -> load("maps-el.o"));
        assertEquals(KernelException.class, e.getClass());
        assertEquals(List.of(Step.LOAD_PROGRAM, "EPERM", "program 'count'"),
                List.of(e.step(), e.errnoName(), e.subject()));
        assertFalse(e.advice().isEmpty());
    }

    @Test
    void mapIsMadeWithoutTypesWhereTheKernelRefusesThem() {
        kernel.refusing((_, command, _, fields) ->
                command == BpfCommand.BPF_MAP_CREATE && fields.get("btf_key_type_id") != 0 ? Errno.ENOTSUPP : null);
        try (LoadedObject loaded = load("maps-el.o")) {
            assertEquals(List.of("map 'flows'", "map 'totals'", "map 'per_cpu'", "map 'recent'"),
                    loaded.adaptations().stream().map(Adaptation::subject).toList());
            Adaptation first = loaded.adaptations().getFirst();
            assertEquals("created without types of key and value", first.change());
            assertTrue(first.reason().contains("ENOTSUPP"), first::reason);
            assertEquals(List.of(0L, 0L, 0L), List.of(kernel.map("flows").field("btf_fd"),
                    kernel.map("flows").field("btf_key_type_id"), kernel.map("flows").field("btf_value_type_id")));
        }
    }

    @Test
    void objectWithoutTypesInTheKernelStillLoads() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_BTF_LOAD ? Errno.EINVAL : null);
        try (LoadedObject loaded = load("maps-el.o")) {
            assertTrue(loaded.adaptations().stream().anyMatch(a -> a.change().equals("loaded without types")));
            FakeKernel.Call program = kernel.calls(BpfCommand.BPF_PROG_LOAD).getLast();
            assertEquals(List.of(0L, 0L, 0L), List.of(program.field("prog_btf_fd"), program.field("func_info_cnt"),
                    program.field("line_info_cnt")));
        }
        assertEquals(Step.LOAD_BTF, assertThrows(KernelException.class, () -> load("struct_ops_order-el.o")).step());
    }

    @Test
    void mapTypesThatTakeNoTypesGetNone() {
        try (LoadedObject _ = load("maps-el.o")) {
            assertNotEquals(0, kernel.map("flows").field("btf_fd"));
            for (String name : List.of("samples", "events", "untyped")) {
                assertEquals(0, kernel.map(name).field("btf_fd"), name);
            }
        }
    }

    @Test
    void sleepableSectionIsLoadedSo() {
        try (LoadedObject _ = load("struct_ops_sleepable-el.o")) {
            for (FakeKernel.Call program : kernel.calls(BpfCommand.BPF_PROG_LOAD)) {
                assertEquals(program.name().equals("init") ? 1 << 4 : 0, program.field("prog_flags"), program.name());
            }
        }
    }

    @Test
    void namesAreCutAt15() {
        BpfObject object = object("verifier_refused-el.o");
        try (LoadedObject loaded = object.load(options(kernel))) {
            assertEquals(List.of("good", "reads_past_the_"),
                    kernel.calls(BpfCommand.BPF_PROG_LOAD).stream().map(FakeKernel.Call::name).toList());
            assertEquals("reads_past_the_end", loaded.program("reads_past_the_end").name());
        }
        assertTrue(kernel.calls().stream().allMatch(c -> c.name().length() <= 15));
    }

    @Test
    void ringBufferIsAPowerOfTwoOfPages() {
        int page = Memory.pageSizeBytes();
        for (Map.Entry<Integer, Integer> size : Map.of(0, page, 1, page, page, page, page + 1, 2 * page, 3 * page,
                4 * page,
                1 << 30, 1 << 30).entrySet()) {
            object("maps-el.o").withMap("events", m -> m.withMaxEntries(size.getKey())).load(options(kernel)).close();
            assertEquals(size.getValue().longValue(), kernel.map("events").field("max_entries"));
        }
        assertEquals(1 << 31, MapCreator.ringSize((1 << 30) + 1, 4096));
        assertEquals(-1, MapCreator.ringSize(-1, 4096), "too large is the kernel's to refuse");
    }

    @Test
    void perfEventArrayHasASlotForEachPossibleCpu() throws IOException {
        load("maps-el.o").close();
        int cpus = CpuList.parse(java.nio.file.Files.readString(Path.of("/sys/devices/system/cpu/possible"))).count();
        assertEquals(cpus, kernel.map("samples").field("max_entries"));
        object("maps-el.o").withMap("samples", m -> m.withMaxEntries(7)).load(options(kernel)).close();
        assertEquals(7, kernel.map("samples").field("max_entries"));
    }

    private static Map<String, Long> like(MapSpec spec, String field, long value) {
        Map<String, Long> fields = new java.util.HashMap<>(Map.of("type", (long) spec.type(), "key_size",
                (long) spec.keySize(), "value_size", (long) spec.valueSize(), "max_entries", (long) spec.maxEntries(),
                "map_flags", (long) spec.flags()));
        fields.put(field, value);
        return fields;
    }

    @Test
    void pinnedMapOfTheSameShapeIsUsed() {
        BpfObject object = object("maps-el.o");
        kernel.pinned("/pins/flows", like(object.map("flows"), "key_size", 8));
        try (LoadedObject loaded = object.load(options(kernel).withPinnedMap("flows", Path.of("/pins/flows")))) {
            assertFalse(kernel.story().contains("BPF_MAP_CREATE flows"));
            assertEquals(kernel.calls(BpfCommand.BPF_OBJ_GET).getFirst().result(), loaded.map("flows").fd());
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void pinnedMapOfAnotherShapeIsRefusedInWords() {
        BpfObject object = object("maps-el.o");
        Map<String, String> words = Map.of("type", "its type is BPF_MAP_TYPE_LPM_TRIE and not BPF_MAP_TYPE_HASH",
                "key_size", "its key size is 11 and not 8", "value_size", "its value size is 11 and not 16",
                "max_entries", "its max entries is 11 and not 128", "map_flags", "its flags is 0xb and not 0x1");
        words.forEach((field, text) -> {
            FakeKernel fake = new FakeKernel().pinned("/pins/flows", like(object.map("flows"), field, 11));
            KernelException e = assertThrows(KernelException.class,
                    () -> object.load(options(fake).withPinnedMap("flows", Path.of("/pins/flows"))));
            assertEquals(List.of(Step.CREATE_MAP, "map 'flows'"), List.of(e.step(), e.subject()));
            assertTrue(e.getMessage().contains("the map pinned at /pins/flows is another one: " + text), e::getMessage);
            assertEquals(Set.of(), fake.open());
        });
    }

    @Test
    void pinThatIsNotThereIsRefused() {
        KernelException e = assertThrows(KernelException.class, () -> object("maps-el.o")
                .load(options(kernel).withPinnedMap("flows", Path.of("/pins/nothing"))));
        assertTrue(e.getMessage().contains("map 'flows'") && e.getMessage()
                .contains("nothing is pinned at /pins/nothing"));
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void pinForAMapThatTheObjectLacksIsRefused() {
        assertThrows(NoSuchElementException.class, () -> object("maps-el.o")
                .load(options(kernel).withPinnedMap("nothing", Path.of("/pins/flows"))));
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void mapThatIsNotMadeIsPoison() {
        List<FakeKernel.Call> calls = new ArrayList<>();
        try (LoadedObject loaded = object("maps-el.o").withMap("recent", m -> m.withCreate(false))
                .load(options(kernel))) {
            assertThrows(NoSuchElementException.class, () -> loaded.map("recent"));
            calls.addAll(kernel.calls());
        }
        assertTrue(calls.stream().noneMatch(c -> c.name().equals("recent")));
    }

    @Test
    void programWithoutATypeIsRefused() {
        KernelException e = assertThrows(KernelException.class, () -> {
            BpfObject object = object("sections_bare-el.o");
            for (var program : object.programs()) {
                object = object.withProgram(program.name(), p -> p.withAutoload(p.name().equals("unknown_name")));
            }
            object.load(options(kernel));
        });
        assertTrue(e.getMessage().contains("section name 'nonsense' says of no program type"), e::getMessage);
    }

    @Test
    void closedObjectGivesNoDescriptors() {
        LoadedObject loaded = load("maps-el.o");
        loaded.close();
        loaded.close();
        assertThrows(IllegalStateException.class, () -> loaded.map("flows").fd());
        assertThrows(IllegalStateException.class, () -> loaded.program("count").info());
        assertThrows(IllegalStateException.class, () -> loaded.map("flows").lookup(new byte[8]));
    }
}
