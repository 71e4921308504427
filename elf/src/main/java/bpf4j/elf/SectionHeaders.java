package bpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Reads the section headers of a file. */
final class SectionHeaders {

    private static final int SECTION_HEADER_SIZE = 64;
    /** Contents of sections do not overlap in real files; some slack, so that reading every section stays linear. */
    private static final long OVERLAP_LIMIT = 4;

    private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]).asReadOnly();

    private final ElfBytes bytes;

    SectionHeaders(ElfBytes bytes) {
        this.bytes = bytes;
    }

    List<ElfSection> read() {
        long tableOffset = bytes.i64(40);
        int entrySize = bytes.u16(58);
        long count = bytes.u16(60);
        long nameTable = bytes.u16(62);
        if (tableOffset == 0) {
            return List.of();
        }
        if (entrySize != SECTION_HEADER_SIZE) {
            throw bytes.fail("e_shentsize", entrySize + " is not " + SECTION_HEADER_SIZE);
        }
        // With 65280 sections or more the numbers stand in the null section's header.
        if (count == 0) {
            count = bytes.i64(tableOffset + 32);
        }
        if (nameTable == Elf.SHN_XINDEX) {
            nameTable = bytes.u32(tableOffset + 40);
        }
        if (tableOffset < 0 || count < 0 || count > (bytes.size() - Math.min(tableOffset, bytes.size())) / entrySize) {
            throw bytes.fail("e_shoff", "%d section headers at 0x%x run past the end of the file at 0x%x"
                    .formatted(count, tableOffset, bytes.size()));
        }
        if (count > Integer.MAX_VALUE) {
            throw bytes.fail("e_shnum", count + " sections are more than any linker writes");
        }
        if (nameTable >= Math.max(count, 1)) {
            throw bytes.fail("e_shstrndx", "section " + nameTable + " of " + count);
        }
        ElfNames names = new ElfNames(bytes, nameTable == 0 ? EMPTY
                : contents(tableOffset + nameTable * entrySize, "section name table"));
        ElfSection[] result = new ElfSection[(int) count];
        long contentBytes = 0;
        for (int i = 0; i < result.length; i++) {
            result[i] = readSection(i, tableOffset + (long) i * entrySize, names);
            contentBytes += result[i].data().byteSize();
            if (contentBytes / OVERLAP_LIMIT > bytes.size()) {
                throw bytes.fail("section [" + i + "]",
                        "the sections up to here add up to more than %d times the file".formatted(OVERLAP_LIMIT));
            }
        }
        return List.copyOf(Arrays.asList(result));
    }

    private ElfSection readSection(int index, long at, ElfNames names) {
        String place = "section [" + index + "]";
        String sectionName = names.at(bytes.u32(at), place);
        int sectionType = bytes.i32(at + 4);
        long flags = bytes.i64(at + 8);
        long size = bytes.i64(at + 32);
        if (size < 0) {
            throw bytes.fail(place, "size 0x%x is beyond any file".formatted(size));
        }
        // A compressed section is only an error for who wants its contents, which nothing in a BPF object is.
        boolean absent = sectionType == Elf.SHT_NOBITS || sectionType == Elf.SHT_NULL;
        MemorySegment data = absent ? EMPTY : contents(at, place + " " + sectionName);
        return new ElfSection(index, sectionName, sectionType, flags, bytes.i64(at + 16), bytes.i64(at + 24), size,
                bytes.i32(at + 40), bytes.i32(at + 44), bytes.i64(at + 48), bytes.i64(at + 56), data);
    }

    private MemorySegment contents(long headerAt, String place) {
        return bytes.slice(bytes.i64(headerAt + 24), bytes.i64(headerAt + 32), place);
    }
}
