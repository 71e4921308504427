package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.LoadedObject;
import bpf4j.link.CongestionControls;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that load, on the running kernel. */
@KernelTest
class CliKernelTest {

    private static final Path EXAMPLES = Fixtures.path("../examples/src/main/bpf").normalize();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<Path> cgroups = new ArrayList<>();
    private final List<Path> mounts = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void tidyUp() throws Exception {
        for (Path path : cgroups) {
            Files.deleteIfExists(path);
        }
        for (Path path : mounts) {
            command("umount", path.toString());
        }
    }

    @Test
    void loadReportsWhatTheKernelSays() {
        CommandLineRun run = CommandLineRun.of("load", "--json", example("dctcp"), example("sockmap"));
        List<String> lines = run.out().lines().toList();
        assertEquals(0, run.status(), run::all);
        assertEquals(2, lines.size());
        Map<?, ?> dctcp = Json.object(lines.getFirst());
        Map<?, ?> init = Json.objects(dctcp, "programs").getFirst();
        Map<?, ?> map = Json.objects(dctcp, "maps").stream().filter(m -> m.get("name").equals("dctcp")).findFirst()
                .orElseThrow();
        assertAll(
                () -> assertEquals("dctcp.bpf.o", dctcp.get("object")),
                () -> assertEquals(true, dctcp.get("ok")),
                () -> assertEquals(List.of("object", "ok", "programs", "maps", "adaptations"),
                        List.copyOf(dctcp.keySet())),
                () -> assertEquals(List.of("name", "section", "typeId", "type", "tag", "kernelName", "mapCount",
                        "funcInfoCount", "lineInfoCount", "attachBtfId"), List.copyOf(init.keySet())),
                () -> assertEquals("struct_ops/dctcp_init", init.get("section")),
                () -> assertEquals(27L, init.get("typeId")),
                () -> assertEquals("BPF_PROG_TYPE_STRUCT_OPS", init.get("type")),
                () -> assertTrue(init.get("tag").toString().matches("[0-9a-f]{16}"), init::toString),
                () -> assertTrue((long) init.get("attachBtfId") > 0),
                () -> assertEquals(List.of("name", "typeId", "type", "keySize", "valueSize", "maxEntries", "flags",
                        "kernelName", "btfKeyTypeId", "btfValueTypeId", "btfVmlinuxValueTypeId", "mapExtra"),
                        List.copyOf(map.keySet())),
                () -> assertEquals("BPF_MAP_TYPE_STRUCT_OPS", map.get("type")),
                () -> assertTrue((long) map.get("btfVmlinuxValueTypeId") > 0));
    }

    @Test
    void loadGoesOnAfterARefusedProgram() {
        String refused = Fixtures.object("verifier_refused-el.o").toString();
        CommandLineRun run = CommandLineRun.of("load", "--json", refused, example("sockmap"));
        List<String> lines = run.out().lines().toList();
        Map<?, ?> error = (Map<?, ?>) Json.object(lines.getFirst()).get("error");
        assertAll(
                () -> assertEquals(1, run.status()),
                () -> assertEquals(2, lines.size(), run::all),
                () -> assertEquals("LOAD_PROGRAM", error.get("step")),
                () -> assertTrue(error.get("program") instanceof String, error::toString),
                () -> assertTrue((long) error.get("errno") > 0),
                () -> assertTrue(error.get("reason").toString().length() > 5, error::toString),
                () -> assertTrue(((Map<?, ?>) error.get("source")).get("file").toString().endsWith(".bpf.c"),
                        error::toString),
                () -> assertEquals(true, Json.object(lines.getLast()).get("ok")));
    }

    @Test
    void showsWhereTheVerifierStopped() {
        String refused = Fixtures.object("verifier_refused-el.o").toString();
        CommandLineRun run = CommandLineRun.of("load", refused);
        CommandLineRun whole = CommandLineRun.of("load", "--log", refused);
        assertAll(
                () -> assertEquals(1, run.status()),
                () -> assertTrue(run.err().contains("the verifier refused program '"), run::all),
                () -> assertTrue(run.err().contains("\n  reason: "), run::all),
                () -> assertTrue(run.err().contains("verifier_refused.bpf.c:"), run::all),
                () -> assertTrue(whole.err().contains("the verifier's log:"), whole::all),
                () -> assertTrue(whole.err().length() >= run.err().length()),
                () -> UserMistakesTest.assertNoTrace(run));
    }

