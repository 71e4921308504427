package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.ChildJvm;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads that run into {@code RLIMIT_NOFILE}, at each descriptor that they open. */
@KernelTest
class DescriptorLimitKernelTest {

    /** The limit is reached at each descriptor that stays open, and at some that are open for a moment. */
    @ParameterizedTest
    @CsvSource({"maps, 9", "data_sections, 8", "maps_nested, 6", "trace_raw, 7", "core_field_byte_offset, 3"})
    void limitIsOneSentenceAndLeavesNothing(String object, int descriptors) throws Exception {
        List<String> lines = ChildJvm.run(List.of(), ChildLimit.class,
                List.of(Fixtures.object(object + "-el.o").toString()), "--enable-native-access=ALL-UNNAMED",
                // Looks into files of its own from time to time.
                "-XX:-UseContainerSupport").lines().toList();
        assertEquals("works again", lines.getLast(), lines::toString);
        assertTrue(lines.size() >= descriptors, lines::toString);
        for (int i = 0; i < lines.size() - 1; i++) {
            String[] parts = lines.get(i).split("\\|");
            assertEquals(List.of(Integer.toString(i), "0"), List.of(parts[0], parts[1]), lines::toString);
            if (i < lines.size() - 2) {
                assertTrue(parts[2].startsWith("bpf4j.kernel.KernelException: ")
                        && parts[2].endsWith("raise the limit of open files (ulimit -n, RLIMIT_NOFILE) or close some"),
                        parts[2]);
                assertEquals("EMFILE", parts[4]);
            } else {
                assertEquals("works", parts[2]);
            }
        }
    }
}
