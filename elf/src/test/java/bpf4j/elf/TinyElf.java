package bpf4j.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the smallest ELF files that tests need, well-formed ones first: tests then overwrite single fields. The layout
 * is header, section headers, contents; section 0 is the null section and section 1 the name table.
 */
final class TinyElf {

    static final int HEADER = 64;

    private record Section(int nameOffset, int type, long flags, byte[] contents, long size, int link, int info,
            long entrySize) {
    }

    private final ByteOrder order;
    private final ByteArrayOutputStream names = new ByteArrayOutputStream();
    private final List<Section> sections = new ArrayList<>();

    TinyElf(ByteOrder order) {
        this.order = order;
        names.write(0);
        sections.add(new Section(0, Elf.SHT_NULL, 0, new byte[0], 0, 0, 0, 0));
        sections.add(null);
    }

    /** Adds a section and returns its index. */
    int add(String name, int type, byte[] contents) {
        return add(name, type, 0, contents, contents.length, 0, 0, 0);
    }

    int add(String name, int type, long flags, byte[] contents, long size, int link, int info, long entrySize) {
        sections.add(new Section(name(name), type, flags, contents, size, link, info, entrySize));
        return sections.size() - 1;
    }

    /** A buffer in the file's byte order, for contents. */
    ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    /** One symbol table entry. */
    byte[] symbol(int name, int info, int other, int sectionIndex, long value, long size) {
        return buffer(24).putInt(name).put((byte) info).put((byte) other).putShort((short) sectionIndex)
                .putLong(value).putLong(size).array();
    }

    /** Where in the finished file a section's header starts. */
    static int headerOf(int section) {
        return HEADER + section * 64;
    }

    byte[] bytes() {
        int nameOfNames = name(".shstrtab");
        byte[] table = names.toByteArray();
        sections.set(1, new Section(nameOfNames, Elf.SHT_STRTAB, 0, table, table.length, 0, 0, 0));
        int start = HEADER + sections.size() * 64;
        int total = start + sections.stream().mapToInt(s -> s.contents.length).sum();
        ByteBuffer out = buffer(total);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1});
        out.position(16).putShort((short) Elf.ET_REL).putShort((short) Elf.EM_BPF).putInt(1);
        out.putLong(40, HEADER).putShort(52, (short) HEADER).putShort(58, (short) 64)
                .putShort(60, (short) sections.size()).putShort(62, (short) 1);
        int at = start;
        for (int i = 0; i < sections.size(); i++) {
            Section s = sections.get(i);
            out.position(headerOf(i)).putInt(s.nameOffset).putInt(s.type).putLong(s.flags).putLong(0).putLong(at)
                    .putLong(s.size).putInt(s.link).putInt(s.info).putLong(1).putLong(s.entrySize);
            out.put(at, s.contents);
            at += s.contents.length;
        }
        return out.array();
    }

    private int name(String name) {
        int at = names.size();
        names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }
}
