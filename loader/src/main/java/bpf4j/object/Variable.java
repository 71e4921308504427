package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A global variable of an object's C source: where it is, of what type, and how values of that type are read and
 * written. The methods that read and write take memory of the variable's size, wherever that is. A number at an aligned
 * place is read and written by one volatile access. Safe for use by many threads.
 *
 * @param name its name in C, of a static variable of a function behind that function's and a dot; static variables of
 *     objects that were linked into one may share a name
 * @param section the section that it stands in
 * @param map the name of the section's map
 * @param offsetBytes where it stands in the section
 * @param sizeBytes its size
 * @param typeId its type in the object's BTF
 * @param readOnly whether it cannot be changed once it is loaded
 * @param types the object's BTF
 */
public record Variable(String name, String section, String map, long offsetBytes, long sizeBytes, int typeId,
        boolean readOnly, Btf types) {

    /** {@return the C declaration, on one line and without a semicolon} */
    public String declaration() {
        return CPrinter.declare(types, typeId, name);
    }

    /** {@return whether it is an integer of at most 8 bytes, a bool or an enumeration} */
    public boolean isNumber() {
        return NumberType.of(types, typeId).isPresent();
    }

    /** {@return whether it is a number that may be negative} */
    public boolean isSigned() {
        return NumberType.of(types, typeId).filter(NumberType::signed).isPresent();
    }

    /** {@return whether it is an array of characters} */
    public boolean isText() {
        return types.stripped(typeId) instanceof BtfType.Array array
                && types.stripped(array.elementTypeId()) instanceof BtfType.Int element && element.sizeBytes() == 1;
    }

    /**
     * Reads a number.
     *
     * @param place the variable's memory
     * @return its value; unsigned ones of 8 bytes as a negative number where they are too large
     * @throws IllegalArgumentException if the variable is no number
     */
    public long readLong(MemorySegment place) {
        return number().get(sized(place), types.order());
    }

    /**
     * Reads a text.
     *
     * @param place the variable's memory
     * @return what stands before the first NUL, or everything if there is none, as UTF-8
     * @throws IllegalArgumentException if the variable is no array of characters
     */
    public String readString(MemorySegment place) {
        if (!isText()) {
            throw fail("it is no array of characters");
        }
        byte[] bytes = sized(place).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Writes a number.
     *
     * @param place the variable's memory
     * @param value the number; of unsigned variables of 8 bytes all bits
     * @throws IllegalArgumentException if the variable is no number, or the value does not fit it
     */
    public void write(MemorySegment place, long value) {
        NumberType number = number();
        if (!number.fits(value)) {
            throw fail("%d does not fit, only %s".formatted(value, number.range()));
        }
        number.set(sized(place), types.order(), value);
    }

    /**
     * Writes a number: 1 for true, 0 for false.
     *
     * @param place the variable's memory
     * @param value the answer
     * @throws IllegalArgumentException if the variable is no number
     */
    public void write(MemorySegment place, boolean value) {
        write(place, value ? 1L : 0L);
    }

    /**
     * Writes a text and fills the rest with NUL.
     *
     * @param place the variable's memory
     * @param value the text, which is written as UTF-8
     * @throws IllegalArgumentException if the variable is no array of characters, or has no room for the text and one
     *     NUL, or the text contains a NUL
     */
    public void write(MemorySegment place, String value) {
        if (!isText()) {
            throw fail("it is no array of characters");
        }
        if (value.indexOf(0) >= 0) {
            throw fail("the text contains a NUL, which would end it");
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= sizeBytes) {
            throw fail("a text of %d bytes and its NUL do not fit".formatted(bytes.length));
        }
        sized(place).asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        place.asSlice(bytes.length).fill((byte) 0);
    }

    /**
     * Writes the bytes of a variable of any type.
     *
     * @param place the variable's memory
     * @param value as many bytes as the variable has, in the object's byte order
     * @throws IllegalArgumentException if it is another number of bytes
     */
    public void write(MemorySegment place, MemorySegment value) {
        if (value.byteSize() != sizeBytes) {
            throw fail("%d bytes are given".formatted(value.byteSize()));
        }
        sized(place).copyFrom(value);
    }

    private NumberType number() {
        Optional<NumberType> type = NumberType.of(types, typeId);
        return type.orElseThrow(() -> fail("it is no number"));
    }

    private MemorySegment sized(MemorySegment place) {
        if (place.byteSize() != sizeBytes) {
            throw fail("memory of %d bytes is given".formatted(place.byteSize()));
        }
        return place;
    }

    private IllegalArgumentException fail(String problem) {
        return new IllegalArgumentException("%s: variable '%s' (%s, %d bytes): %s"
                .formatted(section, name, declaration(), sizeBytes, problem));
    }

    /** {@return section, declaration and place} */
    @Override
    public String toString() {
        return "%s: %s, %d bytes at 0x%x".formatted(section, declaration(), sizeBytes, offsetBytes);
    }
}
