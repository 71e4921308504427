package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code .BTF.ext} section: func info, line info and CO-RE records, grouped by the ELF section that they speak of.
 * Immutable and thread-safe. Source: {@code Documentation/bpf/btf.rst}, section 4.2.
 */
public final class BtfExt {

    private static final int HEADER_BYTES = 24;
    private static final int CORE_HEADER_BYTES = 32;

    private final Map<String, List<FuncInfo>> funcInfo;
    private final Map<String, List<LineInfo>> lineInfo;
    private final Map<String, List<CoreRelocation>> coreRelocations;

    private BtfExt(MemorySegment data, Btf btf) {
        Reader reader = new Reader(data, btf);
        this.funcInfo = reader.part(8, "func_info", 8,
                at -> new FuncInfo(reader.u32(at), reader.i32(at + 4)));
        this.lineInfo = reader.part(16, "line_info", 16, at ->
                new LineInfo(reader.u32(at), reader.i32(at + 4), reader.i32(at + 8), reader.i32(at + 12)));
        this.coreRelocations = reader.headerBytes < CORE_HEADER_BYTES ? Map.of()
                : reader.part(24, "core_relo", 16, at -> new CoreRelocation(reader.u32(at), reader.i32(at + 4),
                        reader.string(at + 8), CoreKind.of(reader.i32(at + 12), new Place(at))));
    }

    /**
     * Parses the section.
     *
     * @param data the contents of {@code .BTF.ext}, in the byte order of {@code btf}, at any alignment; not kept
     * @param btf the object's BTF, which holds the strings
     * @return the model
     * @throws BtfFormatException if it is malformed or empty, or has a CO-RE record of an unknown kind. Type ids and
     *     the strings of line info are checked by whoever uses them
     */
    public static BtfExt parse(MemorySegment data, Btf btf) {
        return new BtfExt(data, btf);
    }

    /** {@return the func info records by ELF section name, sections and records in file order} */
    public Map<String, List<FuncInfo>> funcInfo() {
        return funcInfo;
    }

    /** {@return the line info records by ELF section name, sections and records in file order} */
    public Map<String, List<LineInfo>> lineInfo() {
        return lineInfo;
    }

    /** {@return the CO-RE records by ELF section name, sections and records in file order} */
    public Map<String, List<CoreRelocation>> coreRelocations() {
        return coreRelocations;
    }

    @FunctionalInterface
    private interface RecordReader<T> {
        T read(long at);
    }

    /**
     * Where something stands, as messages say it: there is one for each of many records, so it is not text before it
     * has to be.
     */
    private record Place(long at) {

        @Override
        public String toString() {
            return ".BTF.ext: 0x%x".formatted(at);
        }
    }

    private static final class Reader {

        private final MemorySegment data;
        private final NameBudget names;
        private final Words words;
        private final long headerBytes;

        Reader(MemorySegment data, Btf btf) {
            this.data = data;
            this.names = new NameBudget(btf, Math.addExact(data.byteSize(), btf.totalBytes()));
            this.words = new Words(data, btf.order());
            if (data.byteSize() < HEADER_BYTES) {
                throw fail(0, "%d bytes are less than a header".formatted(data.byteSize()));
            }
            int magic = Short.toUnsignedInt(
                    data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(btf.order()), 0));
            if (magic != BtfHeader.MAGIC) {
                throw fail(0, "the magic number is missing, or the byte order is not that of .BTF");
            }
            if (data.get(ValueLayout.JAVA_BYTE, 2) != 1) {
                throw fail(2, "version %d is not 1".formatted(data.get(ValueLayout.JAVA_BYTE, 2)));
            }
            this.headerBytes = u32(4);
            if (headerBytes < HEADER_BYTES || headerBytes > data.byteSize()) {
                throw fail(4, "hdr_len 0x%x does not fit 0x%x bytes".formatted(headerBytes, data.byteSize()));
            }
            boolean core = headerBytes >= CORE_HEADER_BYTES;
            for (long at = core ? CORE_HEADER_BYTES : HEADER_BYTES; at < headerBytes; at++) {
                if (data.get(ValueLayout.JAVA_BYTE, at) != 0) {
                    throw fail(at, "the header has a field that this version does not know");
                }
            }
        }

        int i32(long at) {
            return words.at(at);
        }

        long u32(long at) {
            return Integer.toUnsignedLong(i32(at));
        }

        String string(long at) {
            return names.at(i32(at), new Place(at));
        }

        /** One info part: record size, then for each section its name, a count and the records. */
        <T> Map<String, List<T>> part(long field, String what, int minRecordBytes, RecordReader<T> records) {
            long at = headerBytes + u32(field);
            long size = u32(field + 4);
            if (size == 0) {
                return Map.of();
            }
            if (at > data.byteSize() || size > data.byteSize() - at) {
                throw fail(field, "the %s part of 0x%x bytes at 0x%x runs past the end at 0x%x"
                        .formatted(what, size, at, data.byteSize()));
            }
            if (u32(field) % 4 != 0) {
                throw fail(field, "the %s part starts at 0x%x, which is no multiple of 4".formatted(what, u32(field)));
            }
            long end = at + size;
            if (size < 4) {
                throw fail(at, "the %s part has no record size".formatted(what));
            }
            long recordBytes = u32(at);
            if (recordBytes < minRecordBytes || recordBytes % 4 != 0) {
                throw fail(at, "%s records of %d bytes, not a multiple of 4 from %d"
                        .formatted(what, recordBytes, minRecordBytes));
            }
            Map<String, List<T>> result = new LinkedHashMap<>();
            at += 4;
            while (at < end) {
                if (end - at < 8) {
                    throw fail(at, "the %s part ends inside a section header".formatted(what));
                }
                String section = string(at);
                long count = u32(at + 4);
                at += 8;
                if (count == 0 || count > (end - at) / recordBytes) {
                    throw fail(at - 4, "%d %s records for section '%s' do not fit".formatted(count, what, section));
                }
                List<T> list = result.computeIfAbsent(section, _ -> new ArrayList<>());
                for (long i = 0; i < count; i++, at += recordBytes) {
                    list.add(records.read(at));
                }
            }
            result.replaceAll((_, list) -> List.copyOf(list));
            return Collections.unmodifiableMap(result);
        }

        private static BtfFormatException fail(long at, String problem) {
            return new BtfFormatException(new Place(at) + ": " + problem);
        }
    }
}
