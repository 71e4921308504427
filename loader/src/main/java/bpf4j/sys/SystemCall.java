package bpf4j.sys;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code syscall(2)} with arguments of one type only. A function takes milliseconds to link before its first call, and
 * another one of the same types as well, so what every process calls goes through here: one function, linked once.
 */
final class SystemCall {

    /** Every argument after the number is a {@code long} to syscall(2), and some ABIs do not extend an {@code int}. */
    static final FunctionDescriptor TYPES = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);

    private SystemCall() {
    }

    /**
     * Makes a call of up to five arguments; the kernel does not look at those that it does not have.
     *
     * @param number the number of the call
     * @param first its first argument
     * @param second its second
     * @param third its third
     * @param fourth its fourth
     * @param fifth its fifth
     * @return its result, or a negated errno
     */
    static long call(long number, long first, long second, long third, long fourth, long fifth) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return call(capture, number, first, second, third, fourth, fifth);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    /** Makes a call that leaves errno in a segment of {@link ErrnoCapture}. */
    static long call(MemorySegment capture, long number, long first, long second, long third, long fourth,
            long fifth) {
        try {
            return ErrnoCapture.result((long) Function.HANDLE.invokeExact(
                    capture, number, first, second, third, fourth, fifth), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
    }

    private static final class Function {
        static final MethodHandle HANDLE = Downcall.link("syscall", TYPES, VARIADIC);
    }

    /**
     * Takes the address of memory for a call. Who calls sees to it that the memory lasts: {@link
     * java.lang.ref.Reference#reachabilityFence}.
     *
     * @param memory native memory
     * @return its address
     * @throws IllegalArgumentException if the memory is on the Java heap
     * @throws IllegalStateException if the memory is gone
     */
    static long address(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("the kernel cannot be given memory of the Java heap");
        }
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the memory is gone already");
        }
        return memory.address();
    }
}
