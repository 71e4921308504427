package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfNote;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.testdata.Fixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes of USDT probes: places, semaphores, damage. */
class UsdtProbesTest {

    /** Behind a note's three sizes and its owner's name. */
    private static final int DESCRIPTION = 20;

    private final ByteBuffer bytes = ByteBuffer.wrap(Fixtures.bytes("user/probed-x86_64.elf"))
            .order(ByteOrder.LITTLE_ENDIAN);
    private final ElfFile file = ElfFile.parse(bytes.array());
    private final ElfSection notes = file.section(".note.stapsdt").orElseThrow();

    private List<UsdtProbe> read() {
        return new UsdtNotes(ElfFile.parse(bytes.array()), 0).read();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void probesAreThoseOfTheSource(String machine) {
        List<UsdtProbe> probes = new UsdtNotes(ElfFile.parse(Fixtures.bytes("user/probed-" + machine + ".elf")), 0)
                .read();
        assertEquals(Map.of("bpf4j:request", 1L, "bpf4j:memory", 1L, "bpf4j:place", 3L, "bpf4j:guarded", 1L,
                        "bpf4j_other:request", 1L),
                probes.stream().collect(Collectors.groupingBy(p -> p.provider() + ":" + p.name(),
                        Collectors.counting())));
        assertEquals(Map.of("bpf4j:request", 3, "bpf4j:memory", 3, "bpf4j:place", 1, "bpf4j:guarded", 0,
                        "bpf4j_other:request", 0),
                probes.stream().collect(Collectors.toMap(p -> p.provider() + ":" + p.name(), p -> p.arguments().size(),
                        (a, b) -> a)));
    }

    @Test
    void placeIsTheNop() {
        for (UsdtProbe probe : read()) {
            assertEquals((byte) 0x90, bytes.get((int) probe.fileOffset()), probe::toString);
        }
    }

    @Test
    void semaphoreIsTheVariable() {
        ElfSymbol semaphore = file.symbols().stream().filter(s -> s.name().equals("probed_semaphore")).findFirst()
                .orElseThrow();
        for (UsdtProbe probe : read()) {
            assertEquals(probe.name().equals("guarded") ? file.fileOffset(semaphore.value()) : OptionalLong.empty(),
                    probe.semaphoreOffset());
        }
    }

    @Test
    void movedCodeIsFoundByTheBase() {
        List<UsdtProbe> before = read();
        for (ElfNote note : file.notes(notes)) {
            int at = (int) (notes.offset() + note.offset()) + DESCRIPTION;
            for (int i = 0; i < 3; i++) {
                long address = bytes.getLong(at + i * Long.BYTES);
                bytes.putLong(at + i * Long.BYTES, address == 0 ? 0 : address - 0x1230);
            }
        }
        assertEquals(before, read());
    }

    @Test
    void notesOfOthersAreNone() {
        bytes.put((int) notes.offset() + 12, (byte) 'S');
        assertEquals(6, read().size());
    }

    @Test
    void fileWithoutProbes() {
        assertEquals(List.of(), new UsdtNotes(ElfFile.parse(Fixtures.bytes("user/versions-x86_64.so")), 0).read());
    }

    @ParameterizedTest
    @CsvSource({"0, 1, is in no executable segment", "0, -1, is in no executable segment",
        "2, 1, is in no data segment", "2, -16, is in no data segment"})
    void addressesOutsideOfTheFile(int word, long address, String problem) {
        bytes.putLong((int) notes.offset() + DESCRIPTION + word * Long.BYTES, address);
        String message = assertThrows(ElfFormatException.class, this::read).getMessage();
        assertTrue(message.startsWith("ELF: .note.stapsdt: note at 0x0: "), message);
        assertTrue(message.endsWith("which " + problem + " of the file"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0  | 0x0 bytes are no room for three addresses",
        "23 | 0x17 bytes are no room for three addresses",
        "24 | the string at 0x18 has no terminating NUL",
        "30 | the string at 0x1e has no terminating NUL",
        "38 | the string at 0x26 has no terminating NUL"})
    void descriptionThatEndsEarly(int sizeBytes, String problem) {
        long last = file.notes(notes).getLast().offset();
        bytes.putInt((int) (notes.offset() + last) + 4, sizeBytes);
        int headers = (int) bytes.getLong(40);
        bytes.putLong(headers + notes.index() * 64 + 32, last + DESCRIPTION + sizeBytes);
        assertEquals("ELF: .note.stapsdt: note at 0x%x: %s".formatted(last, problem),
                assertThrows(ElfFormatException.class, this::read).getMessage());
    }
}
