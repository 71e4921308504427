package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of {@code /proc/PID/maps}, those that others stumbled over among them. */
class ProcessMappingTest {

    private static final String PLACE = "7fcb8f24e000-7fcb8f24f000 r-xp 00025000 08:01 1337 ";

    @Test
    void allFields() {
        assertEquals(
                new ProcessMapping(0x7fcb8f24e000L, 0x7fcb8f24f000L, "r-xp", 0x25000, 1337, "/lib/libc.so.6", false),
                ProcessMapping.parse(PLACE + "             /lib/libc.so.6").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/lib/libc.so.6           | /lib/libc.so.6  | false | true",
        "/a b/c  d                | /a b/c  d       | false | true",
        "/lib/libssl.so (deleted) | /lib/libssl.so  | true  | true",
        "/line\\012feed           | '/line\nfeed'   | false | true",
        "[heap]                   | [heap]          | false | false",
        "[anon:x (deleted)        | [anon:x (deleted) | false | false",
        "''                       | ''              | false | false"})
    void pathIsTheRestOfTheLine(String text, String path, boolean isDeleted, boolean isFile) {
        ProcessMapping mapping = ProcessMapping.parse(PLACE + text).orElseThrow();
        assertEquals(path, mapping.path());
        assertEquals(isDeleted, mapping.isDeleted());
        assertEquals(isFile, mapping.isFile());
    }

    @Test
    void anonymousMemoryHasNoPathAtAll() {
        ProcessMapping mapping = ProcessMapping.parse("7fcb8f24e000-7fcb8f24f000 rw-p 00000000 00:00 0 ").orElseThrow();
        assertEquals("", mapping.path());
        assertFalse(mapping.isFile());
        assertFalse(mapping.isExecutable());
        assertEquals(mapping, ProcessMapping.parse("7fcb8f24e000-7fcb8f24f000 rw-p 00000000 00:00 0").orElseThrow());
    }

    @Test
    void addressesAndInodesHave64Bits() {
        ProcessMapping mapping = ProcessMapping.parse(
                "ffffffffff600000-ffffffffff601000 --xp ffffffffffffffff 00:00 18446744073709551615 [vsyscall]")
                .orElseThrow();
        assertEquals(0xffffffffff600000L, mapping.start());
        assertEquals(-1, mapping.fileOffset());
        assertEquals(-1, mapping.inode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1-2 r-xp 0 0:0", "1-2 r-x 0 0:0 0", "12345678912345678-2 r-xp 0 0:0 0",
        "1-2 r-xp 0 0:0 99999999999999999999", "1-2 r-xp 0 0:0 1/x"})
    void otherLinesAreNone(String line) {
        assertEquals(Optional.empty(), ProcessMapping.parse(line));
    }

    @Property
    void noLineIsFatal(@ForAll String line) {
        ProcessMapping.parse(line);
        ProcessMapping.parse(PLACE + line);
    }

    @ParameterizedTest
    @CsvSource({"libssl.so.3, true", "libssl, true", "libssl.so, true", "libss, false", "ssl, false",
        "libssl.so.3x, false"})
    void nameMayLackItsEnd(String name, boolean expected) {
        assertEquals(expected, ProcessMapping.parse(PLACE + "/usr/lib/libssl.so.3").orElseThrow().isNamed(name));
    }

    @Test
    void placeInTheFileHasAnAddress() {
        ProcessMapping mapping = ProcessMapping.parse(PLACE + "/x").orElseThrow();
        assertEquals(OptionalLong.of(0x7fcb8f24e010L), mapping.address(0x25010));
        assertEquals(OptionalLong.of(0x7fcb8f24efffL), mapping.address(0x25fff));
        assertEquals(List.of(OptionalLong.empty(), OptionalLong.empty()),
                List.of(mapping.address(0x26000), mapping.address(0x24fff)));
        assertFalse(mapping.isOf(Path.of("/x")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void libraryOfThisProcess() throws IOException {
        long pid = ProcessHandle.current().pid();
        Path found = ProcessMapping.library(pid, "libjvm");
        assertEquals("/proc/" + pid + "/root", found.subpath(0, 3).toString().replaceFirst("^", "/"));
        assertTrue(Files.isSameFile(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"), found));
        assertThrows(FileNotFoundException.class, () -> ProcessMapping.library(pid, "libnever"));
        assertThrows(IOException.class, () -> ProcessMapping.of(Integer.MAX_VALUE));
    }
}
