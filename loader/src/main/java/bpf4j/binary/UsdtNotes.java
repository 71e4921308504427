package bpf4j.binary;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfNote;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSegment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads {@code .note.stapsdt}: three addresses and three strings for each place of a probe. Tools that move the code of
 * a finished file leave the notes as they are, so the addresses are corrected by how far the section
 * {@code .stapsdt.base} has moved. Source: the SystemTap wiki's page on user space probes.
 */
final class UsdtNotes {

    private static final String SECTION = ".note.stapsdt";
    private static final String OWNER = "stapsdt";
    private static final int TYPE = 3;
    private static final int ADDRESSES_BYTES = 3 * Long.BYTES;

    private final ElfFile file;
    private final long startOffset;
    private final ValueLayout.OfLong addressLayout;
    private final List<ElfSegment> segments;
    private final OptionalLong base;

    /**
     * Makes a reader.
     *
     * @param file the file
     * @param startOffset where it starts, in bytes from the start of the file on disk that it is a part of
     */
    UsdtNotes(ElfFile file, long startOffset) {
        this.file = file;
        this.startOffset = startOffset;
        this.addressLayout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(file.order());
        this.segments = file.segments();
        this.base = file.section(".stapsdt.base").map(ElfSection::address).map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    List<UsdtProbe> read() {
        List<UsdtProbe> result = new ArrayList<>();
        for (ElfSection section : file.sections()) {
            if (section.name().equals(SECTION) && section.type() == Elf.SHT_NOTE) {
                file.notes(section).stream().filter(n -> n.owner().equals(OWNER) && n.type() == TYPE)
                        .forEach(note -> result.add(read(note)));
            }
        }
        return List.copyOf(result);
    }

    private UsdtProbe read(ElfNote note) {
        MemorySegment bytes = note.description();
        if (bytes.byteSize() < ADDRESSES_BYTES) {
            throw fail(note, "0x%x bytes are no room for three addresses".formatted(bytes.byteSize()));
        }
        long location = bytes.get(addressLayout, 0);
        long moved = base.isPresent() ? base.getAsLong() - bytes.get(addressLayout, Long.BYTES) : 0;
        long semaphore = bytes.get(addressLayout, 2 * Long.BYTES);
        long at = ADDRESSES_BYTES;
        String[] strings = new String[3];
        for (int i = 0; i < strings.length; i++) {
            long end = at;
            while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
                end++;
            }
            if (end == bytes.byteSize()) {
                throw fail(note, "the string at 0x%x has no terminating NUL".formatted(at));
            }
            strings[i] = new String(bytes.asSlice(at, end - at).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            at = end + 1;
        }
        String probe = strings[0] + ":" + strings[1];
        long address = location + moved;
        return new UsdtProbe(strings[0], strings[1], address, offset(note, probe, address, true),
                semaphore == 0 ? OptionalLong.empty() : OptionalLong.of(offset(note, probe, semaphore + moved, false)),
                strings[2], file.machine());
    }

    private long offset(ElfNote note, String probe, long address, boolean executable) {
        return segments.stream().filter(s -> s.holds(address) && s.isExecutable() == executable).findFirst()
                .map(s -> startOffset + s.fileOffset(address))
                .orElseThrow(() -> fail(note, "%s %s is at 0x%x, which is in no %s segment of the file".formatted(
                        executable ? "probe" : "the semaphore of", probe, address,
                        executable ? "executable" : "data")));
    }

    private ElfFormatException fail(ElfNote note, String problem) {
        return new ElfFormatException(
                "%s: %s: note at 0x%x: %s".formatted(file.name(), SECTION, note.offset(), problem));
    }
}
