package bpf4j.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import bpf4j.btf.BtfFormatException;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.kernel.VerifierException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.reloc.RelocationException;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is said of each fixture, and what loading it comes to. */
@KernelTest
class CheckKernelTest {

    private static final String ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o";
    /** The verifier comes to a helper that the loader made up. */
    private static final String POISON = "unknown#";

    @TestFactory
    Stream<DynamicTest> verdictIsWhatLoadingComesTo() {
        TargetKernel kernel = TargetKernel.running();
        return Fixtures.list("obj", ORDER).stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> compare(file, kernel)));
    }

    private static void compare(Path file, TargetKernel kernel) throws IOException {
        BpfObject object;
        try {
            object = BpfObject.read(file);
        } catch (ObjectFormatException | BtfFormatException _) {
            return;
        }
        CheckReport report = Check.of(object, kernel);
        try (LoadedObject _ = object.load(LoadOptions.defaults())) {
            assertEquals(Verdict.LOADS, report.verdict(), report.findings()::toString);
        } catch (RelocationException e) {
            assertEquals(Verdict.FAILS, report.verdict(), e::getMessage);
        } catch (VerifierException e) {
            assertTrue(report.verdict() == Verdict.FAILS || !e.reason().contains(POISON), e::getMessage);
        } catch (KernelException e) {
            // Pins need a BPF file system, and some hosts let nobody load programs for functions.
            boolean ofThisHost = e.step() == Step.PIN || e.errnoName().equals("EPERM");
            assertTrue(ofThisHost || report.verdict() == Verdict.FAILS, e::getMessage);
        }
    }
}
