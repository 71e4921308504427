package bpf4j.map;

import bpf4j.map.RecordClass.Component;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A record as a C struct. */
final class RecordCodec<R extends Record> implements Codec<R> {

    private static final MethodType READ = MethodType.methodType(Record.class, MemorySegment.class, long.class);
    private static final MethodType WRITE = MethodType.methodType(void.class, MemorySegment.class, long.class,
            Record.class);

    private final Class<R> type;
    private final int sizeBytes;
    private final int alignmentBytes;
    private final MethodHandle reader;
    private final MethodHandle[] writers;

    /**
     * Makes a codec.
     *
     * @param members one for each component, in order
     */
    RecordCodec(RecordClass<R> shape, List<RecordMember> members, int sizeBytes, int alignmentBytes) {
        this.type = shape.type();
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
        this.reader = reader(shape.constructor(), members);
        this.writers = new MethodHandle[members.size()];
        for (int i = 0; i < writers.length; i++) {
            writers[i] = MethodHandles.filterArguments(members.get(i).write(), 2, shape.components().get(i).accessor())
                    .asType(WRITE);
        }
    }

    /** A struct with the components as members in their order, aligned as C does. */
    static <R extends Record> RecordCodec<R> natural(RecordClass<R> shape) {
        return natural(shape, new LinkedHashSet<>());
    }

    private static <R extends Record> RecordCodec<R> natural(RecordClass<R> shape, Set<Class<?>> outer) {
        if (!outer.add(shape.type())) {
            throw new IllegalArgumentException("%s: contains itself".formatted(shape.type().getName()));
        }
        List<RecordMember> members = new ArrayList<>();
        long size = 0;
        int alignment = 1;
        for (Component component : shape.components()) {
            String name = shape.type().getSimpleName() + "." + component.name();
            int bits = integerBits(component.type());
            if (bits != 0) {
                size = aligned(size, bits / 8);
                members.add(RecordMember.integer(component.type(), bits, new IntegerPlace(name, size * 8, bits, true)));
                alignment = Math.max(alignment, bits / 8);
                size += bits / 8;
            } else {
                Codec<?> codec = natural(name, component, shape, outer);
                size = aligned(size, codec.alignmentBytes());
                members.add(RecordMember.object(component.type(), codec, size));
                alignment = Math.max(alignment, codec.alignmentBytes());
                size += codec.sizeBytes();
            }
        }
        outer.remove(shape.type());
        return new RecordCodec<>(shape, members, Math.toIntExact(aligned(size, alignment)), alignment);
    }

    private static Codec<?> natural(String name, Component component, RecordClass<?> shape, Set<Class<?>> outer) {
        Class<?> type = component.type();
        if (type.isRecord()) {
            return natural(shape.nested(type), outer);
        }
        boolean sized = type == String.class || ArrayCodec.holdsNumbers(type)
                || type.isArray() && type.componentType().isRecord();
        if (!sized) {
            throw new IllegalArgumentException(
                    "%s: a %s has no form in C: an integer, boolean, record, String or array of these has"
                            .formatted(name, type.getSimpleName()));
        }
        int length = component.length().orElseThrow(() -> new IllegalArgumentException(
                "%s: how long is the array? Say @Length, or give the map's BTF".formatted(name)));
        if (type == String.class) {
            return new TextCodec(length);
        }
        return ArrayCodec.holdsNumbers(type) ? ArrayCodec.ofNumbers(type, length)
                : ArrayCodec.ofRecords(type.componentType(), natural(shape.nested(type.componentType()), outer),
                        length);
    }

    /** {@return the width of a primitive integer or boolean, 0 for other types} */
    static int integerBits(Class<?> type) {
        if (type == boolean.class || type == byte.class) {
            return Byte.SIZE;
        }
        if (type == short.class || type == char.class) {
            return Short.SIZE;
        }
        return type == int.class ? Integer.SIZE : type == long.class ? Long.SIZE : 0;
    }

    private static long aligned(long offsetBytes, int alignmentBytes) {
        return Math.ceilDiv(offsetBytes, alignmentBytes) * alignmentBytes;
    }

    /**
     * From right to left each parameter of the constructor becomes a read, which shares segment and offset with the
     * others.
     */
    private static MethodHandle reader(MethodHandle constructor, List<RecordMember> members) {
        int last = members.size() - 1;
        MethodHandle result = MethodHandles.collectArguments(constructor, last, members.get(last).read());
        for (int i = last - 1; i >= 0; i--) {
            MethodHandle collected = MethodHandles.collectArguments(result, i, members.get(i).read());
            int[] order = new int[i + 4];
            for (int j = 0; j < order.length; j++) {
                order[j] = j < i + 2 ? j : j - 2;
            }
            result = MethodHandles.permuteArguments(collected,
                    collected.type().dropParameterTypes(i + 2, i + 4), order);
        }
        return result.asType(READ);
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    @Override
    public R read(MemorySegment segment, long offsetBytes) {
        try {
            return type.cast((Record) reader.invokeExact(segment, offsetBytes));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalArgumentException("%s: its constructor refuses what is in the map"
                    .formatted(type.getName()), e);
        }
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, R value) {
        segment.asSlice(offsetBytes, sizeBytes).fill((byte) 0);
        for (MethodHandle writer : writers) {
            try {
                writer.invokeExact(segment, offsetBytes, (Record) value);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalArgumentException("%s: an accessor failed".formatted(type.getName()), e);
            }
        }
    }

    @Override
    public String toString() {
        return "%s in %d bytes".formatted(type.getSimpleName(), sizeBytes);
    }
}
