package bpf4j.map;

import static bpf4j.map.CodecTest.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.BtfType.Member;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BtfRecordsTest {

    static Btf types(String object) {
        try {
            return BpfObject.read(Fixtures.nativeObject(object)).btf().orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static <R extends Record> Codec<R> match(Class<R> type, String object, String struct) {
        Btf btf = types(object);
        return Codec.of(type, btf, btf.find(struct, BtfKind.BTF_KIND_STRUCT).orElseThrow());
    }

    record Flow(int from, short port, byte protocol) {
    }

    /** What a compiler laid out is what this lays out without being told. */
    @Test
    void naturalLayoutIsTheCompilers() {
        Codec<Flow> natural = Codec.of(Flow.class);
        Codec<Flow> matched = match(Flow.class, "maps_families", "flow");
        assertEquals(natural.sizeBytes(), matched.sizeBytes());
        Flow flow = new Flow(0x01020304, (short) 443, (byte) 6);
        assertArrayEquals(bytes(natural, flow), bytes(matched, flow));
        assertEquals(flow, natural.read(MemorySegment.ofArray(bytes(matched, flow)), 0));
    }

    record Backwards(int protocol, int port, long from) {
    }

    @Test
    void goesByNameAndWidensAsTheMemberHasASignOrNot() {
        Codec<Backwards> codec = match(Backwards.class, "maps_families", "flow");
        Flow flow = new Flow(-2, (short) -1, (byte) -3);
        Backwards read = codec.read(MemorySegment.ofArray(bytes(Codec.of(Flow.class), flow)), 0);
        assertEquals(new Backwards(253, 65535, 4294967294L), read);
        assertArrayEquals(bytes(Codec.of(Flow.class), flow), bytes(codec, read));
        assertEquals("Backwards.port: 65536 does not fit 16 bits", assertThrows(IllegalArgumentException.class,
                () -> bytes(codec, new Backwards(0, 65536, 0))).getMessage());
        assertEquals("Backwards.from: -1 does not fit 32 bits", assertThrows(IllegalArgumentException.class,
                () -> bytes(codec, new Backwards(0, 0, -1))).getMessage());
    }

    record Point(short x, short y) {
    }

    record Halves(int low, int high) {
    }

    record Either(long whole) {
    }

    record All(boolean flag, byte letter, byte tiny, int byte_, int small, int port, long number, int count, long big,
            long huge, int three, int five, int cross, int color, long mask, long pointer, String name, byte[] raw,
            short[] ports, byte[] grid, Point point, Point[] points, byte[] bytes4, Either either, byte[] real,
            byte[] wide) {
    }

    /**
     * {@code byte} is no name for a component, and the struct is the compiler's: so this one is made from its members.
     */
    private static Btf renamed() {
        Btf btf = types("maps_values");
        BtfBuilder builder = BtfBuilder.copyOf(btf);
        int id = btf.find("all", BtfKind.BTF_KIND_STRUCT).orElseThrow();
        BtfType.Struct all = (BtfType.Struct) btf.type(id);
        builder.set(id, new BtfType.Struct("all", all.sizeBytes(), all.bitfieldEncoding(), all.members().stream().map(
                m -> m.name().equals("byte") ? new Member("byte_", m.typeId(), m.offsetBits(), m.bitfieldBits()) : m)
                .toList()));
        return builder.build(ByteOrder.nativeOrder(), "renamed");
    }

    @Test
    void takesEveryKindOfMember() {
        Btf btf = renamed();
        int id = btf.find("all", BtfKind.BTF_KIND_STRUCT).orElseThrow();
        Codec<All> codec = Codec.of(All.class, btf, id);
        assertEquals(btf.sizeBytes(id), codec.sizeBytes());
        All all = new All(true, (byte) 'J', (byte) -1, 200, -300, 65535, -70000, (int) 4000000000L, -5000000000L, -1, 6,
                -7, 12345, -2, 1L << 40, 0x1234, "bpf", new byte[] {1, 0, 0, 0}, new short[] {22, 0, 443},
                new byte[] {0, 0, 0, 0, 0, 9}, new Point((short) -3, (short) 0),
                new Point[] {new Point((short) 1, (short) 2), new Point((short) 3, (short) 4)},
                new byte[] {127, 0, 0, 1}, new Either(0x200000001L), new byte[8], new byte[16]);
        MemorySegment written = MemorySegment.ofArray(bytes(codec, all));
        BtfValue seen = BtfCodec.of(btf, id).read(written, 0);
        assertEquals("""
                {"flag":true,"letter":74,"tiny":-1,"byte_":200,"small":-300,"port":65535,"number":-70000,\
                "count":4000000000,\
                "big":-5000000000,"huge":18446744073709551615,"three":6,"five":-7,"cross":12345,"color":"DARK",\
                "mask":"HIGH",\
                "pointer":4660,"name":"bpf","raw":[1,0,0,0],"ports":[22,0,443],"grid":[[0,0,0],[0,0,9]],\
                "point":{"x":-3,"y":0},"points":[{"x":1,"y":2},{"x":3,"y":4}],""",
                seen.toString().substring(0, seen.toString().indexOf("\"\":{\"address4\"")));
        All read = codec.read(written, 0);
        assertArrayEquals(written.toArray(ValueLayout.JAVA_BYTE), bytes(codec, read));
        assertEquals(-7, read.five());
        assertEquals(List.of(all.points()), List.of(read.points()));
    }

    record Locked(int generation, long count) {
    }

    @Test
    void leavesTheKernelsMembersToTheKernel() {
        Codec<Locked> codec = match(Locked.class, "maps_values", "locked");
        MemorySegment written = MemorySegment.ofArray(bytes(codec, new Locked(3, 4)));
        assertEquals(0, written.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        assertEquals(3, written.get(ValueLayout.JAVA_INT_UNALIGNED, 4));
        assertEquals(4, written.get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
    }

    record Renamed(long packetCount) {
    }

    @Test
    void wordsMayBeJoinedAsInJavaOrAsInC() {
        BtfBuilder builder = new BtfBuilder();
        int u64 = builder.add(new BtfType.Int("u64", 8, 0, 0, 64));
        int id = builder.add(new BtfType.Struct("s", 8, false, List.of(new Member("packet_count", u64, 0, 0))));
        Codec<Renamed> codec = Codec.of(Renamed.class, builder.build(ByteOrder.nativeOrder(), "test"), id);
        assertEquals(new Renamed(5), codec.read(MemorySegment.ofArray(bytes(codec, new Renamed(5))), 0));
    }

    record NoProtocol(int from, short port) {
    }

    record Extra(int from, short port, byte protocol, int more) {
    }

    record TooNarrow(short from, short port, byte protocol) {
    }

    record Truth(boolean from, short port, byte protocol) {
    }

    record Text(String from, short port, byte protocol) {
    }

    record Nested(Point from, short port, byte protocol) {
    }

    record NoAlternative(int generation) {
    }

    record OneWord(long whole, int low, int high) {
    }

    record Wrong(@Length(4) byte[] length, byte[] address) {
    }

    record WrongLength(int length, @Length(5) short[] address) {
    }

    record Right(int length, byte[] address) {
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(NoProtocol.class, "maps_families", "flow",
                        "NoProtocol for struct flow: no component for 'protocol', which a write would lose"),
                arguments(Extra.class, "maps_families", "flow",
                        "Extra for struct flow: the struct has no member for component 'more'"),
                arguments(TooNarrow.class, "maps_families", "flow",
                        "TooNarrow for struct flow: component 'from' is short of 16 bits, and the member has 32"),
                arguments(Truth.class, "maps_families", "flow",
                        "Truth for struct flow: component 'from' is boolean, and the member is __u32"),
                arguments(Text.class, "maps_families", "flow",
                        "Text for struct flow: component 'from' is String, and the member is __u32"),
                arguments(Nested.class, "maps_families", "flow",
                        "Point: the map's type is no struct but __u32: give a codec of that"),
                arguments(NoAlternative.class, "maps_values", "locked",
                        "NoAlternative for struct locked: no component for 'count', which a write would lose"),
                arguments(WrongLength.class, "maps_families", "prefix4",
                        "WrongLength for struct prefix4: component 'address' says @Length(5), and the array has 4"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    <R extends Record> void refuses(Class<R> type, String object, String struct, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> match(type, object, struct)).getMessage());
    }

    /** {@code union { u64 whole; struct { u32 low, high; }; }} */
    private static Btf union(int[] id) {
        BtfBuilder builder = new BtfBuilder();
        int u64 = builder.add(new BtfType.Int("u64", 8, 0, 0, 64));
        int u32 = builder.add(new BtfType.Int("u32", 4, 0, 0, 32));
        int halves = builder.add(new BtfType.Struct("", 8, false,
                List.of(new Member("low", u32, 0, 0), new Member("high", u32, 32, 0))));
        id[0] = builder.add(new BtfType.Union("either", 8, false,
                List.of(new Member("whole", u64, 0, 0), new Member("", halves, 0, 0))));
        return builder.build(ByteOrder.nativeOrder(), "test");
    }

    record OnlyLow(int low) {
    }

    record Neither(int other) {
    }

    @Test
    void oneAlternativeOfAUnionIsEnoughAndTwoAreTooMany() {
        int[] id = new int[1];
        Btf btf = union(id);
        assertEquals(8, Codec.of(Either.class, btf, id[0]).sizeBytes());
        Codec<Halves> halves = Codec.of(Halves.class, btf, id[0]);
        assertEquals(new Halves(1, 2), halves.read(MemorySegment.ofArray(bytes(halves, new Halves(1, 2))), 0));
        assertEquals("OneWord for union either: components 'whole' and 'low' are at the same place: keep one",
                assertThrows(IllegalArgumentException.class, () -> Codec.of(OneWord.class, btf, id[0])).getMessage());
        assertEquals("OnlyLow for union either: no component for 'high', which a write would lose",
                assertThrows(IllegalArgumentException.class, () -> Codec.of(OnlyLow.class, btf, id[0])).getMessage());
        String neither = assertThrows(IllegalArgumentException.class,
                () -> Codec.of(Neither.class, btf, id[0])).getMessage();
        assertTrue(neither.endsWith("it has one of 'whole', 'low', 'high'"), neither);
    }

    record Packets(int packetCount) {
    }

    @Test
    void twoMembersOfOneComponentAreOneTooMany() {
        BtfBuilder builder = new BtfBuilder();
        int u32 = builder.add(new BtfType.Int("u32", 4, 0, 0, 32));
        int id = builder.add(new BtfType.Struct("twins", 8, false,
                List.of(new Member("packetCount", u32, 0, 0), new Member("packet_count", u32, 32, 0))));
        Btf btf = builder.build(ByteOrder.nativeOrder(), "test");
        assertEquals("Packets for struct twins: no component for 'packet_count', which a write would lose",
                assertThrows(IllegalArgumentException.class, () -> Codec.of(Packets.class, btf, id)).getMessage());
    }

    @Test
    void bytesAreGoodForAnything() {
        Codec<Wrong> codec = match(Wrong.class, "maps_families", "prefix4");
        assertEquals(8, codec.sizeBytes());
        assertEquals(8, match(Right.class, "maps_families", "prefix4").sizeBytes());
    }
}
