package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KprobeOptionsTest {

    @ParameterizedTest
    @CsvSource({"f, f, 0", "f+16, f, 16", "f+0x10, f, 16", "f+0X1f, f, 31", "f+010, f, 10", "f+0, f, 0",
            "nf_conntrack:nf_ct_get, nf_conntrack:nf_ct_get, 0", "do_x.isra.0+8, do_x.isra.0, 8",
            "snd-pcm:f, snd-pcm:f, 0"})
    void placeIsAFunctionAndAnOffset(String text, String function, long offsetBytes) {
        assertEquals(Optional.of(KprobeOptions.of(function).withOffsetBytes(offsetBytes)), KprobeOptions.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+8", "f+", "f+x", "f-8", "f+-8", "f +8", "a:b:c", "f+0x", "f+99999999999",
        "f+0x123456789"})
    void otherTextsAreNone(String text) {
        assertEquals(Optional.empty(), KprobeOptions.parse(text));
    }

    @Test
    void placeStandsAsTraceFsTakesIt() {
        assertEquals(List.of("f", "f+0x10", "0xffffffff81000000"), List.of(KprobeOptions.of("f").place(),
                KprobeOptions.of("f").withOffsetBytes(16).place(),
                KprobeOptions.ofAddress(0xffffffff81000000L).place()));
    }

    @Test
    void returnHasNoOffset() {
        assertThrows(IllegalArgumentException.class, () -> KprobeOptions.of("f").withOffsetBytes(4).withReturn(true));
        assertThrows(IllegalArgumentException.class, () -> KprobeOptions.of("f").withReturn(true).withOffsetBytes(4));
    }

    @Test
    void callsUnderWayAreCountedByTraceFs() {
        KprobeOptions exit = KprobeOptions.of("f").withReturn(true);
        assertEquals(ProbeMode.AUTO, exit.possibleMode());
        assertEquals(ProbeMode.LEGACY, exit.withMaxActive(KprobeOptions.MAX_ACTIVE).possibleMode());
        assertThrows(IllegalArgumentException.class, () -> exit.withMaxActive(-1));
        assertThrows(IllegalArgumentException.class, () -> exit.withMaxActive(KprobeOptions.MAX_ACTIVE + 1));
        assertThrows(IllegalArgumentException.class, () -> exit.withMaxActive(1).withMode(ProbeMode.LINK));
    }

    @Test
    void cookiesAreForListedFunctions() {
        KprobeMultiOptions two = KprobeMultiOptions.named(List.of("f", "g"));
        assertEquals(List.of(1L, 2L), two.withCookies(List.of(1L, 2L)).cookies());
        assertThrows(IllegalArgumentException.class, () -> two.withCookies(List.of(1L)));
        assertThrows(IllegalArgumentException.class, () -> KprobeMultiOptions.matching("f*").withCookies(List.of(1L)));
        assertThrows(IllegalArgumentException.class, () -> KprobeMultiOptions.at(List.of()));
        assertThrows(IllegalArgumentException.class, () -> KprobeMultiOptions.named(List.of()));
        assertThrows(IllegalArgumentException.class, () -> KprobeMultiOptions.matching("f-*"));
        assertThrows(IllegalArgumentException.class, () -> two.withUnique(true));
    }

    @Test
    void perfEventIsOfAProcessOrACpu() {
        PerfEventOptions clock = PerfEventOptions.cpuClock(49);
        assertEquals(new PerfEventOptions.Sampling.Frequency(49), clock.sampling());
        assertThrows(IllegalArgumentException.class, () -> clock.withCpu(PerfEventOptions.ANY_CPU));
        assertThrows(IllegalArgumentException.class, () -> clock.withCpu(-2));
        assertThrows(IllegalArgumentException.class, () -> clock.withPid(-2));
        assertThrows(IllegalArgumentException.class, () -> clock.withMode(ProbeMode.LEGACY));
        assertThrows(IllegalArgumentException.class, () -> PerfEventOptions.cpuClock(0));
        assertThrows(IllegalArgumentException.class, () -> new PerfEventOptions.Sampling.Period(-1));
    }

    @Test
    void tracepointIsNoProbeOfTraceFs() {
        assertThrows(IllegalArgumentException.class,
                () -> TracepointOptions.of("sched", "sched_switch").withMode(ProbeMode.LEGACY));
    }
}
