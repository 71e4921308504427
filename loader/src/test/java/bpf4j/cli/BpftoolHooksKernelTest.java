package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.CgroupLink;
import bpf4j.link.CongestionControls;
import bpf4j.link.IterLink;
import bpf4j.link.IterScope;
import bpf4j.link.KernelLink;
import bpf4j.link.Link;
import bpf4j.link.NetInterface;
import bpf4j.link.NetnsLink;
import bpf4j.link.NetworkNamespace;
import bpf4j.link.Position;
import bpf4j.link.TcDirection;
import bpf4j.link.TcFilter;
import bpf4j.link.TcxLink;
import bpf4j.link.TestCgroup;
import bpf4j.link.XdpLink;
import bpf4j.link.XdpMode;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is attached to cgroups, interfaces and struct_ops, and maps and files that commands make, beside bpftool's. */
@KernelTest
class BpftoolHooksKernelTest extends BpftoolComparison {

    private String id(String program) {
        return Integer.toString(loaded.program(program).info().id());
    }

    @Test
    void cgroupShowAndTree() throws Exception {
        try (TestCgroup cgroup = new TestCgroup()) {
            Path inner = Files.createDirectory(cgroup.folder().resolve("inner"));
            try {
                String outer = cgroup.folder().toString();
                Bpftool.run("cgroup", "attach", outer, "egress", "id", id("short_only"), "multi");
                Bpftool.run("cgroup", "attach", inner.toString(), "egress", "id", id("short_only"), "override");
                same("cgroup", "show", outer);
                same("cgroup", "show", inner.toString());
                same("cgroup", "show", inner.toString(), "effective");
                same("cgroup", "tree", outer);
                same("cgroup", "tree", outer, "effective");
                assertEquals(2, ((List<?>) ours("cgroup", "tree", outer)).size());
                String text = CommandLineRun.of("cgroup", "tree", outer).out();
                assertTrue(text.contains("override  short_only"), text);
                Bpftool.run("cgroup", "detach", inner.toString(), "egress", "id", id("short_only"));
                // bpftool prints nothing then, which is no JSON.
                assertEquals(List.of(), ours("cgroup", "show", inner.toString()));
                same("cgroup", "tree", outer);
            } finally {
                Files.delete(inner);
            }
        }
    }

