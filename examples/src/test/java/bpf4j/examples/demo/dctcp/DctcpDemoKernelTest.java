package bpf4j.examples.demo.dctcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.LeftBehind;
import bpf4j.examples.demo.DemoProcess;
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
        DemoProcess demo = DemoProcess.start(
                "dctcp", "--quick", "--no-pictures", "--rate", SLOW, "--json", json.toString());
        demo.assertEnds(0);
        List<Long> marked = MARKED.matcher(Files.readString(json)).results()
                .map(match -> Long.parseLong(match.group(1))).toList();
        assertEquals(4, marked.size());
        assertEquals(0, marked.getFirst(), "without ECN");
        assertTrue(marked.stream().skip(1).allMatch(count -> count > 0), marked::toString);
        assertNothingIsLeftOf(demo, before);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void whoStopsItInTheMiddleLeavesNothing(String signal, int status) throws IOException, InterruptedException {
        DemoProcess.assumeHeeds(signal);
        LeftBehind before = LeftBehind.before("dctcp.bpf.o", "queue_mark.bpf.o");
        DemoProcess demo = DemoProcess.start("dctcp", "--no-pictures", "--rate", SLOW);
        demo.awaitChildren(3);
        Thread.sleep(2000); // some of its two minutes
        assertEquals(3, namespaces(demo).size());
        demo.assertStoppedBy(signal, status);
        assertNothingIsLeftOf(demo, before);
    }

    @Test
    void whoMayNotIsToldSoInOneSentence() throws IOException, InterruptedException {
        assertRefusedInOneSentence(
                DemoProcess.startWithoutCapabilities("dctcp", "--quick", "--no-pictures"), "CAP_BPF");
    }

    @Test
    void missingCommandsAreToldInOneSentence() throws IOException, InterruptedException {
        List<String> withoutCommands = List.of("env", "PATH=" + folder);
        assertRefusedInOneSentence(
                DemoProcess.startUnder(withoutCommands, "dctcp", "--quick", "--no-pictures"), "install iproute2");
    }

    @ParameterizedTest
    @CsvSource({"--no-pictures --with no_such_control, no_such_control", "--out /no/such/folder, /no/such/folder"})
    void mistakesAreToldBeforeAnythingIsMade(String options, String named) throws IOException, InterruptedException {
        assertRefusedInOneSentence(DemoProcess.start(("dctcp " + options).split(" ")), named);
    }

    @Test
    void aRateOfNothingIsAWrongCommandLine() throws IOException, InterruptedException {
        String output = DemoProcess.start("dctcp", "--rate", "0").assertEnds(2);
        assertTrue(output.startsWith("--rate is at least 1"), output);
    }

    private static void assertRefusedInOneSentence(DemoProcess demo, String named)
            throws IOException, InterruptedException {
        demo.assertRefusedInOneSentence(named);
        assertEquals(List.of(), namespaces(demo));
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
    }

    private static void assertNothingIsLeftOf(DemoProcess demo, LeftBehind before)
            throws IOException, InterruptedException {
        assertEquals(List.of(), namespaces(demo));
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
        before.assertNothing();
    }

    private static List<Path> namespaces(DemoProcess demo) throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(NAMESPACES)) {
            return files.filter(file -> file.getFileName().toString().matches("bpf4j-[a-z]+-" + demo.pid())).toList();
        }
    }
}
