package bpf4j.examples.demo.dctcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.ChildExample;
import bpf4j.examples.LeftBehind;
import bpf4j.examples.demo.Demo;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class DctcpDemoKernelTest {

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Pattern MARKED = Pattern.compile("\"marked_packets\" : (\\d+)");
    /** What an emulated machine manages too. */
    private static final String SLOW = "10";

    @TempDir
    private Path folder;

    @BeforeAll
    static void assumeCommands() {
        boolean installed = Stream.of("ip", "tc").allMatch(command -> Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command))));
        Assumptions.assumeTrue(installed, "no ip or tc");
    }

    @Test
    void quickRunMeasuresEachConnectionAndLeavesNumbersOnly() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("dctcp.bpf.o", "queue_mark.bpf.o");
        Path json = folder.resolve("numbers.json");
        Process demo = demo("--quick", "--no-pictures", "--rate", SLOW, "--json", json.toString());
        String output = output(demo);
        assertEquals(0, demo.waitFor(), output);
        List<Long> marked = MARKED.matcher(Files.readString(json)).results().map(match -> Long.parseLong(match.group(1))).toList();
        assertEquals(4, marked.size());
        assertEquals(0, marked.getFirst(), "without ECN");
        assertTrue(marked.stream().skip(1).allMatch(count -> count > 0), marked::toString);
        assertNothingIsLeftOf(demo, before);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void whoStopsItInTheMiddleLeavesNothing(String signal, int status) throws IOException, InterruptedException {
        Assumptions.assumeFalse(signal.equals("INT") && ignoresInterrupts(), "started by who has it ignore SIGINT");
        LeftBehind before = LeftBehind.before("dctcp.bpf.o", "queue_mark.bpf.o");
        Process demo = demo("--no-pictures", "--rate", SLOW);
        while (demo.isAlive() && demo.children().count() < 3) {
            Thread.sleep(10);
        }
        Thread.sleep(2000); // some of its two minutes
        List<ProcessHandle> ends = demo.children().toList();
        assertEquals(3, namespaces(demo).size());
        new ProcessBuilder("kill", "-" + signal, Long.toString(demo.pid())).inheritIO().start().waitFor();
        String output = output(demo);
        assertEquals(status, demo.waitFor(), output);
        assertEquals("bpf4j demo: stopped", output.strip());
        assertTrue(ends.stream().noneMatch(ProcessHandle::isAlive));
        assertNothingIsLeftOf(demo, before);
    }

    @Test
    void whoMayNotIsToldSoInOneSentence() throws IOException, InterruptedException {
        Process demo = ChildExample.startUnder(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "--"),
                Demo.class, "dctcp", "--quick", "--no-pictures");
        assertRefusedInOneSentence(demo, "CAP_BPF");
    }

    @Test
    void missingCommandsAreToldInOneSentence() throws IOException, InterruptedException {
        Process demo = ChildExample.startUnder(List.of("env", "PATH=" + folder), Demo.class, "dctcp", "--quick", "--no-pictures");
        assertRefusedInOneSentence(demo, "install iproute2");
    }

    @ParameterizedTest
    @CsvSource({"--no-pictures --with no_such_control, no_such_control", "--out /no/such/folder, /no/such/folder"})
    void mistakesAreToldBeforeAnythingIsMade(String options, String named) throws IOException, InterruptedException {
        assertRefusedInOneSentence(demo(options.split(" ")), named);
    }

    @Test
    void aRateOfNothingIsAWrongCommandLine() throws IOException, InterruptedException {
        Process demo = demo("--rate", "0");
        String output = output(demo);
        assertEquals(2, demo.waitFor(), output);
        assertTrue(output.startsWith("--rate is at least 1"), output);
    }

    private static void assertRefusedInOneSentence(Process demo, String named) throws IOException, InterruptedException {
        String output = output(demo);
        assertEquals(1, demo.waitFor(), output);
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.startsWith("bpf4j demo: ") && output.contains(named), output);
        assertEquals(List.of(), namespaces(demo));
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
    }

    private static Process demo(String... options) throws IOException {
        return ChildExample.start(Demo.class, Stream.concat(Stream.of("dctcp"), Stream.of(options)).toArray(String[]::new));
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes());
    }

    private static void assertNothingIsLeftOf(Process demo, LeftBehind before) throws IOException, InterruptedException {
        assertEquals(List.of(), namespaces(demo));
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
        before.assertNothing();
    }

    private static List<Path> namespaces(Process demo) throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(NAMESPACES)) {
            return files.filter(file -> file.getFileName().toString().matches("bpf4j-[a-z]+-" + demo.pid())).toList();
        }
    }

    private static boolean ignoresInterrupts() throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:"))
                .findFirst().orElseThrow().split("\\s+")[1];
        return (Long.parseUnsignedLong(ignored, 16) & 2) != 0;
    }
}
