package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.image.BtfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The header of whole kernels, by a compiler: of the one that runs, and of those whose images the environment names in
 * {@code BPF4J_KERNEL_IMAGES}, separated by colons.
 */
class KernelHeaderTest {

    private static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");
    /** The smallest kernel at hand has some 50,000. */
    private static final int FEWEST = 20_000;

    @Test
    void runningKernelIsTheSameAfterCompilation(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isReadable(RUNNING), "no " + RUNNING);
        check(RUNNING, folder);
    }

    @TestFactory
    Stream<DynamicTest> imagesAreTheSameAfterCompilation(@TempDir Path folder) {
        String images = System.getenv("BPF4J_KERNEL_IMAGES");
        assumeTrue(images != null && !images.isEmpty(), "BPF4J_KERNEL_IMAGES names none");
        return Stream.of(images.split(":")).map(image -> dynamicTest(image, () -> check(Path.of(image),
                Files.createTempDirectory(folder, "image"))));
    }

    private static void check(Path kernel, Path folder) throws IOException {
        int confirmed = HeaderCheck.check(BtfFile.read(kernel), folder);
        assertTrue(confirmed > FEWEST, "only " + confirmed + " sizes and offsets");
    }
}
