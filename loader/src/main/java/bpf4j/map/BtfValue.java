package bpf4j.map;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A value in the form that BTF gives it. Immutable. {@link BtfCodec} makes them from memory and writes them;
 * {@link BtfValuePrinter} shows them.
 */
public sealed interface BtfValue {

    /**
     * An integer of up to 64 bits, a bitfield, or a pointer.
     *
     * @param bits the value, extended to 64 bits by its sign or by zeros
     * @param form how it is to be shown
     */
    record Number(long bits, Form form) implements BtfValue {

        @Override
        public long asLong() {
            return bits;
        }

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /** What an integer is. */
    enum Form {
        /** A number with sign. */
        SIGNED,
        /** A number without sign. */
        UNSIGNED,
        /** A character of one byte. */
        CHARACTER,
        /** A truth value. */
        BOOLEAN,
        /** An address. */
        POINTER
    }

    /**
     * An integer of more than 64 bits.
     *
     * @param value the value
     */
    record Wide(BigInteger value) implements BtfValue {

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /**
     * A floating point number.
     *
     * @param value the value
     */
    record Real(double value) implements BtfValue {

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /**
     * A value of an enumeration.
     *
     * @param name the name of the first enumerator with this value, empty if there is none
     * @param value the value, extended to 64 bits
     * @param signed whether it has a sign
     */
    record Enumerator(String name, long value, boolean signed) implements BtfValue {

        @Override
        public long asLong() {
            return value;
        }

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /**
     * An array.
     *
     * @param elements the elements
     */
    record Array(List<BtfValue> elements) implements BtfValue {

        /** Copies the list. */
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public BtfValue get(int index) {
            return elements.get(index);
        }

        @Override
        public String text() {
            byte[] bytes = new byte[elements.size()];
            int length = 0;
            while (length < bytes.length && elements.get(length).asLong() != 0) {
                bytes[length] = (byte) elements.get(length).asLong();
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /**
     * A struct, or a union with all of its alternatives.
     *
     * @param fields the members in declaration order; those that are anonymous have an empty name
     * @param union whether it is a union
     */
    record Struct(List<Field> fields, boolean union) implements BtfValue {

        /** Copies the list. */
        public Struct {
            fields = List.copyOf(fields);
        }

        @Override
        public BtfValue get(String name) {
            BtfValue found = find(name);
            if (found == null) {
                throw new NoSuchElementException("no member '%s' in %s".formatted(name, this));
            }
            return found;
        }

        private BtfValue find(String name) {
            for (Field field : fields) {
                BtfValue found = field.name().equals(name) ? field.value()
                        : field.name().isEmpty() && field.value() instanceof Struct inner ? inner.find(name) : null;
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        /**
         * Changes one member; of a union, the others are then gone, as there is no telling their values.
         *
         * @param name the member's name, which may be inside of an anonymous member
         * @param value the new value, as {@link BtfCodec#write} takes it
         * @return the changed copy
         * @throws NoSuchElementException if there is no such member
         */
        public Struct with(String name, BtfValue value) {
            List<Field> changed = new ArrayList<>();
            boolean found = false;
            for (Field field : fields) {
                Field kept = field;
                if (!found && field.name().equals(name)) {
                    kept = new Field(name, value);
                } else if (!found && field.name().isEmpty() && field.value() instanceof Struct inner
                        && inner.find(name) != null) {
                    kept = new Field("", inner.with(name, value));
                }
                boolean here = kept != field;
                if (!union || here) {
                    changed.add(kept);
                }
                found |= here;
            }
            if (!found) {
                throw new NoSuchElementException("no member '%s' in %s".formatted(name, this));
            }
            return new Struct(changed, union);
        }

        /**
         * Changes one member that is an integer.
         *
         * @param name the member's name
         * @param value the new value
         * @return the changed copy
         * @throws NoSuchElementException if there is no such member
         */
        public Struct with(String name, long value) {
            return with(name, of(value));
        }

        @Override
        public String toString() {
            return BtfValuePrinter.print(this);
        }
    }

    /**
     * A member of a struct.
     *
     * @param name its name, empty if it is anonymous
     * @param value its value
     */
    record Field(String name, BtfValue value) {
    }

    /**
     * Makes a number to be written.
     *
     * @param value the number
     * @return it, with sign
     */
    static BtfValue of(long value) {
        return new Number(value, Form.SIGNED);
    }

    /**
     * Makes text to be written into an array of characters, which may be longer.
     *
     * @param text the text
     * @return an array of its bytes in UTF-8
     */
    static BtfValue of(String text) {
        List<BtfValue> bytes = new ArrayList<>();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(new Number(each, Form.CHARACTER));
        }
        return new Array(bytes);
    }

    /**
     * Gets a member, looking through anonymous structs and unions.
     *
     * @param name the member's name
     * @return its value
     * @throws NoSuchElementException if there is none, or this is no struct
     */
    default BtfValue get(String name) {
        throw new NoSuchElementException("no member '%s': %s is no struct".formatted(name, this));
    }

    /**
     * Gets an element.
     *
     * @param index its index
     * @return its value
     * @throws IndexOutOfBoundsException if there is none
     * @throws NoSuchElementException if this is no array
     */
    default BtfValue get(int index) {
        throw new NoSuchElementException("no element %d: %s is no array".formatted(index, this));
    }

    /**
     * Gets an integer, enumerator or pointer as a number.
     *
     * @return the number, extended to 64 bits
     * @throws UnsupportedOperationException if this is something else
     */
    default long asLong() {
        throw new UnsupportedOperationException(this + " is no integer of up to 64 bits");
    }

    /**
     * Gets an array of characters as text.
     *
     * @return the text before the first NUL, as UTF-8
     * @throws UnsupportedOperationException if this is something else
     */
    default String text() {
        throw new UnsupportedOperationException(this + " is no array of characters");
    }
}
