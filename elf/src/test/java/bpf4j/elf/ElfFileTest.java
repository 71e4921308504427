package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsHeaderAndSections(ByteOrder order) {
        TinyElf elf = new TinyElf(order);
        int index = elf.add("maps", Elf.SHT_PROGBITS, Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[] {1, 2, 3}, 3, 7, 9, 0);
        ElfFile file = ElfFile.parse(elf.bytes()).requireBpfObject();
        assertEquals(order, file.order());
        assertEquals(Elf.ET_REL, file.type());
        assertEquals(Elf.EM_BPF, file.machine());
        ElfSection section = file.section("maps").orElseThrow();
        assertSame(section, file.section(index));
        assertEquals(index, section.index());
        assertEquals(Elf.SHF_ALLOC | Elf.SHF_WRITE, section.flags());
        assertEquals(7, section.link());
        assertEquals(9, section.info());
        assertArrayEquals(new byte[] {1, 2, 3}, section.data().toArray(ValueLayout.JAVA_BYTE));
        assertTrue(section.data().isReadOnly());
        assertEquals("", file.section(0).name());
    }

    @Test
    void contentsAreWindowsOfTheBytesGiven() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add("data", Elf.SHT_PROGBITS, new byte[] {1});
        byte[] bytes = elf.bytes();
        ElfFile file = ElfFile.parse(bytes);
        bytes[bytes.length - 1] = 42;
        assertEquals(42, file.section("data").orElseThrow().data().get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void findsTheFirstOfSeveralSectionsOfOneName() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        int first = elf.add("x", Elf.SHT_PROGBITS, new byte[1]);
        elf.add("x", Elf.SHT_PROGBITS, new byte[2]);
        assertEquals(first, ElfFile.parse(elf.bytes()).section("x").orElseThrow().index());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsSymbols(ByteOrder order) {
        TinyElf elf = new TinyElf(order);
        int strings = elf.add("strings", Elf.SHT_STRTAB, "\0prog\0".getBytes());
        ByteBuffer table = elf.buffer(72).put(new byte[24])
                .put(elf.symbol(1, Elf.STB_WEAK << 4 | Elf.STT_FUNC, Elf.STV_HIDDEN, 2, 0x10, 0x20))
                .put(elf.symbol(0, Elf.STT_SECTION, 0, Elf.SHN_ABS, -1, 0));
        elf.add("symbols", Elf.SHT_SYMTAB, 0, table.array(), 72, strings, 1, 24);
        List<ElfSymbol> symbols = ElfFile.parse(elf.bytes()).symbols();
        assertEquals(3, symbols.size());
        ElfSymbol prog = symbols.get(1);
        assertEquals(new ElfSymbol(1, "prog", 0x10, 0x20, Elf.STB_WEAK, Elf.STT_FUNC, Elf.STV_HIDDEN, 2), prog);
        assertTrue(prog.isDefined() && prog.isGlobal() && prog.isWeak() && prog.isHidden());
        assertFalse(symbols.get(0).isDefined());
        assertFalse(symbols.get(2).isDefined());
        assertEquals("", symbols.get(2).name());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsRelocationsOfBothForms(ByteOrder order) {
        TinyElf elf = new TinyElf(order);
        int symbols = elf.add("symbols", Elf.SHT_SYMTAB, 0, new byte[48], 48, 0, 0, 24);
        byte[] rel = elf.buffer(16).putLong(8).putLong(1L << 32 | Elf.R_BPF_64_64).array();
        byte[] rela = elf.buffer(24).putLong(16).putLong(1L << 32 | Elf.R_BPF_64_32).putLong(-8).array();
        int small = elf.add(".rel", Elf.SHT_REL, 0, rel, 16, symbols, 0, 16);
        int large = elf.add(".rela", Elf.SHT_RELA, 0, rela, 24, symbols, 0, 24);
        ElfFile file = ElfFile.parse(elf.bytes());
        assertEquals(List.of(new Relocation(8, Elf.R_BPF_64_64, 1, 0)), file.relocations(file.section(small)));
        assertEquals(List.of(new Relocation(16, Elf.R_BPF_64_32, 1, -8)), file.relocations(file.section(large)));
        assertThrows(ElfFormatException.class, () -> file.relocations(file.section(symbols)));
    }

    @Test
    void acceptsAFileWithoutSymbolsRelocationsOrEvenSections() {
        ElfFile file = ElfFile.parse(new TinyElf(ByteOrder.LITTLE_ENDIAN).bytes());
        assertEquals(List.of(), file.symbols());
        assertTrue(file.sections().stream().noneMatch(ElfSection::isRelocations));
        byte[] bare = new TinyElf(ByteOrder.LITTLE_ENDIAN).bytes();
        ByteBuffer.wrap(bare).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0);
        assertEquals(List.of(), ElfFile.parse(bare).sections());
    }

    @Test
    void noBitsSectionKeepsItsSizeAndHasNoContents() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add(".bss", Elf.SHT_NOBITS, 0, new byte[0], 1L << 40, 0, 0, 0);
        ElfSection bss = ElfFile.parse(elf.bytes()).section(".bss").orElseThrow();
        assertEquals(1L << 40, bss.size());
        assertEquals(0, bss.data().byteSize());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x10000, Integer.MAX_VALUE, 0xffff_ffffL, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesASectionLargerThanTheFile(long size) {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add("data", Elf.SHT_PROGBITS, 0, new byte[4], size, 0, 0, 0);
        assertFails("section [2]", elf.bytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x10000, -1, Long.MAX_VALUE, -4})
    void refusesASectionThatStartsOutsideTheFile(long offset) {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        int index = elf.add("data", Elf.SHT_PROGBITS, new byte[4]);
        assertFails("section [2]", changed(elf, b -> b.putLong(TinyElf.headerOf(index) + 24, offset)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # field offset, bytes, value, what the message names
            0,  1, 0,                    magic
            4,  1, 1,                    EI_CLASS
            5,  1, 3,                    EI_DATA
            40, 8, -1,                   e_shoff
            40, 8, 0x7fffffffffffffff,   e_shoff
            40, 8, 0x100000,             e_shoff
            58, 2, 40,                   e_shentsize
            58, 2, 0,                    e_shentsize
            60, 2, 0xfeff,               e_shoff
            62, 2, 9,                    e_shstrndx
            """)
    void refusesABrokenHeader(int offset, int bytes, String value, String named) {
        long number = Long.decode(value);
        assertFails(named, changed(new TinyElf(ByteOrder.LITTLE_ENDIAN), b -> {
            switch (bytes) {
                case 1 -> b.put(offset, (byte) number);
                case 2 -> b.putShort(offset, (short) number);
                default -> b.putLong(offset, number);
            }
        }));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, Long.MAX_VALUE, -1})
    void refusesAnExtendedSectionCountBeyondTheFile(long count) {
        assertFails("e_shoff", changed(new TinyElf(ByteOrder.LITTLE_ENDIAN),
                b -> b.putShort(60, (short) 0).putLong(TinyElf.headerOf(0) + 32, count)));
    }

    @Test
    void readsSectionCountAndNameTableFromTheNullSection() {
        TinyElf elf = new TinyElf(ByteOrder.BIG_ENDIAN);
        elf.add("x", Elf.SHT_PROGBITS, new byte[1]);
        byte[] bytes = elf.bytes();
        ByteBuffer.wrap(bytes).putShort(60, (short) 0).putShort(62, (short) Elf.SHN_XINDEX)
                .putLong(TinyElf.headerOf(0) + 32, 3).putInt(TinyElf.headerOf(0) + 40, 1);
        assertTrue(ElfFile.parse(bytes).section("x").isPresent());
    }

    @Test
    void refusesFilesThatEndInsideTheHeader() {
        byte[] bytes = new TinyElf(ByteOrder.LITTLE_ENDIAN).bytes();
        for (int size = 0; size < TinyElf.HEADER; size++) {
            MemorySegment part = MemorySegment.ofArray(bytes).asSlice(0, size);
            assertThrows(ElfFormatException.class, () -> ElfFile.parse(part, "part"));
        }
    }

    @Test
    void refusesNamesOutsideTheirTableOrWithoutEnd() {
        assertFails("section [1]", changed(new TinyElf(ByteOrder.LITTLE_ENDIAN),
                b -> b.putInt(TinyElf.headerOf(1), 0xffff_fff0)));
        byte[] unterminated = new TinyElf(ByteOrder.LITTLE_ENDIAN).bytes();
        unterminated[unterminated.length - 1] = 'x';
        assertFails("terminating NUL", unterminated);
    }

    @Test
    void refusesNamesThatShareBytesInExcess() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        byte[] strings = "x".repeat(4000).getBytes();
        strings[0] = 0;
        strings[3999] = 0;
        int table = elf.add("strings", Elf.SHT_STRTAB, strings);
        ByteBuffer symbols = elf.buffer(24 * 1000);
        for (int i = 0; i < 1000; i++) {
            symbols.put(elf.symbol(1 + i, 0, 0, 0, 0, 0));
        }
        elf.add("symbols", Elf.SHT_SYMTAB, 0, symbols.array(), symbols.capacity(), table, 0, 24);
        ElfFile file = ElfFile.parse(elf.bytes());
        assertTrue(assertThrows(ElfFormatException.class, file::symbols).getMessage().contains("times the file"));
    }

    @Test
    void refusesSectionsThatOverlapInExcess() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 20; i++) {
            elf.add("s", Elf.SHT_PROGBITS, new byte[10]);
        }
        byte[] bytes = elf.bytes();
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 2; i < 22; i++) {
            file.putLong(TinyElf.headerOf(i) + 24, 0).putLong(TinyElf.headerOf(i) + 32, bytes.length);
        }
        assertFails("add up to", bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,24", "23,24", "24,25", "8,16"})
    void refusesTablesOfStrangeEntrySize(long entrySize, int size) {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add("symbols", Elf.SHT_SYMTAB, 0, new byte[size], size, 1, 0, entrySize);
        int rel = elf.add(".rel", Elf.SHT_REL, 0, new byte[size], size, 2, 0, entrySize);
        ElfFile file = ElfFile.parse(elf.bytes());
        assertThrows(ElfFormatException.class, file::symbols);
        assertThrows(ElfFormatException.class, () -> file.relocations(file.section(rel)));
    }

    @Test
    void refusesCompressedTables() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add("symbols", Elf.SHT_SYMTAB, Elf.SHF_COMPRESSED, new byte[24], 24, 1, 0, 24);
        ElfFile file = ElfFile.parse(elf.bytes());
        assertTrue(assertThrows(ElfFormatException.class, file::symbols).getMessage().contains("compressed"));
    }

    @Test
    void symbolsSectionIndexOutOfRangeIsAnErrorOfWhoFollowsIt() {
        TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
        elf.add("symbols", Elf.SHT_SYMTAB, 0, elf.symbol(0, 0, 0, 77, 0, 0), 24, 1, 0, 24);
        ElfFile file = ElfFile.parse(elf.bytes());
        ElfSymbol symbol = file.symbols().getFirst();
        assertTrue(symbol.isDefined());
        assertThrows(ElfFormatException.class, () -> file.section(symbol.sectionIndex()));
        assertThrows(ElfFormatException.class, () -> file.section(-1));
    }

    @Test
    void refusesARelocationAgainstASymbolOutsideTheTable() {
        for (long symbol : new long[] {1, 0x7fff_ffffL, 0xffff_ffffL}) {
            TinyElf elf = new TinyElf(ByteOrder.LITTLE_ENDIAN);
            int symbols = elf.add("symbols", Elf.SHT_SYMTAB, 0, new byte[24], 24, 1, 0, 24);
            byte[] rel = elf.buffer(16).putLong(0).putLong(symbol << 32 | Elf.R_BPF_64_64).array();
            int index = elf.add(".rel", Elf.SHT_REL, 0, rel, 16, symbols, 0, 16);
            ElfFile file = ElfFile.parse(elf.bytes());
            assertThrows(ElfFormatException.class, () -> file.relocations(file.section(index)));
        }
    }

    @Test
    void followsExtendedSectionIndices() {
        assertEquals(0x12345, extended(0x12345, true).symbols().getFirst().sectionIndex());
        assertThrows(ElfFormatException.class, () -> extended(0x12345, false).symbols());
        assertThrows(ElfFormatException.class, () -> extended(Elf.SHN_ABS, true).symbols());
        assertThrows(ElfFormatException.class, () -> extended(-1, true).symbols());
    }

    private static ElfFile extended(int index, boolean present) {
        TinyElf elf = new TinyElf(ByteOrder.BIG_ENDIAN);
        int symbols = elf.add("symbols", Elf.SHT_SYMTAB, 0, elf.symbol(0, 0, 0, Elf.SHN_XINDEX, 0, 0), 24, 1, 0, 24);
        if (present) {
            elf.add("indices", Elf.SHT_SYMTAB_SHNDX, 0, elf.buffer(4).putInt(index).array(), 4, symbols, 0, 4);
        }
        return ElfFile.parse(elf.bytes());
    }

    @ParameterizedTest
    @CsvSource({"247,1,true", "0,1,true", "62,1,false", "247,2,false", "247,0,false"})
    void tellsBpfObjectsFromOtherFiles(int machine, int type, boolean accepted) {
        ElfFile file = ElfFile.parse(changed(new TinyElf(ByteOrder.LITTLE_ENDIAN),
                b -> b.putShort(16, (short) type).putShort(18, (short) machine)));
        if (accepted) {
            assertSame(file, file.requireBpfObject());
        } else {
            assertThrows(ElfFormatException.class, file::requireBpfObject);
        }
    }

    @Test
    void readsFilesAndNamesThemInMessages(@TempDir Path folder) throws IOException {
        Path good = Files.write(folder.resolve("good.o"), new TinyElf(ByteOrder.LITTLE_ENDIAN).bytes());
        assertEquals("good.o", ElfFile.read(good).name());
        Path text = Files.writeString(folder.resolve("text.o"), "int main(void) { return 0; }");
        assertEquals("text.o: 0x0: not an ELF file (the magic number is missing)",
                assertThrows(ElfFormatException.class, () -> ElfFile.read(text)).getMessage());
        assertThrows(IOException.class, () -> ElfFile.read(folder.resolve("missing.o")));
    }

    @Test
    void readsFixturesOfBothByteOrders() throws IOException {
        for (Path object : Fixtures.objects()) {
            ElfFile file = ElfFile.read(object).requireBpfObject();
            boolean little = object.toString().endsWith("-el.o");
            assertEquals(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, file.order(), file.name());
            assertEquals(file.section(".symtab").orElseThrow().size() / 24, file.symbols().size(), file.name());
        }
    }

    private static byte[] changed(TinyElf elf, Consumer<ByteBuffer> change) {
        byte[] bytes = elf.bytes();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private static void assertFails(String named, byte[] bytes) {
        String message = assertThrows(ElfFormatException.class, () -> ElfFile.parse(bytes)).getMessage();
        assertTrue(message.startsWith("ELF: ") && message.contains(named), message);
    }
}
