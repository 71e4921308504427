package bpf4j.testdata;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

class KernelVersionTest {

    @ParameterizedTest
    @CsvSource({
        "6.1.0-47-cloud-amd64, 6, 1",
        "6.12.117+deb12-cloud-amd64, 6, 12",
        "5.15.0-1051-aws, 5, 15",
        "7.0-rc1, 7, 0",
        "6.18, 6, 18",
    })
    void readsReleases(String release, int major, int minor) {
        assertEquals(new KernelVersion(major, minor), KernelVersion.of(release));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "v6.1", "6.x", "6.1234567"})
    void refusesWhatIsNoRelease(String release) {
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.of(release));
    }

    @Test
    void comparesAsNumbers() {
        assertTrue(new KernelVersion(6, 12).compareTo(new KernelVersion(6, 9)) > 0);
        assertTrue(new KernelVersion(5, 19).compareTo(new KernelVersion(6, 0)) < 0);
        assertEquals(0, new KernelVersion(6, 1).compareTo(new KernelVersion(6, 1)));
    }

    @Test
    void runsFromTheFirstKernelOnAndIsSkippedBefore() {
        var first = new KernelVersion(6, 4);
        assertDoesNotThrow(() -> new KernelVersion(6, 4).assumeAtLeast(first, "links"));
        assertDoesNotThrow(() -> new KernelVersion(6, 12).assumeAtLeast(first, "links"));
        var skipped = assertThrows(TestAbortedException.class,
                () -> new KernelVersion(6, 1).assumeAtLeast(first, "links"));
        assertEquals("links: since kernel 6.4, this is 6.1", skipped.getMessage());
    }

    @Test
    void aCompleteKernelMayNotLackAnything() {
        assertDoesNotThrow(() -> KernelBuild.assume(true, "kprobes", true));
        assertThrows(TestAbortedException.class, () -> KernelBuild.assume(false, "kprobes", false));
        assertThrows(AssertionError.class, () -> KernelBuild.assume(false, "kprobes", true));
    }
}
