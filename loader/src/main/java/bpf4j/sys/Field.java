package bpf4j.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A named field of a kernel struct, in native byte order. Held in a {@code static final} a field is a constant to the
 * compiler, so an access through it costs what an access at a fixed offset costs.
 */
public sealed interface Field {

    /** {@return the kernel's name of the field, with a dot before the name of a nested one} */
    String name();

    /** {@return where the field starts, in bytes from the start of the struct} */
    long offsetBytes();

    /** {@return the size of the field in bytes} */
    long sizeBytes();

    /**
     * {@return where the field ends, in bytes from the start of the struct} Passed as the size of a {@code bpf(2)} attr
     * it hides the later fields from the kernel.
     */
    default int endBytes() {
        return Math.toIntExact(offsetBytes() + sizeBytes());
    }

    /**
     * A 32-bit field: {@code __u32} or {@code __s32}.
     *
     * @param name the kernel's name
     * @param offsetBytes where the field starts
     */
    record U32(String name, long offsetBytes) implements Field {
        @Override
        public long sizeBytes() {
            return Integer.BYTES;
        }

        /**
         * Reads the field.
         *
         * @param struct the struct
         * @return the field's 32 bits
         */
        public int get(MemorySegment struct) {
            return struct.get(ValueLayout.JAVA_INT, offsetBytes);
        }

        /**
         * Writes the field.
         *
         * @param struct the struct
         * @param value the field's 32 bits
         */
        public void set(MemorySegment struct, int value) {
            struct.set(ValueLayout.JAVA_INT, offsetBytes, value);
        }
    }

    /**
     * A 64-bit field: {@code __u64} or a pointer in one ({@code __aligned_u64}).
     *
     * @param name the kernel's name
     * @param offsetBytes where the field starts
     */
    record U64(String name, long offsetBytes) implements Field {
        @Override
        public long sizeBytes() {
            return Long.BYTES;
        }

        /**
         * Reads the field.
         *
         * @param struct the struct
         * @return the field's 64 bits
         */
        public long get(MemorySegment struct) {
            return struct.get(ValueLayout.JAVA_LONG, offsetBytes);
        }

        /**
         * Writes the field.
         *
         * @param struct the struct
         * @param value the field's 64 bits
         */
        public void set(MemorySegment struct, long value) {
            struct.set(ValueLayout.JAVA_LONG, offsetBytes, value);
        }

        /**
         * Writes the address of a segment. The caller keeps the segment alive until the kernel is done with it.
         *
         * @param struct the struct
         * @param target native memory, or {@link MemorySegment#NULL}
         * @throws IllegalArgumentException if the target is on the Java heap
         */
        public void set(MemorySegment struct, MemorySegment target) {
            if (!target.isNative()) {
                throw new IllegalArgumentException(name + ": the kernel cannot be given memory of the Java heap");
            }
            set(struct, target.address());
        }
    }

    /**
     * An array of bytes: a fixed-size name or a digest.
     *
     * @param name the kernel's name
     * @param offsetBytes where the field starts
     * @param sizeBytes the size of the array
     */
    record Bytes(String name, long offsetBytes, long sizeBytes) implements Field {
        /**
         * Reads the field.
         *
         * @param struct the struct
         * @return a copy of all its bytes
         */
        public byte[] get(MemorySegment struct) {
            return struct.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
        }

        /**
         * Reads the field as text.
         *
         * @param struct the struct
         * @return the text before the first NUL, or all of it if there is none
         */
        public String getString(MemorySegment struct) {
            byte[] bytes = get(struct);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }

        /**
         * Writes text, cut to leave room for the NUL at the end. Which characters the kernel accepts is the caller's
         * concern.
         *
         * @param struct the struct
         * @param text the text
         */
        public void setString(MemorySegment struct, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            byte[] padded = Arrays.copyOf(Arrays.copyOf(bytes, (int) sizeBytes - 1), (int) sizeBytes);
            MemorySegment.copy(padded, 0, struct, ValueLayout.JAVA_BYTE, offsetBytes, padded.length);
        }
    }
}
