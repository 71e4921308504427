package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each command's JSON on the same objects as bpftool's. */
@KernelTest
class BpftoolKernelTest extends BpftoolComparison {

    @Test
    void progShow() throws Exception {
        for (LoadedProgram program : loaded.programs()) {
            String id = Integer.toString(program.info().id());
            Map<?, ?> expected = (Map<?, ?>) Bpftool.json("prog", "show", "id", id);
            Map<?, ?> ours = (Map<?, ?>) ours("prog", "show", "id", id);
            assertEquals(withoutTime(expected), withoutTime(ours));
            // Both count from the same clock, and round.
            assertTrue(Math.abs((long) expected.get("loaded_at") - (long) ours.get("loaded_at")) <= 1);
        }
    }

    @Test
    void progShowByNameAndTag() throws Exception {
        String tag = loaded.program("grow").info().tag();
        Set<Long> byTag = ids(Bpftool.json("prog", "show", "tag", tag));
        assertTrue(ids(ours("prog", "show", "tag", tag)).equals(byTag));
        assertTrue(ids(ours("prog", "show", "name", "grow")).containsAll(byTag));
    }

    /** bpftool takes a name that the kernel has cut from the types. */
    @Test
    void progShowFindsTheWholeName() throws Exception {
        try (LoadedObject sockmap = BpfObject.read(Fixtures.path("../examples/src/main/bpf/sockmap.bpf.o")).load()) {
            long id = sockmap.program("file_established").info().id();
            assertTrue(ids(ours("prog", "show", "name", "file_established")).contains(id));
            assertEquals("file_established", ((Map<?, ?>) Bpftool.json("prog", "show", "id", id + "")).get("name"));
            assertEquals("file_established", ((Map<?, ?>) ours("prog", "show", "id", id + "")).get("name"));
        }
    }

    @Test
    void progListHasTheSamePrograms() throws Exception {
        Set<Long> own = new HashSet<>(loaded.programs().stream().map(p -> (long) p.info().id()).toList());
        assertTrue(ids(ours("prog", "list")).containsAll(own));
        assertTrue(ids(Bpftool.json("prog", "list")).containsAll(own));
    }

    /** The bytes are the kernel's, and so are functions and lines; the notation of instructions is another. */
    @Test
    void progDumpXlated() throws Exception {
        for (String name : List.of("test_run", "subprog_callback", "extern_kfunc")) {
            try (LoadedObject object = load(name)) {
                for (LoadedProgram program : object.programs()) {
                    for (String word : List.of("opcodes", "linum")) {
                        String[] words = {"prog", "dump", "xlated", "id", program.info().id() + "", word};
                        assertEquals(code(Bpftool.json(words)), code(ours(words)), program::name);
                    }
                }
            }
        }
    }

    /** What is referred to has the same name in both notations. */
    @Test
    void progDumpNamesMapsAndHelpers() throws Exception {
        String id = Integer.toString(loaded.program("grow").info().id());
        List<?> expected = (List<?>) Bpftool.json("prog", "dump", "xlated", "id", id);
        List<?> ours = (List<?>) ours("prog", "dump", "xlated", "id", id);
        Set<String> names = Set.of("map[id:%d]".formatted(loaded.map("counted").info().id()), "bpf_xdp_adjust_tail",
                "count");
        for (String name : names) {
            assertEquals(lines(expected, name), lines(ours, name), name);
        }
    }

