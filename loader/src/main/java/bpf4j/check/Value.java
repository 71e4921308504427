package bpf4j.check;

/** What is known of a register or a place on the stack, wherever a program may have come from. */
sealed interface Value {

    /** Nothing. */
    Value UNKNOWN = new Unknown();
    /** An address that is not null, and on no stack. */
    Value POINTER = new Pointer();
    /** Maybe an address on a stack. */
    Value SOME_STACK = new SomeStack();

    /** Any value. */
    record Unknown() implements Value {
    }

    /** A number. */
    record Number(long value) implements Value {
    }

    /** Some address that is not null, and on no stack. */
    record Pointer() implements Value {
    }

    /** Maybe an address on a stack, and who knows where there. */
    record SomeStack() implements Value {
    }

    /** An address on the stack of a frame, in bytes from its upper end. */
    record Stack(int frame, long offsetBytes) implements Value {
    }

    /** An address inside of a map's only value. */
    record Data(String map, long offsetBytes) implements Value {
    }

    /** {@return whether this can be told from null} */
    default boolean isAddress() {
        return switch (this) {
            case Pointer _, Stack _, Data _ -> true;
            case Unknown _, Number _, SomeStack _ -> false;
        };
    }

    /** {@return whether a store to this address may change what is on a stack} */
    default boolean mayBeStack() {
        return this instanceof Stack || this instanceof SomeStack;
    }

    /** {@return what holds of both} */
    default Value join(Value other) {
        if (equals(other)) {
            return this;
        }
        if (mayBeStack() || other.mayBeStack()) {
            return SOME_STACK;
        }
        return isAddress() && other.isAddress() ? POINTER : UNKNOWN;
    }

    /** {@return whether all that {@code other} may be is something that this may be} */
    default boolean covers(Value other) {
        return join(other).equals(this);
    }

    /** {@return an address this far from the one that this is} */
    default Value moved(long bytes) {
        return switch (this) {
            case Stack(int frame, long offset) -> new Stack(frame, offset + bytes);
            case Data(String map, long offset) -> new Data(map, offset + bytes);
            case Pointer _, Unknown _, Number _, SomeStack _ -> this;
        };
    }
}
