package bpf4j.kernel;

import bpf4j.map.Codec;
import bpf4j.object.Variable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A global variable of a loaded object. Where its section is mapped into this process, which needs kernel 5.5 and one
 * global variable in the section, reads and writes are plain accesses to memory that the programs share: those of a
 * number at an aligned place are one volatile access each. Elsewhere each is a system call that takes the whole
 * section, and a write may undo what a program wrote to another variable of the section meanwhile.
 *
 * <p>Belongs to the {@link LoadedObject} and is unmapped when that is closed: what is called after that throws
 * {@link IllegalStateException}, also in a thread that was reading. Safe for use by several threads.
 */
public final class GlobalVariable {

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Variable declaration;
    private final SectionMemory section;

    GlobalVariable(Variable declaration, SectionMemory section) {
        this.declaration = declaration;
        this.section = section;
    }

    /** {@return its name in C} */
    public String name() {
        return declaration.name();
    }

    /** {@return what the object says of it: section, type, size} */
    public Variable declaration() {
        return declaration;
    }

    /** {@return whether its section is mapped into this process} */
    public boolean isMapped() {
        return section.mapped().isPresent();
    }

    /** {@return why its section is not mapped, without a full stop; empty where it is} */
    public String whyNotMapped() {
        return section.whyNotMapped();
    }

    /**
     * Returns the memory that the programs share, for types that have no method here.
     *
     * @return as many bytes as the variable has, read-only for constants
     * @throws UnsupportedOperationException if the section is not mapped
     */
    public MemorySegment memory() {
        return slice(section.mapped().orElseThrow(() -> new UnsupportedOperationException(
                "%s: it is not mapped: %s".formatted(declaration, section.whyNotMapped()))));
    }

    /**
     * Reads a number.
     *
     * @return its value; unsigned ones of 8 bytes as a negative number where they are too large
     * @throws IllegalArgumentException if it is no number
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public long getLong() {
        return declaration.readLong(slice(section.current()));
    }

    /**
     * Reads a number.
     *
     * @return its value
     * @throws IllegalArgumentException if it is no number
     * @throws ArithmeticException if it is too large for an {@code int}
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public int getInt() {
        return Math.toIntExact(getLong());
    }

    /**
     * Reads a number as an answer.
     *
     * @return whether it is not 0
     * @throws IllegalArgumentException if it is no number
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public boolean getBoolean() {
        return getLong() != 0;
    }

    /**
     * Reads a text.
     *
     * @return what stands before the first NUL, as UTF-8
     * @throws IllegalArgumentException if it is no array of characters
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public String getString() {
        return declaration.readString(slice(section.current()));
    }

    /**
     * Reads a variable of any type. A program may write meanwhile.
     *
     * @return a copy of its bytes
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public byte[] getBytes() {
        return slice(section.current()).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Reads a struct or another type that a codec knows. A program may write meanwhile.
     *
     * @param <T> what values are in Java
     * @param codec reads values of the variable's size
     * @return the value
     * @throws IllegalArgumentException if the codec is for another size
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public <T> T get(Codec<T> codec) {
        checkSize(codec);
        return codec.read(section.current(), declaration.offsetBytes());
    }

    /**
     * Writes a number.
     *
     * @param value the number; of unsigned variables of 8 bytes all bits
     * @throws IllegalArgumentException if it is no number, or the value does not fit it
     * @throws UnsupportedOperationException if it is a constant
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public void set(long value) {
        checkWritable();
        section.change(memory -> declaration.write(slice(memory), value));
    }

    /**
     * Writes a number: 1 for true, 0 for false.
     *
     * @param value the answer
     * @throws IllegalArgumentException if it is no number
     * @throws UnsupportedOperationException if it is a constant
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public void set(boolean value) {
        set(value ? 1L : 0L);
    }

    /**
     * Writes a text and fills the rest with NUL. A program may read meanwhile.
     *
     * @param value the text, which is written as UTF-8 and has to fit with one NUL behind it
     * @throws IllegalArgumentException if it is no array of characters, or the text does not fit
     * @throws UnsupportedOperationException if it is a constant
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public void set(String value) {
        checkWritable();
        section.change(memory -> declaration.write(slice(memory), value));
    }

    /**
     * Writes a variable of any type. A program may read meanwhile.
     *
     * @param value as many bytes as it has
     * @throws IllegalArgumentException if it has another size
     * @throws UnsupportedOperationException if it is a constant
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public void set(byte[] value) {
        checkWritable();
        section.change(memory -> declaration.write(slice(memory), MemorySegment.ofArray(value)));
    }

    /**
     * Writes a struct or another type that a codec knows. A program may read meanwhile.
     *
     * @param <T> what values are in Java
     * @param codec writes values of the variable's size
     * @param value the value
     * @throws IllegalArgumentException if the codec is for another size or does not take the value
     * @throws UnsupportedOperationException if it is a constant
     * @throws IllegalStateException if the object is closed
     * @throws KernelException if it is not mapped and the kernel refuses
     */
    public <T> void set(Codec<T> codec, T value) {
        checkWritable();
        checkSize(codec);
        section.change(memory -> codec.write(memory, declaration.offsetBytes(), value));
    }

