package bpf4j.map;

import bpf4j.btf.Btf;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns Java values into the bytes of a map's keys or values, and back. Numbers are in the machine's byte order unless
 * the name says otherwise. Implementations write every byte of their size, padding as zeros: hash maps compare keys by
 * all of their bytes. They take memory of any alignment, keep no reference to it, and are safe for use by several
 * threads.
 *
 * @param <T> the Java type
 */
public interface Codec<T> {

    /** {@code __s8} or {@code char}. */
    Codec<Byte> BYTE = new ScalarCodec<>(1, (s, at) -> s.get(ValueLayout.JAVA_BYTE, at),
            (s, at, value) -> s.set(ValueLayout.JAVA_BYTE, at, value));
    /** {@code __s16}. */
    Codec<Short> SHORT = ScalarCodec.ofShort(ByteOrder.nativeOrder());
    /** {@code __s32}, or the bits of a {@code __u32}. */
    Codec<Integer> INT = ScalarCodec.ofInt(ByteOrder.nativeOrder());
    /** {@code __s64}, or the bits of a {@code __u64}. */
    Codec<Long> LONG = ScalarCodec.ofLong(ByteOrder.nativeOrder());
    /** {@code bool}: one byte; reads every one but 0 as true. */
    Codec<Boolean> BOOLEAN = new ScalarCodec<>(1, (s, at) -> s.get(ValueLayout.JAVA_BYTE, at) != 0,
            (s, at, value) -> s.set(ValueLayout.JAVA_BYTE, at, (byte) (value ? 1 : 0)));
    /** {@code __u8} as 0 to 255; others cannot be written. */
    Codec<Integer> U8 = ScalarCodec.narrow(1, ByteOrder.nativeOrder());
    /** {@code __u16} as 0 to 65,535; others cannot be written. */
    Codec<Integer> U16 = ScalarCodec.narrow(2, ByteOrder.nativeOrder());
    /** {@code __u32} as 0 to 4,294,967,295; others cannot be written. */
    Codec<Long> U32 = ScalarCodec.unsignedInt();
    /** {@code __be16}, network byte order, as 0 to 65,535; others cannot be written. */
    Codec<Integer> U16_BE = ScalarCodec.narrow(2, ByteOrder.BIG_ENDIAN);
    /** {@code __be32}, the bits in network byte order. */
    Codec<Integer> INT_BE = ScalarCodec.ofInt(ByteOrder.BIG_ENDIAN);
    /** {@code __be64}, the bits in network byte order. */
    Codec<Long> LONG_BE = ScalarCodec.ofLong(ByteOrder.BIG_ENDIAN);
    /** An IPv4 address: 4 bytes in network byte order. */
    Codec<Inet4Address> IPV4 = new AddressCodec<>(4, Inet4Address.class);
    /** An IPv6 address: 16 bytes in network byte order; reads those that stand for IPv4 addresses as what they are. */
    Codec<Inet6Address> IPV6 = new AddressCodec<>(16, Inet6Address.class);

    /** {@return how many bytes a value takes, 0 or more} */
    int sizeBytes();

    /** {@return what a compiler of C aligns such a member of a struct to, in bytes: a power of two} */
    default int alignmentBytes() {
        return 1;
    }

    /**
     * Reads a value.
     *
     * @param segment the memory
     * @param offsetBytes where the value starts
     * @return the value, with no reference to the memory
     * @throws IndexOutOfBoundsException if it does not fit
     */
    T read(MemorySegment segment, long offsetBytes);

    /**
     * Writes a value: all of {@link #sizeBytes()} bytes.
     *
     * @param segment the memory
     * @param offsetBytes where the value starts
     * @param value the value
     * @throws IllegalArgumentException if the value cannot be written in this form
     * @throws IndexOutOfBoundsException if it does not fit
     */
    void write(MemorySegment segment, long offsetBytes, T value);

    /**
     * Makes a codec of bytes as they are.
     *
     * @param sizeBytes how many, 0 or more
     * @return the codec; it takes arrays of this length only
     */
    static Codec<byte[]> bytes(int sizeBytes) {
        return new BytesCodec(sizeBytes);
    }

