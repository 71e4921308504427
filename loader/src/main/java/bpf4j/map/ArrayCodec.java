package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * An array of Java as an array of C.
 *
 * @param elementBytes size and, for numbers, alignment of an element
 * @param count how many
 * @param arrays moves all of them
 */
record ArrayCodec<A>(int elementBytes, int alignmentBytes, int count, Arrays<A> arrays) implements Codec<A> {

    /** What is different between types of arrays. */
    interface Arrays<A> {

        int length(A array);

        A read(MemorySegment elements);

        void write(A array, MemorySegment elements);
    }

    ArrayCodec {
        Math.multiplyExact(elementBytes, count);
        if (count < 0) {
            throw new IllegalArgumentException("an array of %d elements".formatted(count));
        }
    }

    /** {@return whether this is a type of arrays that {@link #ofNumbers} takes} */
    static boolean holdsNumbers(Class<?> type) {
        return type == byte[].class || type == short[].class || type == int[].class || type == long[].class;
    }

    static Codec<?> ofNumbers(Class<?> type, int count) {
        if (type == byte[].class) {
            return new BytesCodec(count);
        }
        if (type == short[].class) {
            return new ArrayCodec<>(Short.BYTES, Short.BYTES, count, new Shorts());
        }
        return type == int[].class ? new ArrayCodec<>(Integer.BYTES, Integer.BYTES, count, new Ints())
                : new ArrayCodec<>(Long.BYTES, Long.BYTES, count, new Longs());
    }

    static <R> Codec<?> ofRecords(Class<?> type, Codec<R> element, int count) {
        return new ArrayCodec<>(element.sizeBytes(), element.alignmentBytes(), count,
                new Objects<>(element, count, MethodHandles.arrayConstructor(type.arrayType())));
    }

    @Override
    public int sizeBytes() {
        return elementBytes * count;
    }

    @Override
    public A read(MemorySegment segment, long offsetBytes) {
        return arrays.read(segment.asSlice(offsetBytes, sizeBytes()));
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, A value) {
        if (arrays.length(value) != count) {
            throw new IllegalArgumentException("%d elements, not %d".formatted(arrays.length(value), count));
        }
        arrays.write(value, segment.asSlice(offsetBytes, sizeBytes()));
    }

    private record Shorts() implements Arrays<short[]> {

        @Override
        public int length(short[] array) {
            return array.length;
        }

        @Override
        public short[] read(MemorySegment elements) {
            return elements.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
        }

        @Override
        public void write(short[] array, MemorySegment elements) {
            MemorySegment.copy(array, 0, elements, ValueLayout.JAVA_SHORT_UNALIGNED, 0, array.length);
        }
    }

    private record Ints() implements Arrays<int[]> {

        @Override
        public int length(int[] array) {
            return array.length;
        }

        @Override
        public int[] read(MemorySegment elements) {
            return elements.toArray(ValueLayout.JAVA_INT_UNALIGNED);
        }

        @Override
        public void write(int[] array, MemorySegment elements) {
            MemorySegment.copy(array, 0, elements, ValueLayout.JAVA_INT_UNALIGNED, 0, array.length);
        }
    }

    private record Longs() implements Arrays<long[]> {

        @Override
        public int length(long[] array) {
            return array.length;
        }

        @Override
        public long[] read(MemorySegment elements) {
            return elements.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
        }

        @Override
        public void write(long[] array, MemorySegment elements) {
            MemorySegment.copy(array, 0, elements, ValueLayout.JAVA_LONG_UNALIGNED, 0, array.length);
        }
    }

    private record Objects<E>(Codec<E> element, int count, MethodHandle constructor) implements Arrays<Object[]> {

        @Override
        public int length(Object[] array) {
            return array.length;
        }

        @Override
        public Object[] read(MemorySegment elements) {
            Object[] result;
            try {
                result = (Object[]) constructor.invoke(count);
            } catch (Throwable e) {
                throw new IllegalStateException("an array cannot be made", e);
            }
            for (int i = 0; i < count; i++) {
                result[i] = element.read(elements, (long) i * element.sizeBytes());
            }
            return result;
        }

        @SuppressWarnings("unchecked")
        @Override
        public void write(Object[] array, MemorySegment elements) {
            for (int i = 0; i < count; i++) {
                element.write(elements, (long) i * element.sizeBytes(), (E) array[i]);
            }
        }
    }
}
