package bpf4j.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Zeroed native memory for the arguments of one call: the attr and what it points to. The memory is borrowed from a
 * pool; what does not fit there comes from an arena that closes with the buffer. For one thread; what was allocated
 * must not be used after {@link #close}, because the next borrower gets the same memory.
 *
 * {@snippet :
 * try (var buffer = CallBuffer.acquire()) {
 *     MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
 *     MapAttr.Elem.MAP_FD.set(attr, number);
 *     int result = Syscall.bpf(BpfCommand.BPF_MAP_FREEZE, attr, MapAttr.Elem.MAP_FD.endBytes());
 * }
 * }
 */
public final class CallBuffer implements SegmentAllocator, AutoCloseable {

    /** Enough for the largest attr together with keys and values of common sizes. */
    static final long POOLED_BYTES = 4096;

    private MemorySegment pooled = Pool.INSTANCE.acquire();
    private long usedBytes;
    private Arena overflow;

    private CallBuffer() {
    }

    /** {@return an empty buffer} */
    public static CallBuffer acquire() {
        return new CallBuffer();
    }

    /**
     * Allocates zeroed memory that is valid until the buffer is closed.
     *
     * @param byteSize the size in bytes
     * @param byteAlignment the alignment in bytes, a power of two
     * @return the memory
     * @throws IllegalStateException if the buffer is closed
     * @throws IllegalArgumentException if the size is negative or the alignment not a power of two
     */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (pooled == null) {
            throw new IllegalStateException("the call buffer is closed");
        }
        if (byteSize < 0 || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("size " + byteSize + ", alignment " + byteAlignment);
        }
        long address = pooled.address();
        long offsetBytes = (address + usedBytes + byteAlignment - 1 & -byteAlignment) - address;
        if (offsetBytes >= 0 && offsetBytes <= POOLED_BYTES && byteSize <= POOLED_BYTES - offsetBytes) {
            usedBytes = offsetBytes + byteSize;
            return pooled.asSlice(offsetBytes, byteSize, byteAlignment).fill((byte) 0);
        }
        if (overflow == null) {
            overflow = Arena.ofConfined();
        }
        return overflow.allocate(byteSize, byteAlignment);
    }

    /**
     * Makes bytes native.
     *
     * @param bytes native memory or an array on the heap
     * @return the same segment if it is native, else a copy that is valid until the buffer is closed
     */
    MemorySegment copy(MemorySegment bytes) {
        return bytes.isNative() ? bytes : allocate(bytes.byteSize(), Long.BYTES).copyFrom(bytes);
    }

    /** Gives the memory back. A second call does nothing. */
    @Override
    public void close() {
        if (pooled != null) {
            Pool.INSTANCE.release(pooled);
            pooled = null;
            if (overflow != null) {
                overflow.close();
            }
        }
    }

    private static final class Pool {
        static final SegmentPool INSTANCE = new SegmentPool(POOLED_BYTES, Long.BYTES);
    }
}
