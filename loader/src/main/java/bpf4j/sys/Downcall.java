package bpf4j.sys;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Links functions of the C library. The handles take the segment of {@link ErrnoCapture} before the function's
 * arguments.
 */
final class Downcall {

    private Downcall() {
    }

    /**
     * Links a function.
     *
     * @param function its name
     * @param descriptor its types
     * @param options what the linker must know beyond that
     * @return the handle
     * @throws UnsatisfiedLinkError if the C library does not have the function
     */
    @SuppressWarnings("restricted")
    static MethodHandle link(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = ErrnoCapture.OPTION;
        MemorySegment address = linker.defaultLookup().find(function).orElseThrow(
                () -> new UnsatisfiedLinkError(function + ": the C library does not have it"));
        return linker.downcallHandle(address, descriptor, all);
    }

    /**
     * Passes on what a handle threw. C throws nothing; what the linker throws is unchecked, and comes wrapped when it
     * was thrown while the function was linked.
     *
     * @param thrown what was thrown
     * @return the exception for the caller to throw
     */
    static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> unchecked;
            case ExceptionInInitializerError wrapper when wrapper.getCause() instanceof RuntimeException unchecked ->
                unchecked;
            case Error error -> throw error;
            default -> throw new AssertionError(thrown);
        };
    }
}
