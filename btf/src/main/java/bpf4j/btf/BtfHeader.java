package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The header and what it delimits: {@code struct btf_header}, in either byte order, of the length that it states
 * itself.
 *
 * @param order byte order of everything in the data
 * @param types the type section
 * @param strings the string section
 * @param layout how to skip each kind: info bytes in the low half of an element, element bytes in the high half
 */
record BtfHeader(ByteOrder order, MemorySegment types, MemorySegment strings, int[] layout) {

    static final int MAGIC = 0xeb9f;
    static final int MIN_BYTES = 24;
    static final int LAYOUT_HEADER_BYTES = 32;
    /** The kind field has 7 bits, so more descriptions than that mean nothing. */
    private static final int MAX_KINDS = 128;
    /** Offsets are kept as ints; the kernel's own limit is 16 MiB. */
    private static final long MAX_SECTION_BYTES = 1 << 30;

    /** Reads the header; the strings of a split BTF need neither be there nor start with the empty string. */
    static BtfHeader parse(MemorySegment data, boolean split, String subject) {
        if (data.byteSize() < MIN_BYTES) {
            throw fail(subject, 0, "%d bytes are less than a header".formatted(data.byteSize()));
        }
        ByteOrder order = order(data, subject);
        int version = data.get(ValueLayout.JAVA_BYTE, 2);
        if (version != 1) {
            throw fail(subject, 2, "version %d is not 1".formatted(version));
        }
        ValueLayout.OfInt word = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        long headerBytes = Integer.toUnsignedLong(data.get(word, 4));
        if (headerBytes < MIN_BYTES || headerBytes > data.byteSize()) {
            throw fail(subject, 4, "hdr_len 0x%x does not fit 0x%x bytes".formatted(headerBytes, data.byteSize()));
        }
        boolean described = headerBytes >= LAYOUT_HEADER_BYTES;
        for (long at = described ? LAYOUT_HEADER_BYTES : MIN_BYTES; at < headerBytes; at++) {
            if (data.get(ValueLayout.JAVA_BYTE, at) != 0) {
                throw fail(subject, at, "the header has a field that this version does not know");
            }
        }
        MemorySegment types = section(data, word, headerBytes, 8, "type section", subject);
        MemorySegment strings = section(data, word, headerBytes, 16, "string section", subject);
        MemorySegment layout = described
                ? section(data, word, headerBytes, 24, "layout section", subject) : data.asSlice(0, 0);
        if (types.byteSize() % 4 != 0) {
            throw fail(subject, 12, "type_len 0x%x is no multiple of 4".formatted(types.byteSize()));
        }
        checkStrings(strings, split, subject);
        return new BtfHeader(order, types, strings, readLayout(layout, order, subject));
    }

    private static void checkStrings(MemorySegment strings, boolean split, String subject) {
        if (strings.byteSize() == 0) {
            if (split) {
                return;
            }
            throw fail(subject, 20, "the string section is empty");
        }
        if (!split && strings.get(ValueLayout.JAVA_BYTE, 0) != 0) {
            throw fail(subject, 16, "the string section does not start with NUL");
        }
        if (strings.get(ValueLayout.JAVA_BYTE, strings.byteSize() - 1) != 0) {
            throw fail(subject, 16, "the string section does not end with NUL");
        }
    }

    private static ByteOrder order(MemorySegment data, String subject) {
        int magic = Short.toUnsignedInt(
                data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0));
        if (magic == MAGIC) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        if (magic == Short.toUnsignedInt(Short.reverseBytes((short) MAGIC))) {
            return ByteOrder.BIG_ENDIAN;
        }
        throw fail(subject, 0, "no BTF: the magic number is missing");
    }

    private static MemorySegment section(MemorySegment data, ValueLayout.OfInt word, long headerBytes, long field,
            String what, String subject) {
        long offset = headerBytes + Integer.toUnsignedLong(data.get(word, field));
        long size = Integer.toUnsignedLong(data.get(word, field + 4));
        if (offset > data.byteSize() || size > data.byteSize() - offset) {
            throw fail(subject, field, "the %s of 0x%x bytes at 0x%x runs past the end at 0x%x"
                    .formatted(what, size, offset, data.byteSize()));
        }
        if (size > MAX_SECTION_BYTES) {
            throw fail(subject, field + 4, "a %s of 0x%x bytes is more than the 0x%x that are read"
                    .formatted(what, size, MAX_SECTION_BYTES));
        }
        return data.asSlice(offset, size);
    }

    private static int[] readLayout(MemorySegment layout, ByteOrder order, String subject) {
        if (layout.byteSize() % 4 != 0) {
            throw fail(subject, 28, "layout_len 0x%x is no multiple of 4".formatted(layout.byteSize()));
        }
        int described = (int) Math.min(layout.byteSize() / 4, MAX_KINDS);
        int[] result = new int[Math.max(described, BtfKind.count())];
        Arrays.fill(result, -1);
        for (int kind = 0; kind < described; kind++) {
            int info = Byte.toUnsignedInt(layout.get(ValueLayout.JAVA_BYTE, kind * 4L));
            int element = Byte.toUnsignedInt(layout.get(ValueLayout.JAVA_BYTE, kind * 4L + 1));
            result[kind] = info | element << 16;
        }
        // Kinds that are known are what they are, whatever the data says of them.
        for (int kind = 1; kind < BtfKind.count(); kind++) {
            result[kind] = BtfKind.of(kind).infoBytes() | BtfKind.of(kind).elementBytes() << 16;
        }
        result[0] = -1;
        return result;
    }

    private static BtfFormatException fail(String subject, long at, String problem) {
        return new BtfFormatException("%s: 0x%x: %s".formatted(subject, at, problem));
    }
}