    /**
     * Adds to a number in one atomic step, as programs do with atomic instructions.
     *
     * @param increment what to add; the sum is cut off above
     * @return what the number was before
     * @throws IllegalArgumentException if it is no number of 4 or 8 bytes at an aligned place
     * @throws UnsupportedOperationException if it is a constant or not mapped
     * @throws IllegalStateException if the object is closed
     */
    public long getAndAdd(long increment) {
        MemorySegment place = atomicPlace();
        return declaration.sizeBytes() == Long.BYTES ? (long) LONG.getAndAdd(place, 0L, increment)
                : extended((int) INT.getAndAdd(place, 0L, (int) increment));
    }

    /**
     * Replaces a number in one atomic step if it is what is expected.
     *
     * @param expected what it may be
     * @param value what it becomes then
     * @return whether it was
     * @throws IllegalArgumentException if it is no number of 4 or 8 bytes at an aligned place, or the value does not
     *     fit
     * @throws UnsupportedOperationException if it is a constant or not mapped
     * @throws IllegalStateException if the object is closed
     */
    public boolean compareAndSet(long expected, long value) {
        MemorySegment place = atomicPlace();
        if (declaration.sizeBytes() == Long.BYTES) {
            return LONG.compareAndSet(place, 0L, expected, value);
        }
        if (value != extended((int) value)) {
            throw new IllegalArgumentException("%s: %d does not fit".formatted(declaration, value));
        }
        return expected == extended((int) expected) && INT.compareAndSet(place, 0L, (int) expected, (int) value);
    }

    private MemorySegment atomicPlace() {
        checkWritable();
        MemorySegment place = memory();
        boolean wide = declaration.sizeBytes() == Integer.BYTES || declaration.sizeBytes() == Long.BYTES;
        if (!declaration.isNumber() || !wide || place.address() % declaration.sizeBytes() != 0) {
            throw new IllegalArgumentException("%s: it is no number of 4 or 8 bytes at an aligned place"
                    .formatted(declaration));
        }
        return place;
    }

    private long extended(int value) {
        return declaration.isSigned() ? value : Integer.toUnsignedLong(value);
    }

    private MemorySegment slice(MemorySegment memory) {
        return memory.asSlice(declaration.offsetBytes(), declaration.sizeBytes());
    }

    private void checkSize(Codec<?> codec) {
        if (codec.sizeBytes() != declaration.sizeBytes()) {
            throw new IllegalArgumentException("%s: the codec is for %d bytes"
                    .formatted(declaration, codec.sizeBytes()));
        }
    }

    private void checkWritable() {
        if (declaration.readOnly()) {
            throw new UnsupportedOperationException("%s: it is constant since it was loaded: BpfObject.withVariable "
                    .formatted(declaration) + "changes it before");
        }
    }

    /** {@return section, declaration and place} */
    @Override
    public String toString() {
        return declaration.toString();
    }
}
