package bpf4j.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An intact input that mutation starts from.
 *
 * @param name the fixture's name
 * @param parts what is damaged, each by itself
 * @param wrapping makes the input of the (one) part, for instance by compressing it
 */
record Seed(String name, List<Part> parts, UnaryOperator<byte[]> wrapping) {

    /**
     * One file, or one piece of an input of several.
     *
     * @param format how it is laid out
     * @param bytes its contents
     * @param columns its fields
     */
    record Part(Format format, byte[] bytes, List<Column> columns) {

        Part(Format format, byte[] bytes) {
            this(format, bytes, format.columns(bytes));
        }
    }

    static Seed of(String name, Format format, byte[] bytes) {
        return new Seed(name, List.of(new Part(format, bytes)), UnaryOperator.identity());
    }

    /** A seed that {@link Parts} joins and takes apart. */
    static Seed of(String name, Part... parts) {
        return new Seed(name, List.of(parts), UnaryOperator.identity());
    }

    static Seed wrapped(String name, Part part, UnaryOperator<byte[]> wrapping) {
        return new Seed(name, List.of(part), wrapping);
    }

    /** {@return the undamaged input} */
    byte[] input() {
        return input(parts.stream().map(Part::bytes).toList());
    }

    /** {@return the input with these contents of its parts} */
    byte[] input(List<byte[]> contents) {
        return wrapping.apply(Parts.join(new ArrayList<>(contents)));
    }

    @Override
    public String toString() {
        return name;
    }
}
