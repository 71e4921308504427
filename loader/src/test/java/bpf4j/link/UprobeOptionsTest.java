package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sections say of user functions, and options that contradict themselves. */
class UprobeOptionsTest {

    @ParameterizedTest
    @CsvSource({
        "libc.so.6:malloc, libc.so.6, malloc, 0",
        "/usr/bin/bash:main+0x1f, /usr/bin/bash, main, 31",
        "bash:main+16, bash, main, 16",
        "bash:main+010, bash, main, 10",
        "libc.so.6:memcpy@GLIBC_2.2.5, libc.so.6, memcpy@GLIBC_2.2.5, 0",
        "libc.so.6:memcpy@@GLIBC_2.14+4, libc.so.6, memcpy@@GLIBC_2.14, 4",
        "a file:operator+, a file, operator+, 0",
        "x:_ZNSt6vector+x, x, _ZNSt6vector+x, 0",
        "/proc/self/exe:0x1234, /proc/self/exe, '', 4660",
        "x:12ab, x, 12ab, 0"})
    void sectionIsTakenApart(String text, String binary, String function, long offset) {
        assertEquals(Optional.of(UprobeOptions.of(binary, function).withOffsetBytes(offset)),
                UprobeOptions.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "malloc", ":malloc", "libc.so.6:", "x:0xffffffffffffffff", "x:f+0x8000000000000000"})
    void otherTextIsNone(String text) {
        assertEquals(Optional.empty(), UprobeOptions.parse(text));
    }

    @Test
    void placeIsShownAsItIsWritten() {
        for (String text : List.of("libc.so.6:malloc", "libc.so.6:malloc+0x10", "libc.so.6:0x10")) {
            assertEquals(text, UprobeOptions.parse(text).orElseThrow().place());
        }
    }

    @Test
    void withChangesOneThing() {
        UprobeOptions options = UprobeOptions.of("a", "b").withPid(7).withCookie(8).withRefCtrOffset(9)
                .withMode(ProbeMode.EVENT).withReturn(true);
        assertEquals(new UprobeOptions("a", "b", 0, true, 7, 9, 8, ProbeMode.EVENT), options);
        assertEquals(new UprobeOptions("a", "", 5, false, UprobeOptions.ALL_PROCESSES, 0, 0, ProbeMode.AUTO),
                UprobeOptions.ofOffset("a", 5));
    }

    @Test
    void contradictions() {
        UprobeOptions options = UprobeOptions.of("a", "b");
        assertThrows(IllegalArgumentException.class, () -> options.withPid(-2));
        assertThrows(IllegalArgumentException.class, () -> options.withOffsetBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> options.withRefCtrOffset(-1));
        assertThrows(IllegalArgumentException.class, () -> options.withOffsetBytes(1).withReturn(true));
        // The return of what is at an offset in the file is the caller's business.
        assertTrue(UprobeOptions.ofOffset("a", 5).withReturn(true).isReturn());
        assertThrows(IllegalArgumentException.class, () -> UsdtOptions.of("a", "b", "c").withPid(-2));
    }

    @Test
    void manyPlacesAndTheirLists() {
        UprobeMultiOptions two = UprobeMultiOptions.named("a", List.of("f", "g"));
        assertEquals(List.of(1L, 2L), two.withCookies(List.of(1L, 2L)).withRefCtrOffsets(List.of(0L, 4L)).cookies());
        assertThrows(IllegalArgumentException.class, () -> two.withCookies(List.of(1L)));
        assertThrows(IllegalArgumentException.class, () -> two.withRefCtrOffsets(List.of(1L, 2L, 3L)));
        assertThrows(IllegalArgumentException.class, () -> two.withPid(-2));
        assertThrows(IllegalArgumentException.class, () -> UprobeMultiOptions.at("a", List.of()));
        assertThrows(IllegalArgumentException.class, () -> UprobeMultiOptions.named("a", List.of()));
        assertThrows(IllegalArgumentException.class, () -> UprobeMultiOptions.matching("a", ""));
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> UprobeMultiOptions.matching("a", "*").withCookies(List.of(1L))).getMessage()
                .contains("a pattern"));
    }
}
