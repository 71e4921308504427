package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} prints what programs say while they are attached. */
@KernelTest
class RunLiveKernelTest {

    private static final String OBJECT = Fixtures.nativeObject("live_events").toString();

    @TempDir
    private Path folder;

    @Test
    void recordsInTheirType() {
        CommandLineRun run = CommandLineRun.of("run", OBJECT, "--for", "1s", "--type", "event");
        assertEquals(0, run.status(), run::all);
        for (int i = 0; i < 3; i++) {
            assertTrue(run.out().contains("\nevents: {\"number\":%d,\"text\":\"hello\"}\n".formatted(i)), run::all);
            assertTrue(run.out().matches("(?s).*\nsamples on CPU \\d+: \\{\"number\":%d,\"text\":\"hello\"}\n.*"
                    .formatted(i)),
                    run::all);
        }
        assertTrue(run.out().endsWith("\nDetached.\n"), run::all);
        assertTrue(run.out().indexOf("events: {") > run.out().indexOf("Attached for 1s."), run::all);
    }

    @Test
    void recordsAsLinesOfJson() {
        CommandLineRun run = CommandLineRun.of("run", OBJECT, "--for", "1s", "--type", "events=struct event", "--json");
        assertEquals(0, run.status(), run::all);
        List<Map<?, ?>> lines = run.out().lines().<Map<?, ?>>map(Json::object).toList();
        List<?> formatted = lines.stream().filter(l -> "events".equals(l.get("map"))).map(l -> l.get("formatted"))
                .toList();
        List<Map<?, ?>> samples = lines.stream().<Map<?, ?>>map(l -> l).filter(l -> "samples".equals(l.get("map")))
                .toList();
        assertEquals("live_events" + OBJECT.substring(OBJECT.lastIndexOf('-')), lines.getFirst().get("object"));
        assertEquals(List.of("program 'speak' at raw tracepoint sys_enter"), lines.get(1).get("attached"));
        assertEquals(List.of(Map.of("number", 0L, "text", "hello"), Map.of("number", 1L, "text", "hello"),
                Map.of("number", 2L, "text", "hello")), formatted);
        assertEquals(3, samples.size());
        assertTrue(samples.stream().allMatch(s -> s.containsKey("cpu") && !s.containsKey("formatted")), run::all);
        assertEquals(Map.of("detached", true), lines.getLast());
    }

    @Test
    void nothingIfAskedNotTo() {
        CommandLineRun run = CommandLineRun.of("run", OBJECT, "--for", "300ms", "--no-events");
        assertEquals(0, run.status(), run::all);
        assertFalse(run.out().contains("events: "), run::all);
    }

    /** As {@code bpf4j prog tracelog | head -1} does, which else would go on without anybody to see it. */
    @Test
    void traceEndsWithItsReader() throws Exception {
        Path trace = Files.createDirectory(folder.resolve("tracing"));
        Bpftool.command("mount", "-t", "tracefs", "tracefs", trace.toString());
        try {
            PrintStream gone = new PrintStream(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("Broken pipe");
                }
            });
            var run = CompletableFuture.supplyAsync(() -> Main.run(new String[] {"prog", "tracelog"}, gone,
                    new PrintStream(OutputStream.nullOutputStream())));
            for (int i = 0; i < 200 && !run.isDone(); i++) {
                Files.writeString(trace.resolve("trace_marker"), "bpf4j is being read\n");
                Thread.sleep(100);
            }
            assertEquals(1, run.getNow(-1));
        } finally {
            Bpftool.command("umount", trace.toString());
        }
    }

    /** There is one trace in the system, so others' lines may be among them. */
    @Test
    void theTrace() throws Exception {
        Path trace = Files.createDirectory(folder.resolve("tracing"));
        Bpftool.command("mount", "-t", "tracefs", "tracefs", trace.toString());
        try {
            Path switchedOn = trace.resolve("tracing_on");
            String before = Files.readString(switchedOn);
            Files.writeString(switchedOn, "1");
            try {
                CommandLineRun run = CommandLineRun.of("run", OBJECT, "--for", "1s", "--trace", "--no-events");
                assertEquals(0, run.status(), run::all);
                assertTrue(run.out().contains("bpf4j live event 0\n"), run::all);
                CommandLineRun json = CommandLineRun.of("run", OBJECT, "--for", "1s", "--trace", "--no-events", "-j");
                assertTrue(json.out().lines().map(Json::object).anyMatch(l -> l.containsKey("trace")
                        && l.get("trace").toString().endsWith("bpf4j live event 2")), json::all);
                Files.writeString(switchedOn, "0");
                CommandLineRun off = CommandLineRun.of("run", OBJECT, "--for", "10ms", "--trace", "--no-events");
                assertTrue(off.err().contains("the kernel's trace is switched off; 1 in "), off::all);
            } finally {
                Files.writeString(switchedOn, before);
            }
        } finally {
            Bpftool.command("umount", trace.toString());
        }
    }
}
