package bpf4j.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes: padding, texts without an end, and sizes that lead out of the section. */
class ElfNoteTest {

    private static List<ElfNote> read(byte[] contents, ByteOrder order) {
        TinyElf file = new TinyElf(order);
        int section = file.add(".note", Elf.SHT_NOTE, contents);
        ElfFile elf = ElfFile.parse(file.bytes());
        return elf.notes(elf.section(section));
    }

    private static byte[] note(ByteOrder order, int ownerBytes, int descriptionBytes, int type, String contents) {
        byte[] text = contents.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(12 + text.length).order(order).putInt(ownerBytes).putInt(descriptionBytes)
                .putInt(type).put(text).array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void ownerAndDescriptionArePadded(String name) {
        ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] first = note(order, 2, 5, 7, "A\0..hello...");
        byte[] second = note(order, 4, 0, 8, "GNU\0");
        List<ElfNote> notes = read(ByteBuffer.allocate(first.length + second.length).put(first).put(second).array(),
                order);
        assertEquals(List.of("A 7 0", "GNU 8 24"),
                notes.stream().map(n -> "%s %d %d".formatted(n.owner(), n.type(), n.offset())).toList());
        assertEquals("hello", new String(notes.getFirst().description().toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.ISO_8859_1));
    }

    @Test
    void ownerMayLackItsEndOrBeEmpty() {
        assertEquals("ABCD", read(note(ByteOrder.LITTLE_ENDIAN, 4, 0, 1, "ABCD"), ByteOrder.LITTLE_ENDIAN)
                .getFirst().owner());
        assertEquals("", read(note(ByteOrder.LITTLE_ENDIAN, 0, 0, 1, ""), ByteOrder.LITTLE_ENDIAN).getFirst().owner());
    }

    @Test
    void paddingAtTheEndIsNoNote() {
        assertEquals(1, read(note(ByteOrder.LITTLE_ENDIAN, 4, 0, 1, "GNU\0\0\0\0\0"), ByteOrder.LITTLE_ENDIAN).size());
        assertEquals(List.of(), read(new byte[11], ByteOrder.LITTLE_ENDIAN));
    }

    @ParameterizedTest
    @CsvSource({"5, 0", "4, 1", "-1, 0", "4, -1", "2147483647, 2147483647", "0, 5"})
    void sizesThatLeaveTheSection(int ownerBytes, int descriptionBytes) {
        ElfFormatException e = assertThrows(ElfFormatException.class,
                () -> read(note(ByteOrder.LITTLE_ENDIAN, ownerBytes, descriptionBytes, 1, "GNU\0"),
                        ByteOrder.LITTLE_ENDIAN));
        assertTrue(e.getMessage().startsWith("ELF: .note: note at 0x0: "), e.getMessage());
    }
}