    private static List<Integer> lines(List<?> dump, String name) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < dump.size(); i++) {
            if (((Map<?, ?>) dump.get(i)).get("disasm").toString().contains(name)) {
                found.add(i);
            }
        }
        return found;
    }

    @Test
    void mapShow() throws Exception {
        try (LoadedObject maps = load("maps")) {
            for (var map : maps.maps()) {
                String id = Integer.toString(map.info().id());
                assertEquals(Bpftool.json("map", "show", "id", id), ours("map", "show", "id", id), map::name);
            }
        }
        assertTrue(ids(ours("map", "list")).contains((long) loaded.map("counted").info().id()));
    }

    @Test
    void elementsOfTypedMaps() throws Exception {
        loaded.program("grow").testRun(TestRunOptions.ofData(new byte[64]).withRepeat(3));
        String id = Integer.toString(loaded.map("counted").info().id());
        assertEquals(Bpftool.json("map", "dump", "id", id), ours("map", "dump", "id", id));
        String[] lookup = {"map", "lookup", "id", id, "key", "0", "0", "0", "0"};
        assertEquals(Bpftool.json(lookup), ours(lookup));
        assertTrue(ours(lookup).toString().contains("runs=3"));
    }

    @Test
    void elementsOfMapsWithoutTypes() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Path hash = create(fs, "hash", 4, 8);
            String[] update = {"map", "update", "pinned", hash.toString(), "key", "hex", "01", "2", "ff", "0", "value",
                "1", "0x2", "3", "4", "5", "6", "7", "255"};
            assertEquals(0, CommandLineRun.of(update).status());
            same("map", "dump", "pinned", hash.toString());
            same("map", "lookup", "pinned", hash.toString(), "key", "1", "2", "255", "0");
            same("map", "getnext", "pinned", hash.toString());
            same("map", "show", "pinned", hash.toString());
            assertEquals(1, CommandLineRun.of("map", "lookup", "pinned", hash.toString(), "key", "9", "9", "9", "9")
                    .status());
            CommandLineRun deleted = CommandLineRun.of("map", "delete", "pinned", hash.toString(), "key", "1", "2",
                    "255",
                    "0");
            assertEquals(0, deleted.status(), deleted::all);
            same("map", "dump", "pinned", hash.toString());
        }
    }

    @Test
    void elementsOfPerCpuMaps() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Path array = create(fs, "percpu_array", 4, 4);
            assertEquals(0, CommandLineRun.of("map", "update", "pinned", array.toString(), "key", "1", "0", "0", "0",
                    "value", "1", "2", "3", "4").status());
            same("map", "dump", "pinned", array.toString());
            Bpftool.run("map", "update", "pinned", array.toString(), "key", "0", "0", "0", "0", "value", "9", "9",
                    "9", "9");
            same("map", "lookup", "pinned", array.toString(), "key", "0", "0", "0", "0");
        }
    }

    @Test
    void elementsOfQueues() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Path queue = create(fs, "queue", 0, 4);
            assertEquals(0, CommandLineRun.of("map", "push", "pinned", queue.toString(), "value", "1", "2", "3", "4")
                    .status());
            Bpftool.run("map", "enqueue", "pinned", queue.toString(), "value", "5", "6", "7", "8");
            same("map", "peek", "pinned", queue.toString());
            assertEquals(List.of("0x01", "0x02", "0x03", "0x04"),
                    ((Map<?, ?>) ours("map", "pop", "pinned", queue.toString())).get("value"));
            same("map", "peek", "pinned", queue.toString());
        }
    }

    private static Path create(BpfFs fs, String type, int keySize, int valueSize) throws Exception {
        Path pin = fs.folder().resolve(type);
        Bpftool.run("map", "create", pin.toString(), "type", type, "key", keySize + "", "value", valueSize + "",
                "entries", "2", "name", "cli_" + type);
        return pin;
    }

    @Test
    void btfShow() throws Exception {
        long id = loaded.program("grow").info().btfId();
        assertEquals(btf(Bpftool.json("btf", "list"), id), btf(ours("btf", "list"), id));
        assertEquals(btf(Bpftool.json("btf", "list"), 1).get("size"), btf(ours("btf", "list"), 1).get("size"));
    }

    private static Map<String, Object> btf(Object list, long id) {
        Map<?, ?> found = ((List<?>) list).stream().map(o -> (Map<?, ?>) o).filter(o -> o.get("id").equals(id))
                .findFirst().orElseThrow();
        Map<String, Object> result = new HashMap<>();
        // bpftool's users come in the order of its hash table.
        found.forEach((name, value) -> result.put(name.toString(), value instanceof List<?> l
                ? new HashSet<>(l) : value));
        result.remove("pids");
        return result;
    }

    @Test
    void structOpsShow() throws Exception {
        try (LoadedObject dctcp = BpfObject.read(Fixtures.path("../examples/src/main/bpf/dctcp.bpf.o")).load()) {
            int id = dctcp.structOps("dctcp").map().info().id();
            Map<?, ?> ours = (Map<?, ?>) ours("struct_ops", "show", "id", id + "");
            assertEquals(Map.of("id", (long) id, "name", "dctcp", "kernel_struct_ops", "tcp_congestion_ops"), ours);
            // bpftool shows one that is registered only.
            try (Link _ = dctcp.structOps("dctcp").attach()) {
                Object theirs = Bpftool.json("struct_ops", "show", "id", id + "");
                assertEquals(theirs instanceof List<?> list ? list.getFirst() : theirs, ours);
            }
        }
    }

    @Test
    void linkShow() throws Exception {
        try (LoadedObject object = load("live_events"); Link link = object.program("speak").attach()) {
            int program = object.program("speak").info().id();
            Map<?, ?> ours = ((List<?>) ours("link", "list")).stream().map(o -> (Map<?, ?>) o)
                    .filter(o -> o.get("prog_id").equals((long) program)).findFirst().orElseThrow();
            Object expected = Bpftool.json("link", "show", "id", ours.get("id").toString());
            assertEquals(expected, ours);
            assertEquals("sys_enter", ours.get("tp_name"));
            assertTrue(link.description().contains("sys_enter"));
        }
    }

    /** bpftool 7.1 cannot tell helpers on kernels since 6.7, whose verifier says it in other words; the rest it can. */
    @Test
    void featureProbe() throws Exception {
        Map<?, ?> expected = (Map<?, ?>) Bpftool.json("feature", "probe", "kernel");
        Map<?, ?> ours = (Map<?, ?>) ours("feature", "probe", "kernel");
        for (String section : List.of("system_config", "syscall_config", "program_types", "map_types", "misc")) {
            ((Map<?, ?>) expected.get(section)).forEach((name, value) -> {
                Object own = ((Map<?, ?>) ours.get(section)).get(name);
                assertEquals(value, own == null && value instanceof Boolean ? false : own, () -> section + ": " + name);
            });
        }
        assertTrue(((Map<?, ?>) ours.get("helpers")).keySet()
                .containsAll(((Map<?, ?>) expected.get("helpers")).keySet()));
        List<?> xdp = (List<?>) ((Map<?, ?>) ours.get("helpers")).get("xdp_available_helpers");
        assertTrue(xdp.contains("bpf_xdp_adjust_tail") && !xdp.contains("bpf_skb_store_bytes"), xdp::toString);
    }

    private static Map<?, ?> withoutTime(Map<?, ?> program) {
        Map<Object, Object> rest = new LinkedHashMap<>(program);
        // Who has it open: only bpftool builds with a skeleton tell.
        rest.keySet().removeAll(List.of("loaded_at", "pids"));
        return rest;
    }

    /** Without the text of instructions, and without spaces in prototypes. */
    private static List<Map<?, ?>> code(Object dump) {
        List<Map<?, ?>> lines = new ArrayList<>();
        for (Object instruction : (List<?>) dump) {
            Map<Object, Object> rest = new LinkedHashMap<>((Map<?, ?>) instruction);
            rest.remove("disasm");
            rest.computeIfPresent("proto", (_, proto) -> proto.toString().replace(" ", ""));
            lines.add(rest);
        }
        return lines;
    }

    private static Set<Long> ids(Object answer) {
        List<?> list = answer instanceof List<?> l ? l : List.of(answer);
        Set<Long> ids = new HashSet<>();
        list.forEach(object -> ids.add((Long) ((Map<?, ?>) object).get("id")));
        return ids;
    }
}
