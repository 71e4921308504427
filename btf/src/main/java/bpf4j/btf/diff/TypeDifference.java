package bpf4j.btf.diff;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One type, function or variable that is not the same on both sides.
 *
 * @param kind what it is
 * @param name its name; empty for the enumerators of all enumerations without a name, which are compared together
 * @param change what became of it
 * @param parts what changed in it, in the order of the declaration; empty unless it {@link Change#CHANGED}
 */
public record TypeDifference(Kind kind, String name, Change change, List<Part> parts) {

    /** What can be compared by name. */
    public enum Kind {
        /** A struct. */
        STRUCT,
        /** A union. */
        UNION,
        /** An enumeration of either width. */
        ENUM,
        /** A typedef. */
        TYPEDEF,
        /** A function, by the types of its parameters and what it returns. */
        FUNCTION,
        /** A variable. */
        VARIABLE;

        /** {@return the name in small letters} */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What became of something. */
    public enum Change {
        /** Only the second side has it. */
        ADDED,
        /** Only the first side has it. */
        REMOVED,
        /** A member has another offset. */
        MOVED,
        /** The size, or the width of a bitfield, is another. */
        RESIZED,
        /** The type is another. */
        RETYPED,
        /** Any of these, for a type as a whole; for an enumerator another value. */
        CHANGED;

        /** {@return the name in small letters} */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A part of a type that differs.
     *
     * @param name the member, with dots where it is inside of one without a type's name; the enumerator; empty for the
     *     type itself
     * @param change what became of it
     * @param before what it was, in words; empty if it was not there
     * @param after what it is; empty if it is gone
     */
    public record Part(String name, Change change, String before, String after) {

        /** Makes one; no argument is {@code null}. */
        public Part {
            Objects.requireNonNull(name);
            Objects.requireNonNull(change);
            Objects.requireNonNull(before);
            Objects.requireNonNull(after);
        }
    }

    /** Copies the list of parts. */
    public TypeDifference {
        parts = List.copyOf(parts);
    }
}
