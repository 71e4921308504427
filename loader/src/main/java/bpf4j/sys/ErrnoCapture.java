package bpf4j.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Where a downcall leaves errno. The linker stores it as a part of the call, before the JVM can run anything else on
 * the thread that might change it.
 */
final class ErrnoCapture {

    static final Linker.Option OPTION = Linker.Option.captureCallState("errno");

    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET_BYTES = LAYOUT.byteOffset(PathElement.groupElement("errno"));
    private static final SegmentPool POOL = new SegmentPool(LAYOUT.byteSize(), LAYOUT.byteAlignment());

    private ErrnoCapture() {
    }

    /** {@return a segment for the state captured by one call; nobody else has it until it is released} */
    static MemorySegment acquire() {
        return POOL.acquire();
    }

    /** {@return a segment that is not of the pool} */
    static MemorySegment allocate(Arena arena) {
        return arena.allocate(LAYOUT);
    }

    /**
     * Gives a segment back.
     *
     * @param capture what {@link #acquire} returned
     */
    static void release(MemorySegment capture) {
        POOL.release(capture);
    }

    /**
     * Turns the C convention into the kernel's.
     *
     * @param returned what the function returned, -1 for a failure
     * @param capture the state captured by that call
     * @return the result, or the negated errno
     */
    static long result(long returned, MemorySegment capture) {
        return returned == -1 ? -capture.get(ValueLayout.JAVA_INT, ERRNO_OFFSET_BYTES) : returned;
    }

    /**
     * Turns the C convention into the kernel's.
     *
     * @param returned what the function returned, -1 for a failure
     * @param capture the state captured by that call
     * @return the result, or the negated errno
     */
    static int result(int returned, MemorySegment capture) {
        return (int) result((long) returned, capture);
    }
}
