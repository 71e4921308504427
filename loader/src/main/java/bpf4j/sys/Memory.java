package bpf4j.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/** Memory mapped from a file descriptor, as long as an arena is open: kernel BTF, array maps, ring buffers. */
public final class Memory {

    /** Pages may be read. */
    public static final int PROT_READ = 1;
    /** Pages may be written. */
    public static final int PROT_WRITE = 2;
    /** Writes are seen by all who map the object. */
    public static final int MAP_SHARED = 1;
    /** The mapping is where it is asked for, and not in the place of another. */
    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    /** Writes are private. The kernel maps its BTF only so. */
    public static final int MAP_PRIVATE = 2;

    /** The greatest errno that the kernel returns: {@code include/linux/err.h}. Addresses do not reach so far up. */
    private static final int MAX_ERRNO = 4095;

    private Memory() {
    }

    /** What came of a mapping. */
    public sealed interface Mapping {
        /**
         * The kernel mapped the memory.
         *
         * @param memory the memory, of the arena's scope; read-only without {@link #PROT_WRITE}
         */
        record Mapped(MemorySegment memory) implements Mapping {
        }

        /**
         * The kernel refused.
         *
         * @param errno the errno number, greater than zero
         */
        record Refused(int errno) implements Mapping {
        }
    }

    /**
     * Maps memory that is unmapped when the arena closes. The mapping outlives the file descriptor. Where an arena is
     * never closed and nobody has it or the memory any more, the memory is unmapped as well, and the leak reported by
     * {@link Watch}.
     *
     * <p>Reading pages behind the end of a file ends in an {@link InternalError}, so the size must be the object's own.
     *
     * @param arena holds the mapping; with {@link Arena#global} it stays for ever. It is none that the garbage
     *     collector closes, which would be taken for a leak
     * @param fd the file descriptor
     * @param offsetBytes where the mapping starts in the object, a multiple of the page size
     * @param sizeBytes the size, greater than zero
     * @param protection {@link #PROT_READ}, or that and {@link #PROT_WRITE}
     * @param flags {@link #MAP_SHARED} or {@link #MAP_PRIVATE}
     * @return the memory, or why there is none
     * @throws IllegalStateException if the arena or the descriptor is closed
     */
    public static Mapping map(Arena arena, Fd fd, long offsetBytes, long sizeBytes, int protection, int flags) {
        return map(arena, fd, 0, offsetBytes, sizeBytes, protection, flags);
    }

    /**
     * Maps the start of an object at a given address, as {@link #map} does elsewhere. Memory that the process has there
     * already is left alone, and the answer is {@code EEXIST} then; on kernels before 4.17 also where the kernel chose
     * another address.
     *
     * @param arena holds the mapping
     * @param fd the file descriptor
     * @param address the address, a multiple of the page size, not 0
     * @param sizeBytes the size, greater than zero
     * @param protection {@link #PROT_READ}, or that and {@link #PROT_WRITE}
     * @param flags {@link #MAP_SHARED} or {@link #MAP_PRIVATE}
     * @return the memory, or why there is none
     * @throws IllegalStateException if the arena or the descriptor is closed
     */
    public static Mapping mapAt(Arena arena, Fd fd, long address, long sizeBytes, int protection, int flags) {
        return map(arena, fd, address, 0, sizeBytes, protection, flags | MAP_FIXED_NOREPLACE);
    }

    @SuppressWarnings("restricted")
    private static Mapping map(Arena arena, Fd fd, long wanted, long offsetBytes, long sizeBytes, int protection,
            int flags) {
        long address = mmap(fd, wanted, offsetBytes, sizeBytes, protection, flags);
        if (address < 0 && address >= -MAX_ERRNO) {
            return new Mapping.Refused((int) -address);
        }
        if (wanted != 0 && address != wanted) {
            munmap(address, sizeBytes);
            return new Mapping.Refused(Errno.EEXIST.number());
        }
        Watch watch = Watch.over(arena.scope(), "memory of " + fd, () -> munmap(address, sizeBytes));
        try {
            MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(sizeBytes, arena, _ -> {
                watch.end();
                munmap(address, sizeBytes);
            });
            return new Mapping.Mapped((protection & PROT_WRITE) == 0 ? memory.asReadOnly() : memory);
        } catch (IllegalStateException | WrongThreadException e) {
            watch.end();
            munmap(address, sizeBytes);
            throw e;
        }
    }

    private static long mmap(Fd fd, long wanted, long offsetBytes, long sizeBytes, int protection, int flags) {
        int number = fd.acquire();
        try {
            return mmap(wanted, sizeBytes, protection, flags, number, offsetBytes);
        } finally {
            fd.release();
        }
    }

    /**
     * Makes another view of memory, which ends with an arena of its own. The memory itself must last longer.
     *
     * @param memory native memory
     * @param arena ends the view
     * @return the same memory in the arena's scope, read-only as it was
     */
    public static MemorySegment view(MemorySegment memory, Arena arena) {
        return view(memory, arena, null);
    }

    /**
     * Makes another view of memory, which ends with an arena of its own.
     *
     * @param memory native memory
     * @param arena ends the view
     * @param owner what the memory goes with when it is collected: it is kept as long as the view is
     * @return the same memory in the arena's scope, read-only as it was
     */
    @SuppressWarnings("restricted")
    public static MemorySegment view(MemorySegment memory, Arena arena, Object owner) {
        MemorySegment view = MemorySegment.ofAddress(memory.address())
                .reinterpret(memory.byteSize(), arena, _ -> Reference.reachabilityFence(owner));
        return memory.isReadOnly() ? view.asReadOnly() : view;
    }

    /**
     * Asks for the size of a page: {@code getpagesize(3)}.
     *
     * @return the size in bytes
     */
    public static int pageSizeBytes() {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Getpagesize.HANDLE.invokeExact(capture), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Getpagesize {
        static final MethodHandle HANDLE = Downcall.link("getpagesize", FunctionDescriptor.of(JAVA_INT));
    }

    private static long mmap(long address, long sizeBytes, int protection, int flags, int fd, long offsetBytes) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) Mmap.HANDLE.invokeExact(
                    capture, address, sizeBytes, (long) protection, (long) flags, (long) fd, offsetBytes), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    /**
     * With the types of {@link SystemCall}, which are linked already: numbers in registers are passed alike, whether a
     * function knows how many there are or not. (The system call itself takes its arguments otherwise on s390x.)
     */
    private static final class Mmap {
        static final MethodHandle HANDLE = Downcall.link("mmap", SystemCall.TYPES, SystemCall.VARIADIC);
    }

    private static int munmap(long address, long sizeBytes) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Munmap.HANDLE.invokeExact(capture, address, sizeBytes), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Munmap {
        static final MethodHandle HANDLE = Downcall.link("munmap",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }
}
