package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

    @ParameterizedTest
    @CsvSource({
        "6.18.44, 6.18.44", "6.12, 6.12.0", "6.12-rc1, 6.12.0", "4.19.104+, 4.19.104", "5.10.0-custom, 5.10.0",
        "5.15.90.1-microsoft-standard-WSL2, 5.15.90", "4.14.336, 4.14.336", "6.1.x, 6.1.0",
    })
    void readsReleases(String release, String version) {
        assertEquals(version, KernelVersion.parse(release).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "6", "6.", ".1", "v6.1", "1000000.1", "-6.1"})
    void refusesWhatDoesNotStartWithAVersion(String text) {
        assertEquals(Optional.empty(), KernelVersion.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "6.18.44-generic, #1 SMP PREEMPT_DYNAMIC, '', 6.18.44",
        "6.1.0-13-amd64, '#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)', '', 6.1.55",
        "6.1.0-13-amd64, '#1 SMP Debian unstable', '', 6.1.0",
        "5.4.0-12-generic, '#15-Ubuntu SMP', Ubuntu 5.4.0-12.15-generic 5.4.8, 5.4.8",
        "4.4.0-19041-Microsoft, '#1-Microsoft', Microsoft 4.4.0-19041.1-Microsoft 4.4.35, 4.4.35",
        "6.6.1, '#1', one two three, 6.6.1",
        "6.6.1, '#1', short, 6.6.1",
    })
    void findsTheVersionBehindADistributionsRelease(String release, String build, String signature, String version) {
        assertEquals(version, KernelVersion.of(release, build, signature).orElseThrow().toString());
    }

    @ParameterizedTest
    @CsvSource({"6.18.44, 0x06122c", "4.14.255, 0x040eff", "4.14.336, 0x040eff", "5.0.0, 0x050000"})
    void patchesAbove255AreHeldThere(String version, String code) {
        assertEquals((int) Integer.decode(code), KernelVersion.parse(version).orElseThrow().code());
    }

    @Test
    void ordersByNumber() {
        assertTrue(new KernelVersion(5, 9, 300).compareTo(new KernelVersion(5, 10, 0)) < 0);
        assertTrue(new KernelVersion(6, 0, 0).compareTo(new KernelVersion(5, 19, 17)) > 0);
        assertTrue(new KernelVersion(6, 1, 9).compareTo(new KernelVersion(6, 1, 10)) < 0);
        assertEquals(0, new KernelVersion(6, 1, 9).compareTo(new KernelVersion(6, 1, 9)));
    }
}
