package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * How one component of a record gets from memory and into it.
 *
 * @param read from a segment and the struct's offset to the component's type
 * @param write from a segment, the struct's offset and the component
 */
record RecordMember(MethodHandle read, MethodHandle write) {

    private static final MethodType READ_LONG = MethodType.methodType(long.class, MemorySegment.class, long.class);
    private static final MethodType WRITE_LONG = MethodType.methodType(void.class, MemorySegment.class, long.class,
            long.class);
    private static final MethodHandle READ = find(IntegerPlace.class, "read", READ_LONG);
    private static final MethodHandle WRITE = find(IntegerPlace.class, "write", WRITE_LONG);
    private static final MethodHandle WRITE_CHECKED = find(IntegerPlace.class, "writeChecked", WRITE_LONG);
    private static final MethodHandle READ_BOOLEAN = find(IntegerPlace.class, "readBoolean",
            READ_LONG.changeReturnType(boolean.class));
    private static final MethodHandle WRITE_BOOLEAN = find(IntegerPlace.class, "writeBoolean",
            WRITE_LONG.changeParameterType(2, boolean.class));
    private static final MethodHandle READ_OBJECT = find(Codec.class, "read", READ_LONG.changeReturnType(Object.class));
    private static final MethodHandle WRITE_OBJECT = find(Codec.class, "write",
            WRITE_LONG.changeParameterType(2, Object.class));
    private static final MethodHandle ADD;

    static {
        try {
            ADD = MethodHandles.lookup().findStatic(Long.class, "sum",
                    MethodType.methodType(long.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A primitive integer or boolean, of the place's width or wider. */
    static RecordMember integer(Class<?> type, int typeBits, IntegerPlace place) {
        if (type == boolean.class) {
            return new RecordMember(READ_BOOLEAN.bindTo(place), WRITE_BOOLEAN.bindTo(place));
        }
        MethodHandle write = typeBits > place.bits() ? WRITE_CHECKED : WRITE;
        return new RecordMember(
                MethodHandles.explicitCastArguments(READ.bindTo(place), READ_LONG.changeReturnType(type)),
                MethodHandles.explicitCastArguments(write.bindTo(place), WRITE_LONG.changeParameterType(2, type)));
    }

    /** Anything that has a codec. */
    static RecordMember object(Class<?> type, Codec<?> codec, long offsetBytes) {
        MethodHandle plus = MethodHandles.insertArguments(ADD, 1, offsetBytes);
        return new RecordMember(
                MethodHandles.filterArguments(READ_OBJECT.bindTo(codec), 1, plus)
                        .asType(READ_LONG.changeReturnType(type)),
                MethodHandles.filterArguments(WRITE_OBJECT.bindTo(codec), 1, plus)
                        .asType(WRITE_LONG.changeParameterType(2, type)));
    }

    private static MethodHandle find(Class<?> owner, String name, MethodType type) {
        try {
            return MethodHandles.lookup().findVirtual(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
