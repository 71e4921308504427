package bpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A string table while names are read out of it. Names may share bytes, so a small file could describe gigabytes of
 * them; all names of one table together are therefore held to a small multiple of the file's size.
 */
final class ElfNames {

    /** Linkers share suffixes only, which no real file drives beyond a factor of two. */
    private static final long SHARING_LIMIT = 4;

    private final ElfBytes file;
    private final MemorySegment table;
    private long budget;

    ElfNames(ElfBytes file, MemorySegment table) {
        this.file = file;
        this.table = table;
        this.budget = file.size() * SHARING_LIMIT;
    }

    /** The name at an offset of the table; offset 0 is the empty name whatever stands there. */
    String at(long offset, String place) {
        if (offset == 0) {
            return "";
        }
        if (offset >= table.byteSize()) {
            throw file.fail(place, "name offset 0x%x is outside its string table of 0x%x bytes"
                    .formatted(offset, table.byteSize()));
        }
        long end = offset;
        while (end < table.byteSize() && table.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        if (end == table.byteSize()) {
            throw file.fail(place, "the string at 0x%x of its table has no terminating NUL".formatted(offset));
        }
        budget -= end - offset;
        if (budget < 0) {
            throw file.fail(place, "the names add up to more than %d times the file".formatted(SHARING_LIMIT));
        }
        byte[] bytes = table.asSlice(offset, end - offset).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
