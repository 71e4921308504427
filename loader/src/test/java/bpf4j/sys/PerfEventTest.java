package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerfEventTest {

    @Test
    void sizesAreThoseOfTheHeader() throws IOException {
        Map<String, Integer> sizes = Headers.defines("linux/perf_event.h", "PERF_ATTR_SIZE_VER");
        assertEquals(sizes.get("PERF_ATTR_SIZE_VER4"), PerfEvent.Attr.STRUCT.sizeBytes());
    }

    @Test
    void requestsHaveTheNumbersOfTheMachine() {
        assertEquals(0x2401, Architecture.X86_64.requestWithoutArgument('$', 1));
        assertEquals(0x4004_2408, Architecture.AARCH64.requestThatWrites('$', 8, Integer.BYTES));
        assertEquals(0x2000_2401, Architecture.PPC64LE.requestWithoutArgument('$', 1));
        assertEquals(0x8004_2408, Architecture.PPC64LE.requestThatWrites('$', 8, Integer.BYTES));
    }
}
