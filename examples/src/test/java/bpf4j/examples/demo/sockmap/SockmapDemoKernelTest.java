package bpf4j.examples.demo.sockmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.LeftBehind;
import bpf4j.examples.demo.DemoProcess;
import bpf4j.examples.demo.Fonts;
import bpf4j.testdata.KernelTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class SockmapDemoKernelTest {

    private static final String OBJECT = "sockmap.bpf.o";
    private static final int SIZES_AND_OPTIONS = 12;
    private static final int QUICK_ROUNDS = 3;

    @TempDir
    private Path folder;

    @Test
    void quickRunMeasuresBothWaysAndLeavesNumbersOnly() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before(OBJECT);
        Path json = folder.resolve("numbers.json");
        DemoProcess demo = DemoProcess.start("sockmap", "--quick", "--no-pictures", "--json", json.toString());
        String output = demo.assertEnds(0);
        assertEquals(4, output.lines().filter(line -> line.startsWith("  ok ")).count(), output);
        Map<String, List<Long>> segments = segmentsOut(json);
        assertEquals(SIZES_AND_OPTIONS * QUICK_ROUNDS, segments.get("tcp").size());
        assertTrue(segments.get("tcp").stream().allMatch(count -> count >= 100), segments::toString);
        assertEquals(SIZES_AND_OPTIONS * QUICK_ROUNDS, segments.get("sockmap").size());
        assertTrue(segments.get("sockmap").stream().allMatch(count -> count == 0), segments::toString);
        assertEquals(List.of(json), files());
        assertNothingIsLeftOf(demo, before);
    }

    @Test
    void picturesAreDrawnTwice() throws IOException, InterruptedException {
        assumeFonts();
        String output = DemoProcess.start("sockmap", "--quick", "--no-pin", "--out", folder.toString()).assertEnds(0);
        assertTrue(output.contains("Not pinned: "), output);
        assertEquals(List.of(folder.resolve("sockmap.png"), folder.resolve("sockmap.svg")), files());
        assertTrue(ImageIO.read(folder.resolve("sockmap.png").toFile()).getWidth() > 1000);
        assertTrue(Files.readString(folder.resolve("sockmap.svg")).contains("<svg "));
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void whoStopsItInTheMiddleLeavesNothing(String signal, int status) throws IOException, InterruptedException {
        DemoProcess.assumeHeeds(signal);
        LeftBehind before = LeftBehind.before(OBJECT);
        DemoProcess demo = DemoProcess.start("sockmap", "--no-pictures");
        demo.awaitChildren(2);
        Thread.sleep(1000); // some of its minute
        assertEquals(1, LeftBehind.cgroups("-" + demo.pid()).size());
        demo.assertStoppedBy(signal, status);
        assertNothingIsLeftOf(demo, before);
    }

    @Test
    void whoMayNotIsToldSoInOneSentence() throws IOException, InterruptedException {
        DemoProcess demo = DemoProcess.startWithoutCapabilities("sockmap", "--quick", "--no-pictures");
        demo.assertRefusedInOneSentence("CAP_BPF");
        assertEquals(List.of(), LeftBehind.cgroups("-" + demo.pid()));
    }

    @ParameterizedTest
    @CsvSource({"--cpus 0, 2", "--cpus 0;1, 2", "--cpus 0/1023, 1", "--no-pin --cpus 0/1, 2",
            "--out /no/such/folder, 1", "--json /no/such/folder/file --no-pictures, 1"})
    void mistakesAreToldBeforeAnythingIsMade(String options, int status) throws IOException, InterruptedException {
        String arguments = "sockmap " + options.replace('/', options.contains("--cpus") ? ',' : '/');
        String output = DemoProcess.start(arguments.split(" ")).assertEnds(status);
        assertTrue(output.startsWith(status == 2 ? "" : "bpf4j demo: "), output);
        assertFalse(output.contains("\tat "), output);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void assertNothingIsLeftOf(DemoProcess demo, LeftBehind before)
            throws IOException, InterruptedException {
        assertEquals(List.of(), LeftBehind.cgroups("-" + demo.pid()));
        before.assertNothing();
    }

    private static Map<String, List<Long>> segmentsOut(Path json) throws IOException {
        Map<String, List<Long>> segments = new TreeMap<>();
        String way = "";
        try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String name = parser.currentName();
                if (token == JsonToken.START_OBJECT && ("tcp".equals(name) || "sockmap".equals(name))) {
                    way = name;
                } else if (token == JsonToken.VALUE_NUMBER_INT && name.equals("data_segments_out")) {
                    segments.computeIfAbsent(way, _ -> new ArrayList<>()).add(parser.getLongValue());
                }
            }
        }
        return segments;
    }

    private static void assumeFonts() {
        System.setProperty("java.awt.headless", "true");
        try {
            Fonts.require();
        } catch (IOException e) {
            Assumptions.abort(e.getMessage());
        }
    }
}
