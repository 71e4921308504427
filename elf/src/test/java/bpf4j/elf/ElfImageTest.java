package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files that are loaded have beyond objects: segments, and symbols with versions. */
class ElfImageTest {

    private static final String PROBED = "user/probed-x86_64.elf";
    private static final String VERSIONS = "user/versions-x86_64.so";

    private static ByteBuffer bytes(String name) {
        return ByteBuffer.wrap(Fixtures.bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ElfSymbol symbol(ElfFile file, String name) {
        return file.symbols().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void offsetInTheFileIsCountedFromTheSegment() {
        ElfFile file = ElfFile.parse(Fixtures.bytes(PROBED));
        for (String name : List.of("probed_add", "probed_semaphore")) {
            ElfSymbol symbol = symbol(file, name);
            ElfSection section = file.section(symbol.sectionIndex());
            assertEquals(OptionalLong.of(symbol.value() - section.address() + section.offset()),
                    file.fileOffset(symbol.value()), name);
            assertTrue(symbol.value() != file.fileOffset(symbol.value()).getAsLong(), "address is offset");
        }
    }

    @Test
    void addressesOutsideOfTheFile() {
        ElfFile file = ElfFile.parse(Fixtures.bytes(PROBED));
        ElfSegment last = file.segments().stream().filter(s -> s.type() == Elf.PT_LOAD).toList().getLast();
        long end = last.address() + last.fileSize();
        assertTrue(file.fileOffset(end - 1).isPresent());
        assertEquals(OptionalLong.empty(), file.fileOffset(end));
        assertEquals(OptionalLong.empty(), file.fileOffset(0));
        assertEquals(OptionalLong.empty(), file.fileOffset(-1));
    }

    @Test
    void memoryThatIsNotInTheFileHasNoOffset() {
        ElfSegment segment = new ElfSegment(Elf.PT_LOAD, Elf.PF_W, 0x100, 0x2000, 0x10, 0x1000, 8);
        assertTrue(segment.holds(0x200f));
        assertEquals(false, segment.holds(0x2010));
        assertEquals(false, segment.isExecutable());
        ElfSegment top = new ElfSegment(Elf.PT_LOAD, Elf.PF_X, 0, -0x1000, 0x1000, 0x1000, 8);
        assertTrue(top.holds(-1) && !top.holds(0) && top.isExecutable());
    }

    @Test
    void objectHasNoSegments() throws IOException {
        ElfFile file = ElfFile.read(Fixtures.object("maps-el.o"));
        assertEquals(List.of(), file.segments());
        assertEquals(OptionalLong.empty(), file.fileOffset(0));
    }

    @ParameterizedTest
    @CsvSource({"54, 55, e_phentsize", "56, 20000, e_phoff", "32, -16, e_phoff"})
    void damagedProgramHeaders(int at, short value, String place) {
        ByteBuffer bytes = bytes(PROBED);
        if (at == 32) {
            bytes.putLong(at, value);
        } else {
            bytes.putShort(at, value);
        }
        // Nobody who needs none of them is disturbed.
        ElfFile file = ElfFile.parse(bytes.array());
        assertTrue(assertThrows(ElfFormatException.class, file::segments).getMessage()
                .startsWith("ELF: " + place + ": "));
    }

    @Test
    void versionsOfSymbols() {
        ElfFile file = ElfFile.parse(Fixtures.bytes(VERSIONS));
        ElfSymbolVersions versions = file.symbolVersions();
        assertEquals(List.of("imported", "versioned@BPF4J_1.0", "versioned@@BPF4J_2.0", "weak@@BPF4J_2.0"),
                file.symbolStream(Elf.SHT_DYNSYM).filter(s -> s.name().matches("versioned|weak|imported"))
                        .map(s -> s.name() + versions.of(s).map(Object::toString).orElse("")).toList());
    }

    @Test
    void fileWithoutVersions() {
        ElfFile file = ElfFile.parse(Fixtures.bytes(PROBED));
        assertTrue(file.symbolVersions().of(symbol(file, "probed_add")).isEmpty());
    }

    @Test
    void versionThatIsNotThere() {
        ByteBuffer bytes = bytes(VERSIONS);
        ElfFile file = ElfFile.parse(bytes.array());
        ElfSection versym = file.section(".gnu.version").orElseThrow();
        bytes.putShort((int) versym.offset() + 2 * 2, (short) 9);
        ElfSymbol symbol = file.symbolStream(Elf.SHT_DYNSYM).skip(2).findFirst().orElseThrow();
        assertTrue(assertThrows(ElfFormatException.class, () -> file.symbolVersions().of(symbol)).getMessage()
                .contains("there is no version 9"));
    }

    @Test
    void listOfVersionsThatLeavesItsSection() {
        ByteBuffer bytes = bytes(VERSIONS);
        ElfFile file = ElfFile.parse(bytes.array());
        ElfSection verdef = file.section(".gnu.version_d").orElseThrow();
        bytes.putInt((int) verdef.offset() + 16, 0x7fff_ffff);
        assertTrue(assertThrows(ElfFormatException.class, file::symbolVersions).getMessage()
                .startsWith("ELF: .gnu.version_d: "));
    }

    @Test
    void mappedFileIsTheSameAsTheOneRead() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ElfFile mapped = ElfFile.map(Fixtures.path(VERSIONS), arena);
            assertEquals(ElfFile.read(Fixtures.path(VERSIONS)).symbols(), mapped.symbols());
            assertEquals("versions-x86_64.so", mapped.name());
        }
    }

    @Test
    void filesOf32BitsAreRefusedBySayingSo() {
        ElfFormatException e = assertThrows(ElfFormatException.class,
                () -> ElfFile.parse(Fixtures.bytes("malformed/i386.o")));
        assertEquals("ELF: EI_CLASS: 1 is not ELFCLASS64 (2): 32-bit files are not read", e.getMessage());
    }
}
