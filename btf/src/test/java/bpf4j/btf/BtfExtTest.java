package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BtfExtTest {

    private final BtfBuilder strings = new BtfBuilder();
    private final int xdp = strings.string("xdp");
    private final int tc = strings.string("tc");
    private final int access = strings.string("0:1:2");

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private BtfExt parse(byte[] ext, ByteOrder order) {
        return BtfExt.parse(MemorySegment.ofArray(ext), strings.build(order, ".BTF"));
    }

    private void assertFails(String problem, byte[] ext) {
        String message = assertThrows(BtfFormatException.class, () -> parse(ext, ByteOrder.LITTLE_ENDIAN)).getMessage();
        assertTrue(message.startsWith(".BTF.ext: 0x") && message.contains(problem), message);
    }

    /** The section with its three parts, each as words: record size, then sections of name, count and records. */
    private static byte[] ext(ByteOrder order, int headerBytes, int[]... parts) {
        int size = headerBytes + Stream.of(parts).mapToInt(p -> p.length * 4).sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(order);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(headerBytes);
        int at = 0;
        for (int[] part : parts) {
            if (out.position() < headerBytes) {
                out.putInt(at).putInt(part.length * 4);
            }
            at += part.length * 4;
        }
        out.position(headerBytes);
        for (int[] part : parts) {
            for (int word : part) {
                out.putInt(word);
            }
        }
        return out.array();
    }

    private static byte[] core(int... part) {
        return ext(ByteOrder.LITTLE_ENDIAN, 32, new int[0], new int[0], part);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsTheThreeParts(ByteOrder order) {
        BtfExt ext = parse(ext(order, 32,
                new int[] {8, xdp, 1, 0, 5, tc, 2, 0, 6, 64, 7},
                new int[] {16, xdp, 1, 8, xdp, access, 12 << 10 | 7},
                new int[] {16, tc, 1, 24, 9, access, 12}), order);
        assertEquals(List.of("xdp", "tc"), List.copyOf(ext.funcInfo().keySet()));
        assertEquals(List.of(new FuncInfo(0, 5)), ext.funcInfo().get("xdp"));
        assertEquals(List.of(new FuncInfo(0, 6), new FuncInfo(64, 7)), ext.funcInfo().get("tc"));
        LineInfo line = ext.lineInfo().get("xdp").getFirst();
        assertEquals(new LineInfo(8, xdp, access, 12 << 10 | 7), line);
        assertEquals(12, line.line());
        assertEquals(7, line.column());
        assertEquals(List.of(new CoreRelocation(24, 9, "0:1:2", CoreKind.BPF_CORE_TYPE_MATCHES)),
                ext.coreRelocations().get("tc"));
    }

    @Test
    void sectionsNamedTwiceAreOne() {
        BtfExt ext = parse(core(16, tc, 1, 0, 1, access, 0, xdp, 1, 0, 1, access, 0, tc, 1, 8, 1, access, 1),
                ByteOrder.LITTLE_ENDIAN);
        assertEquals(List.of("tc", "xdp"), List.copyOf(ext.coreRelocations().keySet()));
        assertEquals(List.of(0L, 8L),
                ext.coreRelocations().get("tc").stream().map(CoreRelocation::insnOffsetBytes).toList());
    }

    @Test
    void readsRecordsLargerThanKnown() {
        BtfExt ext = parse(ext(ByteOrder.LITTLE_ENDIAN, 32,
                new int[] {12, xdp, 2, 0, 5, 99, 8, 6, 99},
                new int[] {20, xdp, 1, 8, 1, 2, 3, 99},
                new int[] {24, tc, 1, 24, 9, access, 0, 99, 99}), ByteOrder.LITTLE_ENDIAN);
        assertEquals(List.of(new FuncInfo(0, 5), new FuncInfo(8, 6)), ext.funcInfo().get("xdp"));
        assertEquals(new LineInfo(8, 1, 2, 3), ext.lineInfo().get("xdp").getFirst());
        assertEquals("0:1:2", ext.coreRelocations().get("tc").getFirst().access());
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 28})
    void shortHeaderHasNoCoreRelocations(int headerBytes) {
        byte[] bytes = ext(ByteOrder.LITTLE_ENDIAN, headerBytes, new int[] {8, xdp, 1, 0, 5}, new int[0]);
        BtfExt ext = parse(bytes, ByteOrder.LITTLE_ENDIAN);
        assertEquals(1, ext.funcInfo().size());
        assertTrue(ext.coreRelocations().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {28, 36, 64})
    void longerHeaderMustBeZeroWhereUnknown(int headerBytes) {
        byte[] bytes = ext(ByteOrder.LITTLE_ENDIAN, headerBytes);
        parse(bytes, ByteOrder.LITTLE_ENDIAN);
        bytes[headerBytes - 1] = 1;
        assertFails("does not know", bytes);
    }

    @Test
    void emptyPartsHaveNoRecords() {
        BtfExt nothing = parse(ext(ByteOrder.LITTLE_ENDIAN, 32), ByteOrder.LITTLE_ENDIAN);
        assertTrue(nothing.funcInfo().isEmpty() && nothing.lineInfo().isEmpty() && nothing.coreRelocations().isEmpty());
        assertTrue(parse(core(16), ByteOrder.LITTLE_ENDIAN).coreRelocations().isEmpty());
    }

    @Test
    void startsAtAnyAddress() {
        byte[] bytes = core(16, tc, 1, 24, 9, access, 0);
        byte[] shifted = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, shifted, 1, bytes.length);
        Btf btf = strings.build(ByteOrder.LITTLE_ENDIAN, ".BTF");
        BtfExt ext = BtfExt.parse(MemorySegment.ofArray(shifted).asSlice(1), btf);
        assertEquals(1, ext.coreRelocations().get("tc").size());
    }

    @Test
    void refusesBrokenHeaders() {
        assertFails("less than a header", new byte[0]);
        assertFails("less than a header", new byte[23]);
        assertFails("magic", new byte[32]);
        assertFails("byte order", ext(ByteOrder.BIG_ENDIAN, 32));
        byte[] version = ext(ByteOrder.LITTLE_ENDIAN, 32);
        version[2] = 3;
        assertFails("version 3", version);
        for (int length : new int[] {0, 23, 33, -1}) {
            byte[] bytes = ext(ByteOrder.LITTLE_ENDIAN, 32);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length);
            assertFails("hdr_len", bytes);
        }
    }

    @Test
    void refusesPartsOutsideTheSection() {
        for (int[] part : new int[][] {{0, 1000}, {1000, 4}, {-4, 8}, {8, -4}, {2, 8}}) {
            byte[] bytes = core(16, tc, 1, 24, 9, access, 0);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(24, part[0]).putInt(28, part[1]);
            assertFails("core_relo part", bytes);
        }
    }

    @Test
    void refusesStrangeRecordSizes() {
        for (int size : new int[] {0, 8, 15, 18}) {
            assertFails("records of", core(size, tc, 1, 24, 9, access, 0));
        }
    }

    @Test
    void refusesCountsThatDoNotFitAndAllocatesNothingForThem() {
        assertFails("do not fit", core(-4, tc, 1, 24, 9, access, 0));
        for (int count : new int[] {0, 2, 0x7fff_ffff, -1, 0x1000_0001}) {
            assertFails("do not fit", core(16, tc, count, 24, 9, access, 0));
        }
        assertFails("inside a section header", core(16, tc, 1, 24, 9, access, 0, tc));
        byte[] short4 = core(16, tc);
        ByteBuffer.wrap(short4).order(ByteOrder.LITTLE_ENDIAN).putInt(28, 3);
        assertFails("no record size", short4);
    }

    @Test
    void refusesUnknownCoreKindsAndStringsOutside() {
        assertFails("CO-RE relocation kind 13", core(16, tc, 1, 24, 9, access, 13));
        assertFails("kind 4294967295", core(16, tc, 1, 24, 9, access, -1));
        assertThrows(BtfFormatException.class,
                () -> parse(core(16, tc, 1, 24, 9, 9999, 0), ByteOrder.LITTLE_ENDIAN));
        assertThrows(BtfFormatException.class,
                () -> parse(core(16, -1, 1, 24, 9, access, 0), ByteOrder.LITTLE_ENDIAN));
    }

    @Test
    void refusesAccessStringsThatShareBytesInExcess() {
        int text = strings.string("0:".repeat(2000));
        List<Integer> words = new ArrayList<>(List.of(16, tc, 500));
        for (int i = 0; i < 500; i++) {
            words.addAll(List.of(i * 8, 1, text + i, 0));
        }
        assertFails("add up to", core(words.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Test
    void modelCannotBeChanged() {
        BtfExt ext = parse(core(16, tc, 1, 24, 9, access, 0), ByteOrder.LITTLE_ENDIAN);
        assertThrows(UnsupportedOperationException.class, () -> ext.coreRelocations().clear());
        assertThrows(UnsupportedOperationException.class, () -> ext.coreRelocations().get("tc").clear());
    }

    static Stream<Path> objects() {
        return BtfFixtures.objects().stream().filter(o -> BtfFixtures.section(o, ".BTF.ext").isPresent());
    }

    @ParameterizedTest
    @MethodSource("objects")
    void compilersRecordsMakeSense(Path object) throws IOException {
        Btf btf = Btf.read(object);
        BtfExt ext = BtfExt.parse(MemorySegment.ofArray(BtfFixtures.section(object, ".BTF.ext").orElseThrow()), btf);
        assertFalse(ext.funcInfo().isEmpty());
        ext.funcInfo().values().forEach(l -> l.forEach(r -> {
            assertInstanceOf(BtfType.Func.class, btf.type(r.typeId()));
            assertEquals(0, r.insnOffsetBytes() % 8);
        }));
        ext.lineInfo().values().forEach(l -> l.forEach(r -> {
            assertTrue(btf.stringAt(r.fileNameOffset()).matches(".*\\.[ch]"));
            assertTrue(r.line() > 0);
        }));
        ext.coreRelocations().values().forEach(l -> l.forEach(r -> {
            assertTrue(r.access().matches("\\d+(:\\d+)*"), r.access());
            btf.type(r.typeId());
        }));
    }
}
