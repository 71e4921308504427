package bpf4j.map;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.map.BtfShape.Composite;
import bpf4j.map.BtfValue.Field;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A codec for any type in BTF, for tools that learn the types at run time. The types are looked at once, when the codec
 * is made. Safe for use by several threads.
 */
public final class BtfCodec implements Codec<BtfValue> {

    private final String typeName;
    private final BtfShape shape;
    private final int sizeBytes;

    private BtfCodec(String typeName, BtfShape shape, int sizeBytes) {
        this.typeName = typeName;
        this.shape = shape;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Makes a codec.
     *
     * @param btf the types
     * @param typeId a type in them that has a size
     * @return the codec
     * @throws IllegalArgumentException if values cannot have this type
     * @throws bpf4j.btf.BtfFormatException if the types are malformed
     */
    public static BtfCodec of(Btf btf, int typeId) {
        return new BtfCodec(CPrinter.typeName(btf, typeId), BtfShape.of(btf, typeId),
                Math.toIntExact(btf.sizeBytes(typeId)));
    }

    /** {@return the type's name in C} */
    public String typeName() {
        return typeName;
    }

    /** {@return the value of this type whose bytes are all zero, to be changed with {@link BtfValue.Struct#with}} */
    public BtfValue zero() {
        return read(MemorySegment.ofArray(new byte[sizeBytes]), 0);
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public BtfValue read(MemorySegment segment, long offsetBytes) {
        return read(shape, segment.asSlice(offsetBytes, sizeBytes), 0);
    }

    /**
     * Writes a value. Members of structs go by name, and those that are not there are zero; shorter arrays are filled
     * with zeros; enumerators go by value.
     *
     * @throws IllegalArgumentException if the value is not of this type, or too large
     */
    @Override
    public void write(MemorySegment segment, long offsetBytes, BtfValue value) {
        MemorySegment place = segment.asSlice(offsetBytes, sizeBytes);
        place.fill((byte) 0);
        write(shape, place, 0, value, typeName);
    }

    private static BtfValue read(BtfShape shape, MemorySegment segment, long offsetBytes) {
        return switch (shape) {
            case BtfShape.Integer(IntegerPlace place, BtfValue.Form form) ->
                new BtfValue.Number(place.read(segment, offsetBytes), form);
            case BtfShape.Enumeration(IntegerPlace place, Map<Long, String> names) -> {
                long value = place.read(segment, offsetBytes);
                yield new BtfValue.Enumerator(names.getOrDefault(value, ""), value, place.signed());
            }
            case BtfShape.Wide(int bytes, boolean signed) ->
                new BtfValue.Wide(wide(segment, offsetBytes, bytes, signed));
            case BtfShape.Real(int bytes) -> new BtfValue.Real(bytes == Float.BYTES
                    ? segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offsetBytes)
                    : segment.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, offsetBytes));
            case BtfShape.Array(BtfShape element, int count, long stride) -> {
                List<BtfValue> elements = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    elements.add(read(element, segment, offsetBytes + i * stride));
                }
                yield new BtfValue.Array(elements);
            }
            case Composite(List<BtfShape.Member> members, boolean union) -> {
                List<Field> fields = new ArrayList<>();
                for (BtfShape.Member member : members) {
                    fields.add(new Field(member.name(),
                            read(member.shape(), segment, offsetBytes + member.offsetBytes())));
                }
                yield new BtfValue.Struct(fields, union);
            }
        };
    }

    private static void write(BtfShape shape, MemorySegment segment, long offsetBytes, BtfValue value, String where) {
        switch (shape) {
            case BtfShape.Integer(IntegerPlace place, _) -> integer(place, segment, offsetBytes, value, where);
            case BtfShape.Enumeration(IntegerPlace place, _) -> integer(place, segment, offsetBytes, value, where);
            case BtfShape.Wide(int bytes, boolean signed) -> {
                BigInteger number = value instanceof BtfValue.Wide(BigInteger big) ? big
                        : BigInteger.valueOf(number(value, where));
                // The length leaves the sign out.
                if (number.bitLength() > bytes * 8 - (signed ? 1 : 0) || !signed && number.signum() < 0) {
                    throw new IllegalArgumentException("%s: %s does not fit %s%d bits"
                            .formatted(where, number, signed ? "signed " : "", bytes * 8));
                }
                for (int i = 0; i < bytes; i++) {
                    segment.set(ValueLayout.JAVA_BYTE, offsetBytes + byteIndex(i, bytes),
                            number.shiftRight(8 * i).byteValue());
                }
            }
            case BtfShape.Real(int bytes) -> {
                double number = value instanceof BtfValue.Real(double real) ? real : number(value, where);
                if (bytes == Float.BYTES) {
                    segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offsetBytes, (float) number);
                } else {
                    segment.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, offsetBytes, number);
                }
            }
            case BtfShape.Array(BtfShape element, int count, long stride) -> {
                if (!(value instanceof BtfValue.Array(List<BtfValue> elements)) || elements.size() > count) {
                    throw new IllegalArgumentException("%s: %s is no array of %d elements"
                            .formatted(where, value, count));
                }
                for (int i = 0; i < elements.size(); i++) {
                    write(element, segment, offsetBytes + i * stride, elements.get(i), where + "[" + i + "]");
                }
            }
            case Composite composite -> members(composite, segment, offsetBytes, value, where);
        }
    }

    private static void members(Composite shape, MemorySegment segment, long offsetBytes, BtfValue value,
            String where) {
        if (!(value instanceof BtfValue.Struct(List<Field> fields, _))) {
            throw new IllegalArgumentException("%s: %s is no struct".formatted(where, value));
        }
        // The alternatives of a union that was read say the same bytes, and of one that was changed there is one.
        for (Field field : fields) {
            BtfShape.Member member = member(shape, field);
            if (member == null) {
                throw new IllegalArgumentException("%s: no member '%s'".formatted(where, field.name()));
            }
            write(member.shape(), segment, offsetBytes + member.offsetBytes(), field.value(),
                    where + "." + field.name());
        }
    }

    /** Anonymous members are told apart by the names inside. */
    private static BtfShape.Member member(Composite shape, Field field) {
        for (BtfShape.Member member : shape.members()) {
            boolean same = member.name().equals(field.name());
            if (same && (!field.name().isEmpty() || hasNames(member.shape(), field.value()))) {
                return member;
            }
        }
        return null;
    }

    private static boolean hasNames(BtfShape shape, BtfValue value) {
        return shape instanceof Composite composite && value instanceof BtfValue.Struct struct
                && struct.fields().stream().allMatch(field -> member(composite, field) != null);
    }

    private static void integer(IntegerPlace place, MemorySegment segment, long offsetBytes, BtfValue value,
            String where) {
        long number = number(value, where);
        // A number without sign may be given with the bits of one that has.
        boolean fits = place.extend(number) == number
                || place.bits() == Byte.SIZE && value instanceof BtfValue.Number(_, BtfValue.Form form)
                && form == BtfValue.Form.CHARACTER;
        if (!fits) {
            throw new IllegalArgumentException("%s: %d does not fit %s%d bits".formatted(where, number,
                    place.signed() ? "signed " : "", place.bits()));
        }
        place.write(segment, offsetBytes, number);
    }

    private static long number(BtfValue value, String where) {
        return switch (value) {
            case BtfValue.Number(long bits, _) -> bits;
            case BtfValue.Enumerator(_, long number, _) -> number;
            case BtfValue.Wide _, BtfValue.Real _, BtfValue.Array _, BtfValue.Struct _ ->
                throw new IllegalArgumentException("%s: %s is no integer".formatted(where, value));
        };
    }

    private static BigInteger wide(MemorySegment segment, long offsetBytes, int bytes, boolean signed) {
        byte[] bigEndian = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            bigEndian[bytes - 1 - i] = segment.get(ValueLayout.JAVA_BYTE, offsetBytes + byteIndex(i, bytes));
        }
        return signed ? new BigInteger(bigEndian) : new BigInteger(1, bigEndian);
    }

    /** Where the byte of this significance is. */
    private static int byteIndex(int significance, int bytes) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? significance : bytes - 1 - significance;
    }

    @Override
    public String toString() {
        return typeName;
    }
}
