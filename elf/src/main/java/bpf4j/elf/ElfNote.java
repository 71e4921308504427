package bpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One note of a note section. Source: System V ABI, chapter 5.
 *
 * @param offset where the note starts, in bytes from the start of its section
 * @param owner who gives the type its meaning, such as {@code GNU}, without its terminating NUL
 * @param type the type
 * @param description the contents, a read-only window of the file
 */
public record ElfNote(long offset, String owner, int type, MemorySegment description) {

    private static final int HEADER_SIZE = 12;

    static List<ElfNote> readAll(ElfBytes section, int alignment) {
        List<ElfNote> result = new ArrayList<>();
        long at = 0;
        // Padding behind the last note is shorter than a note's header.
        while (section.size() - at >= HEADER_SIZE) {
            long ownerSize = section.u32(at);
            long size = section.u32(at + 4);
            long description = aligned(at + HEADER_SIZE + ownerSize, alignment);
            String place = "note at 0x%x".formatted(at);
            String owner = text(section.slice(at + HEADER_SIZE, ownerSize, place));
            result.add(new ElfNote(at, owner, section.i32(at + 8), section.slice(description, size, place)));
            at = aligned(description + size, alignment);
        }
        return List.copyOf(result);
    }

    private static long aligned(long offset, int alignment) {
        return offset + alignment - 1 & -alignment;
    }

    private static String text(MemorySegment bytes) {
        long size = bytes.byteSize();
        long length = size > 0 && bytes.get(ValueLayout.JAVA_BYTE, size - 1) == 0 ? size - 1 : size;
        return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