    @Test
    void whatIsNoCgroupIsRefused() {
        CommandLineRun run = CommandLineRun.of("cgroup", "show", "/proc");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("the folder is no cgroup in a cgroup v2 file system"), run::all);
        UserMistakesTest.assertNoTrace(run);
    }

    @Test
    void netShow() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                NetInterface lo = NetInterface.named("lo");
                assertEquals(List.of(lo), NetInterface.all());
                same("net", "show");
                try (Link _ = XdpLink.attach(loaded.program("grow"), lo, XdpMode.GENERIC);
                        Link _ = TcFilter.attach(loaded.program("add_mark"), lo, TcDirection.INGRESS)) {
                    same("net", "show");
                    same("net", "show", "dev", "lo");
                    String text = CommandLineRun.of("net", "show").out();
                    assertTrue(text.contains("xdp/generic") && text.contains("clsact/ingress"), text);
                }
                same("net", "show");
                return null;
            });
        }
    }

    /** bpftool tells of tcx from 7.3; these are its names. */
    @Test
    void netShowTellsOfTcx() throws Exception {
        KernelVersion.assumeAtLeast(6, 6, "tcx links");
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                NetInterface lo = NetInterface.named("lo");
                try (TcxLink link = TcxLink.attach(loaded.program("add_mark"), lo, TcDirection.EGRESS,
                        Position.last())) {
                    Map<?, ?> answer = (Map<?, ?>) ((List<?>) ours("net", "show")).getFirst();
                    assertEquals(List.of(Map.of("devname", "lo", "ifindex", 1L, "kind", "tcx/egress", "name",
                            "add_mark", "prog_id", (long) loaded.program("add_mark").info().id(), "link_id",
                            (long) link.info().id())), answer.get("tc"));
                }
                return null;
            });
        }
    }

    @Test
    void structOpsDump() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        CongestionControls.awaitNone("bpf4j_linked");
        try (LoadedObject object = load("struct_ops_link")) {
            String id = Integer.toString(object.structOps().iterator().next().map().info().id());
            CommandLineRun before = CommandLineRun.of("struct_ops", "dump", "id", id);
            try (Link _ = object.structOps().iterator().next().attach()) {
                List<?> expected = Bpftool.jsonValues("struct_ops", "dump", "id", id);
                List<?> ours = (List<?>) ours("struct_ops", "dump", "id", id);
                assertEquals(2, ours.size());
                assertEquals(expected.get(1), ours.get(1));
                Map<?, ?> info = (Map<?, ?>) ((Map<?, ?>) ours.getFirst()).get("bpf_map_info");
                Map<Object, Object> known = new LinkedHashMap<>(
                        (Map<?, ?>) ((Map<?, ?>) expected.getFirst()).get("bpf_map_info"));
                known.keySet().retainAll(info.keySet());
                assertEquals(known, info);
                String text = CommandLineRun.of("struct_ops", "dump", "id", id).out();
                assertTrue(text.contains("ssthresh/prog_id:"), text);
            }
            assertTrue(before.out().contains("\"BPF_STRUCT_OPS_STATE_INIT\""), before::all);
        }
    }

    @Test
    void mapCreate() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Path ours = fs.folder().resolve("ours");
            Path theirs = fs.folder().resolve("theirs");
            List<List<String>> kinds = List.of(
                    List.of("type", "hash", "key", "4", "value", "8", "entries", "16", "name", "made", "flags", "1"),
                    List.of("type", "ringbuf", "key", "0", "value", "0", "entries", "4096", "name", "made"),
                    List.of("type", "lpm_trie", "key", "8", "value", "1", "entries", "3", "name", "made", "flags",
                            "0x1"),
                    List.of("type", "hash_of_maps", "key", "4", "value", "4", "entries", "2", "name", "made",
                            "inner_map", "id", Integer.toString(loaded.map("counted").info().id())));
            for (List<String> kind : kinds) {
                CommandLineRun run = CommandLineRun.of(words(ours, kind));
                assertEquals(0, run.status(), run::all);
                Bpftool.run(words(theirs, kind));
                assertEquals(map(theirs), map(ours));
                Files.delete(ours);
                Files.delete(theirs);
            }
        }
    }

    private static String[] words(Path pin, List<String> kind) {
        List<String> words = new ArrayList<>(List.of("map", "create", pin.toString()));
        words.addAll(kind);
        return words.toArray(String[]::new);
    }

    private static Map<Object, Object> map(Path pin) throws Exception {
        Map<Object, Object> map = new LinkedHashMap<>((Map<?, ?>) Bpftool.json("map", "show", "pinned",
                pin.toString()));
        map.keySet().removeAll(List.of("id", "pids"));
        return map;
    }

    /** The first program that uses an array of programs decides which it takes. */
    @Test
    void mapShowTellsOfOwners() throws Exception {
        try (LoadedObject tails = load("maps_prog_array")) {
            String id = Integer.toString(tails.maps().stream().filter(m -> m.spec().type() == 3).findFirst()
                    .orElseThrow().info().id());
            assertTrue(((Map<?, ?>) ours("map", "show", "id", id)).containsKey("owner_prog_type"));
            same("map", "show", "id", id);
        }
    }

    @Test
    void bytesOfCode() throws Exception {
        try (BpfFs _ = new BpfFs()) {
            Path ours = Files.createTempFile("ours", ".bin");
            Path theirs = Files.createTempFile("theirs", ".bin");
            try {
                Bpftool.run("prog", "dump", "xlated", "id", id("grow"), "file", theirs.toString());
                assertEquals(0, CommandLineRun.of("prog", "dump", "xlated", "id", id("grow"), "file",
                        ours.toString()).status());
                assertEquals(-1, Files.mismatch(ours, theirs));
                CommandLineRun jited = CommandLineRun.of("prog", "dump", "jited", "id", id("grow"), "file",
                        ours.toString());
                assertEquals("", jited.out() + jited.err());
                assertEquals(loaded.program("grow").info().jitedBytes(), Files.size(ours));
            } finally {
                Files.delete(ours);
                Files.delete(theirs);
            }
        }
    }

    /** Of types that bpftool 7.1 tells more of than the program, and of one that it does not. */
    @Test
    void linkShowOfEachType() throws Exception {
        try (TestCgroup cgroup = new TestCgroup(); NetworkNamespace namespace = NetworkNamespace.create();
                LoadedObject iterators = load("iterators")) {
            namespace.call(() -> {
                try (Link a = CgroupLink.attach(loaded.program("short_only"), cgroup.folder());
                        Link b = IterLink.attach(iterators.program("tasks"));
                        Link c = IterLink.attach(iterators.program("elements"),
                                new IterScope.MapElements(iterators.map("numbers")));
                        Link d = NetnsLink.attach(loaded.program("dissect"), namespace);
                        Link e = XdpLink.attach(loaded.program("grow"), NetInterface.named("lo"), XdpMode.GENERIC)) {
                    for (Link link : List.of(a, b, c, d, e)) {
                        String id = Integer.toString(((KernelLink) link).info().id());
                        Map<?, ?> expected = (Map<?, ?>) Bpftool.json("link", "show", "id", id);
                        Map<Object, Object> found = new LinkedHashMap<>((Map<?, ?>) ours("link", "show", "id", id));
                        found.keySet().retainAll(expected.keySet());
                        assertEquals(expected, found);
                    }
                }
                return null;
            });
        }
    }
}