    /**
     * Makes a codec of text in an array of {@code char}: UTF-8, up to the first NUL, padded with NULs. A text may fill
     * all of the array; it then has no NUL at its end.
     *
     * @param sizeBytes the length of the array, 1 or more
     * @return the codec; it refuses texts that are longer or contain a NUL, rather than cut them
     */
    static Codec<String> string(int sizeBytes) {
        return new TextCodec(sizeBytes);
    }

    /**
     * Makes a codec of elements that follow each other.
     *
     * @param element the codec of one; each is as far from the last as an array of C has it
     * @param count how many, 0 or more
     * @param <E> the type of an element
     * @return the codec; it takes lists of this length only
     */
    static <E> Codec<List<E>> list(Codec<E> element, int count) {
        return new ListCodec<>(element, count);
    }

    /**
     * Makes a codec of memory in a layout, which is then accessed with the layout's {@code VarHandle}s.
     *
     * @param layout the layout
     * @return the codec; what it reads is a copy on the heap, aligned to 8 bytes; what it writes has zeros where the
     *     layout has padding outside of unions
     */
    static Codec<MemorySegment> of(MemoryLayout layout) {
        return new LayoutCodec(layout);
    }

    /**
     * Makes a codec of a record whose components are, in their order, the members of a C struct with the alignment of
     * C. A component is a primitive number or {@code boolean}, another such record, or, with {@link Length}, a
     * {@code String}, an array of numbers or an array of records.
     *
     * @param type the record; its package is open to {@code bpf4j.loader}, or the application has no modules
     * @param <R> the record
     * @return the codec
     * @throws IllegalArgumentException if the record cannot be a struct, or is not accessible
     */
    static <R extends Record> Codec<R> of(Class<R> type) {
        return RecordCodec.natural(RecordClass.of(type));
    }

    /**
     * Makes a codec of a record that the caller can see, as {@link #of(Class)} does.
     *
     * @param lookup the caller's rights
     * @param type the record
     * @param <R> the record
     * @return the codec
     * @throws IllegalArgumentException if the record cannot be a struct, or is not accessible
     */
    static <R extends Record> Codec<R> of(MethodHandles.Lookup lookup, Class<R> type) {
        return RecordCodec.natural(RecordClass.of(lookup, type));
    }

    /**
     * Makes a codec of a record for a struct in BTF. Components and members go together by name, in any order:
     * {@code packetCount} is {@code packetCount} or {@code packet_count}. Members of anonymous structs and unions count
     * as the struct's own. Each member needs a component, lest a write lose it; of a union one alternative will do.
     *
     * <p>An integer component is as wide as its member or wider: {@code long} for a {@code __u32} has it without sign,
     * {@code int} has its bits. Bitfields, enumerations and pointers are integers. {@code String} and {@code byte[]}
     * are for arrays of bytes, other arrays for arrays of elements of the same size.
     *
     * @param type the record; its package is open to {@code bpf4j.loader}, or the application has no modules
     * @param btf the types
     * @param typeId the struct's id in them
     * @param <R> the record
     * @return the codec
     * @throws IllegalArgumentException if record and struct do not fit, or the record is not accessible
     */
    static <R extends Record> Codec<R> of(Class<R> type, Btf btf, int typeId) {
        return BtfRecords.match(RecordClass.of(type), btf, typeId);
    }

    /**
     * Makes a codec of a record that the caller can see, as {@link #of(Class, Btf, int)} does.
     *
     * @param lookup the caller's rights
     * @param type the record
     * @param btf the types
     * @param typeId the struct's id in them
     * @param <R> the record
     * @return the codec
     * @throws IllegalArgumentException if record and struct do not fit, or the record is not accessible
     */
    static <R extends Record> Codec<R> of(MethodHandles.Lookup lookup, Class<R> type, Btf btf, int typeId) {
        return BtfRecords.match(RecordClass.of(lookup, type), btf, typeId);
    }
}
