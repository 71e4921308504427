package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.link.CongestionControls;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change something in the kernel, and those that need an object of their own to show something. */
@KernelTest
class KernelCommandsKernelTest {

    private static final Path EXAMPLES = Fixtures.path("../examples/src/main/bpf").normalize();
    @TempDir
    private Path folder;

    private static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name)).load();
    }

    private static void assertDone(String... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertEquals(0, run.status(), run::all);
        assertEquals("", run.err());
    }

    @Test
    void writesMembersOfStructs() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            String id = Integer.toString(loaded.map("counted").info().id());
            assertDone("map", "update", "id", id, "key", "0", "value", "bytes=0x40", "runs=7");
            CommandLineRun lookup = CommandLineRun.of("map", "lookup", "id", id, "key", "0");
            assertEquals("key: 0  value: {\"runs\":7,\"bytes\":64}\n", lookup.out());
            CommandLineRun unknown = CommandLineRun.of("map", "update", "id", id, "key", "0", "value", "rums=7");
            assertEquals(2, unknown.status());
            assertTrue(unknown.err().contains("struct counts has no member 'rums', only runs, bytes."), unknown::all);
            CommandLineRun large = CommandLineRun.of("map", "update", "id", id, "key", "0", "value",
                    "runs=99999999999");
            assertEquals(2, large.status());
            UserMistakesTest.assertNoTrace(large);
        }
    }

    @Test
    void putsProgramsIntoArrays() throws IOException {
        try (LoadedObject loaded = load("maps_prog_array")) {
            LoadedMap array = loaded.maps().stream().filter(m -> m.spec().type() == 3).findFirst().orElseThrow();
            LoadedProgram program = loaded.programs().iterator().next();
            String id = Integer.toString(array.info().id());
            assertDone("map", "update", "id", id, "key", "0", "0", "0", "0", "value", "id", program.info().id() + "");
            assertTrue(CommandLineRun.of("map", "dump", "id", id).out().startsWith("key: "));
            assertDone("map", "delete", "id", id, "key", "0", "0", "0", "0");
        }
    }

    @Test
    void freezesMaps() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            String id = Integer.toString(loaded.map("counted").info().id());
            assertDone("map", "freeze", "id", id);
            CommandLineRun refused = CommandLineRun.of("map", "update", "id", id, "key", "0", "value", "runs=1");
            assertEquals(1, refused.status());
            assertTrue(refused.err().contains("the map is frozen"), refused::all);
        }
    }

    @Test
    void runsAProgramForATest() throws IOException {
        Path packet = Files.write(folder.resolve("packet"), new byte[60]);
        Path changed = folder.resolve("changed");
        try (LoadedObject loaded = load("test_run")) {
            String id = Integer.toString(loaded.program("grow").info().id());
            CommandLineRun text = CommandLineRun.of("prog", "run", "id", id, "data_in", packet.toString(), "data_out",
                    changed.toString());
            assertTrue(text.out().matches("Return value: 3, duration \\(average\\): \\d+ns\n"), text::all);
            byte[] expected = new byte[68];
            expected[0] = 1;
            assertArrayEquals(expected, Files.readAllBytes(changed));
            CommandLineRun json = CommandLineRun.of("prog", "run", "id", id, "data_in", packet.toString(),
                    "data_out", "-",
                    "data_size_out", "2", "--json");
            Map<?, ?> answer = Json.object(json.out());
            assertEquals("[0x01, 0x00]", answer.get("data_out").toString());
            assertEquals(3L, answer.get("retval"));
            CommandLineRun cut = CommandLineRun.of("prog", "run", "id", id, "data_in", packet.toString(), "data_out",
                    "-",
                    "data_size_out", "2");
            assertEquals("Data:\n0000: 01 00\n", cut.out().substring(0, cut.out().indexOf("Return")));
            assertTrue(cut.err().contains("2 bytes of 68 came back"), cut::all);
        }
    }

    @Test
    void dumpsTheSource() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            CommandLineRun run = CommandLineRun.of("prog", "dump", "source", "id",
                    loaded.program("length").info().id() + "");
            assertEquals("int length(struct __sk_buff *ctx):\nreturn ctx->len;\n", run.out());
            CommandLineRun places = CommandLineRun.of("prog", "dump", "source", "id",
                    loaded.program("length").info().id() + "", "linum");
            assertTrue(places.out().contains("/testdata/src/test_run.bpf.c:"), places::all);
        }
    }

    @Test
    void pinsWhatIsLoaded() throws IOException {
        try (BpfFs fs = new BpfFs(); LoadedObject loaded = load("test_run")) {
            Path map = fs.folder().resolve("counted");
            Path program = fs.folder().resolve("grow");
            assertDone("map", "pin", "id", loaded.map("counted").info().id() + "", map.toString());
            assertDone("prog", "pin", "id", loaded.program("grow").info().id() + "", program.toString());
            assertDone("map", "show", "pinned", map.toString());
            CommandLineRun wrong = CommandLineRun.of("prog", "show", "pinned", map.toString());
            assertEquals(1, wrong.status());
            assertTrue(wrong.err().contains("what is pinned there is a map"), wrong::all);
        }
    }

    /** What is in them, ProgramStreamKernelTest looks at. */
    @Test
    void printsStreams() throws IOException {
        KernelVersion.assumeAtLeast(6, 17, "streams of programs");
        try (LoadedObject loaded = load("streams")) {
            String id = loaded.program("say").info().id() + "";
            CommandLineRun text = CommandLineRun.of("prog", "tracelog", "stderr", "id", id);
            assertEquals(0, text.status(), text::all);
            assertEquals("", text.out() + text.err());
            assertEquals("\"\"\n", CommandLineRun.of("prog", "tracelog", "stdout", "id", id, "-j").out());
            CommandLineRun wrong = CommandLineRun.of("prog", "tracelog", "stdin", "id", id);
            assertEquals(2, wrong.status());
            assertTrue(wrong.err().startsWith("'stdin' is no stream of a program: stdout or stderr."), wrong::all);
        }
    }

    @Test
    void pinsIterators() throws IOException {
        try (BpfFs fs = new BpfFs(); LoadedObject other = load("iterators")) {
            String object = Fixtures.nativeObject("iterators").toString();
            Path tasks = fs.folder().resolve("tasks");
            CommandLineRun several = CommandLineRun.of("iter", "pin", object, tasks.toString());
            assertEquals(1, several.status());
            assertTrue(several.err().contains(object + ": attaching: it has 4 iterators"), several::all);
            assertDone("iter", "pin", object, tasks.toString(), "program", "tasks");
            assertTrue(Files.readString(tasks).contains(ProcessHandle.current().pid() + " "));
            Path numbers = fs.folder().resolve("numbers");
            String id = other.map("numbers").info().id() + "";
            assertDone("iter", "pin", object, numbers.toString(), "map", "id", id, "program", "elements");
            assertEquals("", Files.readString(numbers));
            assertDone("map", "update", "id", id, "key", "7", "value", "42");
            assertEquals("7=42\n", Files.readString(numbers));
        }
    }

    @Test
    void countsRuns() throws Exception {
        try (LoadedObject loaded = load("test_run")) {
            LoadedProgram program = loaded.program("length");
            String id = program.info().id() + "";
            var run = CompletableFuture.supplyAsync(
                    () -> CommandLineRun.of("prog", "profile", "id", id, "duration", "2", "-j"));
            for (int i = 0; i < 500 && !run.isDone(); i++) {
                program.testRun(TestRunOptions.ofData(new byte[64]).withRepeat(10));
                Thread.sleep(10);
            }
            Map<?, ?> counts = Json.object(run.get().out());
            assertTrue((long) counts.get("run_cnt") > 10, counts::toString);
            assertTrue((long) counts.get("run_time_ns") > 0, counts::toString);
            assertTrue((long) counts.get("duration_ns") >= 2_000_000_000L, counts::toString);
            assertEquals("length", counts.get("name"));
            CommandLineRun text = CommandLineRun.of("prog", "profile", "id", id, "duration", "0");
            assertEquals("  RUNS  NS/RUN  CPU     MISSES\n     0       0  0.000%       0\n", text.out());
        }
    }

    @Test
    void printsMachineCode() throws IOException {
        try (LoadedObject loaded = load("test_run")) {
            String id = loaded.program("grow").info().id() + "";
            String text = CommandLineRun.of("prog", "dump", "jited", "id", id, "linum").out();
            assertTrue(text.startsWith("int grow(struct xdp_md *ctx):\nbpf_prog_"), text);
            assertTrue(text.contains("\nlong count(__u32 bytes):\n"), text);
            assertTrue(text.contains("; ./testdata/src/test_run.bpf.c:"), text);
            assertTrue(text.lines().anyMatch(line -> line.matches(" *0:( [0-9a-f]{2}){1,16}")), text);
            List<?> functions = (List<?>) Json.value(
                    CommandLineRun.of("prog", "dump", "jited", "id", id, "-j").out());
            assertEquals(List.of("proto", "name", "address", "insns"),
                    List.copyOf(((Map<?, ?>) functions.getLast()).keySet()));
            CommandLineRun both = CommandLineRun.of("prog", "dump", "jited", "id", id, "opcodes", "file", "x");
            assertEquals(2, both.status());
        }
    }

    @Test
    void registersForGoodAndUnregisters() throws Exception {
        CongestionControls.awaitNone("bpf_dctcp");
        CommandLineRun run = CommandLineRun.of("struct_ops", "register", EXAMPLES.resolve("dctcp.bpf.o").toString());
        try {
            assertEquals(0, run.status(), run::all);
            assertTrue(run.out().startsWith("Registered tcp_congestion_ops dctcp id "), run::all);
            assertTrue(CongestionControls.has("bpf_dctcp"));
            CommandLineRun again = CommandLineRun.of("struct_ops", "register",
                    EXAMPLES.resolve("dctcp.bpf.o").toString());
            assertEquals(1, again.status());
            assertTrue(again.err().contains("the name is taken"), again::all);
        } finally {
            for (String line : run.out().lines().toList()) {
                assertDone("struct-ops", "unregister", "id", line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        assertEquals(List.of(), CongestionControls.beginningWith("bpf_dctcp"));
    }

    @Test
    void registersByLinkAndDetaches() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        CongestionControls.awaitNone("bpf_dctcp");
        String object = EXAMPLES.resolve("dctcp_link.bpf.o").toString();
        CommandLineRun nowhere = CommandLineRun.of("struct_ops", "register", object);
        assertEquals(1, nowhere.status());
        assertTrue(nowhere.err().contains("name a folder to pin it in"), nowhere::all);
        assertEquals(List.of(), CongestionControls.beginningWith("bpf_dctcp_link"));
        try (BpfFs fs = new BpfFs()) {
            assertDone("struct_ops", "register", object, fs.folder().resolve("links").toString());
            assertTrue(CongestionControls.has("bpf_dctcp_link"));
            String pin = fs.folder().resolve("links/dctcp").toString();
            Map<?, ?> link = Json.object(CommandLineRun.of("link", "show", "pinned", pin, "--json").out());
            assertEquals("struct_ops", link.get("type"));
            CommandLineRun wrong = CommandLineRun.of("struct_ops", "unregister", "id", link.get("map_id").toString());
            assertEquals(1, wrong.status());
            assertTrue(wrong.err().contains("'bpf4j link detach' ends"), wrong::all);
            assertDone("link", "detach", "id", link.get("id").toString());
            assertEquals(List.of(), CongestionControls.beginningWith("bpf_dctcp_link"));
        }
    }
}
