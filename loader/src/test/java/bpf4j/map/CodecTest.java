package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    static <T> byte[] bytes(Codec<T> codec, T value) {
        byte[] bytes = new byte[codec.sizeBytes()];
        Arrays.fill(bytes, (byte) 0xee);
        codec.write(MemorySegment.ofArray(bytes), 0, value);
        return bytes;
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] number(String bigEndian) {
        byte[] bytes = hex(bigEndian);
        for (int i = 0; LITTLE && i < bytes.length / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = swapped;
        }
        return bytes;
    }

    static Stream<Arguments> values() throws Exception {
        return Stream.of(
                arguments(Codec.BYTE, (byte) -2, number("fe")),
                arguments(Codec.SHORT, (short) -2, number("fffe")),
                arguments(Codec.INT, -2, number("fffffffe")),
                arguments(Codec.LONG, -2L, number("fffffffffffffffe")),
                arguments(Codec.BOOLEAN, true, number("01")),
                arguments(Codec.BOOLEAN, false, number("00")),
                arguments(Codec.U8, 200, number("c8")),
                arguments(Codec.U16, 65534, number("fffe")),
                arguments(Codec.U32, 4294967294L, number("fffffffe")),
                arguments(Codec.U16_BE, 443, hex("01bb")),
                arguments(Codec.INT_BE, 0x7f000001, hex("7f000001")),
                arguments(Codec.LONG_BE, 1L, hex("0000000000000001")),
                arguments(Codec.IPV4, (Inet4Address) InetAddress.ofLiteral("10.1.2.3"), hex("0a010203")),
                arguments(Codec.IPV6, (Inet6Address) InetAddress.ofLiteral("2001:db8::1"),
                        hex("20010db8000000000000000000000001")),
                arguments(IpPrefix.IPV4, IpPrefix.parse("10.0.0.0/8"),
                        hex((LITTLE ? "08000000" : "00000008") + "0a000000")),
                arguments(IpPrefix.IPV6, IpPrefix.parse("fe80::/10"), hex((LITTLE ? "0a000000" : "0000000a")
                        + "fe800000000000000000000000000000")),
                arguments(Codec.string(5), "abc", hex("6162630000")),
                arguments(Codec.string(3), "abc", hex("616263")),
                arguments(Codec.string(4), "\u00fc", hex("c3bc0000")),
                arguments(Codec.list(Codec.U16_BE, 3), List.of(1, 2, 3), hex("000100020003")),
                arguments(Codec.list(Codec.INT, 0), List.of(), hex("")),
                arguments(DeviceTarget.WITHOUT_PROGRAM, new DeviceTarget(1, 0), number("00000001")),
                arguments(CpuTarget.WITHOUT_PROGRAM, new CpuTarget(192, 0), number("000000c0")),
                arguments(DeviceTarget.WITH_PROGRAM, new DeviceTarget(0, 0), new byte[8]));
    }

    /** At an odd offset: keys and values of a batch have no alignment. */
    @ParameterizedTest
    @MethodSource("values")
    <T> void writesAndReads(Codec<T> codec, T value, byte[] expected) {
        assertEquals(expected.length, codec.sizeBytes());
        assertArrayEquals(expected, bytes(codec, value));
        byte[] around = new byte[expected.length + 4];
        Arrays.fill(around, (byte) 0xee);
        MemorySegment segment = MemorySegment.ofArray(around);
        codec.write(segment, 3, value);
        assertEquals(value, codec.read(segment, 3));
        assertEquals((byte) 0xee, around[2]);
        assertEquals((byte) 0xee, around[around.length - 1]);
        assertThrows(IndexOutOfBoundsException.class, () -> codec.write(segment, expected.length + 5L, value));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(Codec.U8, 256, "256 is not in 0 to 255"),
                arguments(Codec.U8, -1, "-1 is not in 0 to 255"),
                arguments(Codec.U16, 65536, "65536 is not in 0 to 65535"),
                arguments(Codec.U16_BE, -1, "-1 is not in 0 to 65535"),
                arguments(Codec.U32, 1L << 32, "4294967296 is not in 0 to 4294967295"),
                arguments(Codec.bytes(3), new byte[2], "2 bytes, not 3"),
                arguments(Codec.string(3), "abcd", "'abcd' has 4 bytes, and there is room for 3"),
                arguments(Codec.string(3), "a\0b", "the text contains a NUL, which would end it"),
                arguments(Codec.list(Codec.INT, 2), List.of(1), "1 elements, not 2"),
                arguments(Codec.of(ValueLayout.JAVA_LONG), MemorySegment.ofArray(new byte[4]),
                        "4 bytes of memory, not 8"),
                arguments(IpPrefix.IPV4, IpPrefix.parse("::/0"), "0:0:0:0:0:0:0:0/0 is not of Inet4Address"),
                arguments(DeviceTarget.WITHOUT_PROGRAM, new DeviceTarget(1, 5),
                        "the values of this map have no room for a program"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    <T> void refuses(Codec<T> codec, T value, String message) {
        MemorySegment segment = MemorySegment.ofArray(new byte[64]);
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> codec.write(segment, 0, value)).getMessage());
    }

    @Test
    void everyByteButZeroIsTrue() {
        assertEquals(true, Codec.BOOLEAN.read(MemorySegment.ofArray(new byte[] {2}), 0));
    }

    @Test
    void layoutIsReadAsACopyThatItsHandlesTake() {
        MemoryLayout layout = MemoryLayout.structLayout(ValueLayout.JAVA_LONG.withName("packets"),
                ValueLayout.JAVA_INT.withName("last"));
        Codec<MemorySegment> codec = Codec.of(layout);
        var packets = layout.varHandle(MemoryLayout.PathElement.groupElement("packets"));
        byte[] bytes = new byte[13];
        bytes[LITTLE ? 1 : 8] = 7;
        MemorySegment read = codec.read(MemorySegment.ofArray(bytes), 1);
        bytes[1] = 0;
        assertEquals(12, read.byteSize());
        assertEquals(7L, (long) packets.get(read, 0L));
        byte[] written = bytes(codec, read);
        assertEquals(7, written[LITTLE ? 0 : 7]);
        assertEquals(12, written.length);
    }

    @Test
    void mappedAddressStaysOfVersionSix() throws Exception {
        byte[] mapped = hex("00000000000000000000ffff01020304");
        Inet6Address address = Codec.IPV6.read(MemorySegment.ofArray(mapped), 0);
        assertArrayEquals(mapped, bytes(Codec.IPV6, address));
    }

    @Test
    void prefixIsNoLongerThanItsAddress() {
        assertEquals("10.0.0.1/32", IpPrefix.parse("10.0.0.1").toString());
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("10.0.0.0/33"));
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("10.0.0.0/-1"));
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse("example.org/8"));
    }

    /** Hash tables compare keys by all of their bytes, and the memory may have been something else before. */
    @Test
    void paddingOfALayoutIsWrittenAsZeros() {
        MemoryLayout pair = MemoryLayout.structLayout(ValueLayout.JAVA_BYTE, MemoryLayout.paddingLayout(1),
                ValueLayout.JAVA_SHORT);
        Codec<MemorySegment> codec = Codec.of(MemoryLayout.structLayout(ValueLayout.JAVA_SHORT,
                MemoryLayout.paddingLayout(2), MemoryLayout.sequenceLayout(2, pair),
                MemoryLayout.unionLayout(ValueLayout.JAVA_INT, pair), ValueLayout.JAVA_INT));
        byte[] ones = new byte[codec.sizeBytes()];
        Arrays.fill(ones, (byte) -1);
        assertArrayEquals(hex("ffff0000 ff00ffff ff00ffff ffffffff ffffffff"),
                bytes(codec, MemorySegment.ofArray(ones)));
    }
}
