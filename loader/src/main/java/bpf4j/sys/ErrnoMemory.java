package bpf4j.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the calls of one user leave errno. Other calls borrow such memory from a pool each time, which takes an atomic
 * exchange. For one thread at a time.
 */
public final class ErrnoMemory {

    private final MemorySegment segment;

    /**
     * Allocates the memory.
     *
     * @param arena holds it
     */
    public ErrnoMemory(Arena arena) {
        this.segment = ErrnoCapture.allocate(arena);
    }

    MemorySegment segment() {
        return segment;
    }
}