    @Test
    void runRegistersForAWhile() throws Exception {
        CongestionControls.awaitNone("bpf_dctcp");
        var run = CompletableFuture.supplyAsync(() -> CommandLineRun.of(example("dctcp"), "--for", "1s"));
        await(() -> CongestionControls.has("bpf_dctcp"));
        assertFalse(run.isDone());
        CommandLineRun done = run.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(0, done.status(), done::all);
        assertTrue(done.out().contains("struct_ops 'dctcp'"), done::all);
        assertTrue(done.out().endsWith("Attached for 1s.\nDetached.\n"), done::all);
        assertFalse(CongestionControls.has("bpf_dctcp"));
    }

    @Test
    void runAttachesWhatSectionsName() {
        CommandLineRun done = CommandLineRun.of("run", Fixtures.object("trace_raw-el.o").toString(), "--for", "10ms");
        assertEquals(0, done.status(), done::all);
        List<String> lines = done.out().lines().toList();
        int attached = lines.indexOf("  ATTACHED");
        assertEquals(List.of("  program 'entered' at raw tracepoint sys_enter",
                "  program 'entered_typed' at tp_btf/sys_enter",
                "  program 'finished' at raw tracepoint bpf_test_finish",
                "  not attached: program 'anywhere' (raw_tp): its section name does not say to what"),
                lines.subList(attached + 1, attached + 5));
        assertTrue(done.out().endsWith("Attached for 10ms.\nDetached.\n"), done::all);
    }

