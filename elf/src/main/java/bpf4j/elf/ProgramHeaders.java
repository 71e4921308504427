package bpf4j.elf;

import java.util.ArrayList;
import java.util.List;

/** Reads the program headers of a file. */
final class ProgramHeaders {

    private static final int PROGRAM_HEADER_SIZE = 56;

    private final ElfBytes bytes;
    private final List<ElfSection> sections;

    ProgramHeaders(ElfBytes bytes, List<ElfSection> sections) {
        this.bytes = bytes;
        this.sections = sections;
    }

    List<ElfSegment> read() {
        long tableOffset = bytes.i64(32);
        int entrySize = bytes.u16(54);
        long count = bytes.u16(56);
        if (tableOffset == 0) {
            return List.of();
        }
        if (entrySize != PROGRAM_HEADER_SIZE) {
            throw bytes.fail("e_phentsize", entrySize + " is not " + PROGRAM_HEADER_SIZE);
        }
        // With 65535 segments or more the number stands in the null section's header.
        if (count == 0xffff && !sections.isEmpty()) {
            count = sections.getFirst().info() & 0xffff_ffffL;
        }
        if (tableOffset < 0 || count > (bytes.size() - Math.min(tableOffset, bytes.size())) / entrySize) {
            throw bytes.fail("e_phoff", "%d program headers at 0x%x run past the end of the file at 0x%x"
                    .formatted(count, tableOffset, bytes.size()));
        }
        List<ElfSegment> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(readSegment(tableOffset + (long) i * entrySize));
        }
        return List.copyOf(result);
    }

    private ElfSegment readSegment(long at) {
        return new ElfSegment(bytes.i32(at), bytes.i32(at + 4), bytes.i64(at + 8), bytes.i64(at + 16),
                bytes.i64(at + 32), bytes.i64(at + 40), bytes.i64(at + 48));
    }
}
