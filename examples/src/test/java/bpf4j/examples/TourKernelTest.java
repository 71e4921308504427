package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/tour.md and docs/command-line.md say, each in one shell; each command is a test. */
@KernelTest
class TourKernelTest {

    private static final Path ROOT = Fixtures.path("..").normalize();
    /** Of the tour; machines without a compiler are emulated, too slow for the other page, which needs none of them. */
    private static final List<String> TOOLS = List.of("bash", "clang-19", "ip", "tc");
    private static final long PATIENCE_SECONDS = 240; // many times what it takes

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> commandsOfTheTourPrintWhatItShows() throws IOException, InterruptedException {
        LeftBehind.assertNoCongestionControl("bpf_dctcp_link");
        return commandsPrintWhatIsShown("docs/tour.md");
    }

    @TestFactory
    Stream<DynamicTest> commandsOfTheReferencePrintWhatItShows() throws IOException, InterruptedException {
        return commandsPrintWhatIsShown("docs/command-line.md");
    }

    private Stream<DynamicTest> commandsPrintWhatIsShown(String page) throws IOException, InterruptedException {
        for (String tool : TOOLS) {
            Assumptions.assumeTrue(isInstalled(tool), "there is no " + tool);
        }
        Tour tour = Tour.read(ROOT.resolve(page));
        Path work = Files.createDirectory(folder.resolve("work"));
        Path outputs = Files.createDirectory(folder.resolve("outputs"));
        for (var file : tour.files().entrySet()) {
            Files.writeString(work.resolve(file.getKey()), file.getValue());
        }
        run(tour, checkout(), work, outputs);
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < tour.steps().size(); i++) {
            Tour.Step step = tour.steps().get(i);
            Path file = outputs.resolve(Integer.toString(i));
            String output = Files.exists(file) ? Files.readString(file) : "never run\n";
            tests.add(DynamicTest.dynamicTest(step.command(), () -> assertTrue(step.isShownFor(output), () ->
                    "the page shows\n" + String.join("\n", step.shown()) + "\nand it printed\n" + output)));
        }
        return tests.stream();
    }

    private void run(Tour tour, Path checkout, Path work, Path outputs) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < tour.steps().size(); i++) {
            script.append("{ ").append(tour.steps().get(i).command()).append("\n} >")
                    .append(outputs.resolve(Integer.toString(i))).append(" 2>&1 </dev/null\n");
        }
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString()).directory(work.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        shell.environment().put("BPF4J", checkout.toString());
        shell.environment().put("PATH", String.join(":", checkout.toString(),
                Path.of(System.getProperty("java.home"), "bin").toString(), System.getenv("PATH")));
        Process process = shell.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    /** Looks like a checkout that has been built; its command line and library are what this test has been given. */
    private Path checkout() throws IOException {
        Path checkout = Files.createDirectory(folder.resolve("checkout"));
        Path launcher = Files.writeString(checkout.resolve("bpf4j"), """
                #!/bin/sh
                main=bpf4j.cli.Main
                if [ "$1" = demo ]; then
                  shift
                  main=bpf4j.examples.demo.Demo
                fi
                exec java --enable-native-access=ALL-UNNAMED -cp '%s' $main "$@"
                """.formatted(System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(checkout.resolve("examples"), ROOT.resolve("examples"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, Stream.of(System.getProperty("java.class.path")
                .split(":")).map(entry -> Path.of(entry).toUri().toString()).collect(Collectors.joining(" ")));
        Path target = Files.createDirectories(checkout.resolve("loader/target"));
        new JarOutputStream(Files.newOutputStream(target.resolve("loader.jar")), manifest).close();
        return checkout;
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(Path.of(each, tool)));
    }
}