    @Test
    void runDetachesOnASignal() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        CongestionControls.awaitNone("bpf_dctcp");
        Process child = child(List.of(), example("dctcp_link"));
        try {
            await(() -> CongestionControls.has("bpf_dctcp_link") || !child.isAlive());
            assertTrue(child.isAlive(), () -> "the child ended by itself");
        } finally {
            child.destroy();
        }
        assertTrue(child.waitFor(Patience.LIMIT));
        String output = Files.readString(folder.resolve("out"));
        assertEquals(0, child.exitValue(), output);
        assertTrue(output.endsWith("Attached until Ctrl-C.\nDetached.\n"), output);
        assertFalse(CongestionControls.has("bpf_dctcp_link"));
    }

    @Test
    void runSaysThatANameIsTaken() throws Exception {
        CongestionControls.awaitNone("bpf_dctcp");
        try (LoadedObject first = BpfObject.read(Path.of(example("dctcp"))).load();
                Link _ = first.structOps("dctcp").attach()) {
            CommandLineRun second = CommandLineRun.of(example("dctcp"), "--for", "1s");
            assertEquals(1, second.status(), second::all);
            assertTrue(second.err().contains("struct_ops 'dctcp': attaching: EEXIST"), second::all);
            assertTrue(CongestionControls.has("bpf_dctcp"));
        }
    }

    /** A program that tolerates no other has the cgroup: the second attachment fails after the first was made. */
    @Test
    void runEndsTheOtherAttachmentsWhenOneIsRefused() throws Exception {
        Path cgroup = cgroup();
        Path pins = bpfFileSystem().resolve("pins");
        String sockops = example("sockmap_legacy_sockops");
        assertEquals(0, CommandLineRun.of("load", sockops, "--pin", pins.toString()).status());
        command("bpftool", "cgroup", "attach", cgroup.toString(), "sock_ops", "pinned", pins + "/file_established");
        CommandLineRun run = CommandLineRun.of("run", example("sockmap"), "--cgroup", cgroup.toString(),
                "--for", "10s");
        assertEquals(1, run.status(), run::all);
        assertTrue(run.err().contains("on cgroup " + cgroup + ": attaching: EPERM"), run::all);
        assertFalse(run.out().contains("Attached"), run::all);
    }

    @Test
    void runAttachesToSockmapAndCgroup() throws IOException {
        Path cgroup = cgroup();
        CommandLineRun run = CommandLineRun.of("run", example("sockmap"), "--cgroup", cgroup.toString(),
                "--for", "100ms");
        assertEquals(0, run.status(), run::all);
        assertTrue(run.out().contains("program 'redirect' on map 'sockets'"), run::all);
        assertTrue(run.out().contains("program 'file_established' on cgroup " + cgroup), run::all);
        assertFalse(run.out().contains("not attached"), run::all);
    }

    @Test
    void runNamesTheOptionThatIsMissing() {
        CommandLineRun run = CommandLineRun.of("run", example("sockmap"), "--for", "10ms");
        assertEquals(0, run.status(), run::all);
        assertTrue(run.out().contains("not attached: program 'file_established' (sockops): --cgroup DIR attaches it"),
                run::all);
    }

    @Test
    void runWithNothingToAttachReportsAndEnds() {
        CommandLineRun run = CommandLineRun.of("run", Fixtures.object("core_two_programs-el.o").toString());
        assertEquals(0, run.status(), run::all);
        assertTrue(run.out().contains("its section name does not say to what"), run::all);
        assertTrue(run.out().endsWith("Nothing to attach: done.\n"), run::all);
    }

    @Test
    void objectsShareAPinnedMap() throws Exception {
        Path pins = bpfFileSystem().resolve("pins");
        String sockops = example("sockmap_legacy_sockops");
        CommandLineRun first = CommandLineRun.of("load", "--json", sockops, "--pin", pins.toString());
        assertEquals(0, first.status(), first::all);
        assertEquals(List.of(pins + "/sockets", pins + "/file_established"),
                Json.object(first.out().strip()).get("pins"));
        CommandLineRun second = CommandLineRun.of("load", example("sockmap_legacy_redir"), "-v",
                "--map", "sockets=" + pins.resolve("sockets"));
        assertEquals(0, second.status(), second::all);
        CommandLineRun again = CommandLineRun.of("load", example("sockmap_legacy_sockops"), "--pin", pins.toString());
        assertEquals(1, again.status());
        assertTrue(again.err().contains("EEXIST"), again::all);
    }

    @Test
    void saysThatAPinnedMapIsMissing() {
        String missing = "sockets=/sys/fs/bpf/" + unique("none");
        CommandLineRun run = CommandLineRun.of("load", example("sockmap"), "--map", missing);
        assertEquals(1, run.status());
        assertTrue(run.err().contains("nothing is pinned at /sys/fs/bpf/"), run::all);
    }

    @Test
    void saysThatAMapOfTheCommandLineIsUnknown() {
        CommandLineRun run = CommandLineRun.of("load", example("sockmap"), "--map", "nosuch=/sys/fs/bpf/x");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("no map 'nosuch', only [sockets, sockmap.bss]"), run::all);
    }

    @Test
    void makesNoFolderWhereNothingCanBePinned() {
        Path pins = folder.resolve("pins");
        CommandLineRun run = CommandLineRun.of("load", example("sockmap"), "--pin", pins.toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains("is not in a BPF file system"), run::all);
        assertFalse(Files.exists(pins));
    }

    @Test
    void relocatesAgainstOtherTypes() {
        CommandLineRun run = CommandLineRun.of("load", Fixtures.object("core_field_byte_offset-el.o").toString(),
                "--btf", Fixtures.path("btf/maps-el.btf").toString());
        CommandLineRun same = CommandLineRun.of("load", Fixtures.object("core_field_byte_offset-el.o").toString(),
                "--btf", "/sys/kernel/btf/vmlinux");
        assertEquals(1, run.status(), run::all);
        assertEquals(0, same.status(), same::all);
    }

    @Test
    void saysInOneSentenceThatPrivilegesAreMissing() throws Exception {
        Process child = child(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "load", example("dctcp"));
        assertTrue(child.waitFor(Patience.LIMIT));
        String output = Files.readString(folder.resolve("out"));
        assertEquals(1, child.exitValue(), output);
        assertTrue(output.contains("EPERM") && output.contains("CAP_BPF"), output);
        assertFalse(output.contains("Exception"), output);
        assertEquals(2, output.lines().count(), output);
    }

    /** Runs the command line in a JVM of its own, its output in the file {@code out}. */
    private Process child(List<String> prefix, String... args) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "bpf4j.cli.Main"));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        return builder.start();
    }

    private Path cgroup() throws IOException {
        Path root = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                ? Path.of("/sys/fs/cgroup") : Path.of("/sys/fs/cgroup/unified");
        Path made = Files.createDirectory(root.resolve(unique("cgroup")));
        cgroups.add(made);
        return made;
    }

    private Path bpfFileSystem() throws Exception {
        Path made = Files.createDirectory(folder.resolve("bpf"));
        command("mount", "-t", "bpf", "bpf", made.toString());
        mounts.add(made);
        return made;
    }

    private static void command(String... words) throws Exception {
        Process process = new ProcessBuilder(words).inheritIO().start();
        assertTrue(process.waitFor(Patience.LIMIT));
        assertEquals(0, process.exitValue(), () -> String.join(" ", words));
    }

    private static String unique(String name) {
        return "bpf4j-cli-%s-%d-%d".formatted(name, ProcessHandle.current().pid(), NUMBER.incrementAndGet());
    }

    private static String example(String name) {
        return EXAMPLES.resolve(name + ".bpf.o").toString();
    }

    private static <E extends Exception> void await(Patience.Condition<E> condition) throws E, InterruptedException {
        assertTrue(Patience.until(condition), "waited in vain");
    }
}
