package bpf4j.sys;

import java.lang.foreign.MemorySegment;

/**
 * The seam between this project and the kernel: every command of {@code bpf(2)} goes through here, and so does every
 * close of a descriptor that it returned. Tests put a kernel of their own in this place. Implementations are safe for
 * use by several threads.
 */
public interface Kernel {

    /** The kernel that this process runs on. */
    Kernel RUNNING = new Kernel() {

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            return Syscall.bpf(command, attr, sizeBytes);
        }

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes, ErrnoMemory errno) {
            return Syscall.bpf(command, attr, sizeBytes, errno);
        }

        @Override
        public int close(int fd) {
            return Syscall.close(fd);
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public String toString() {
            return "the running kernel";
        }
    };

    /**
     * Calls {@code bpf(2)}, as {@link Syscall#bpf(BpfCommand, MemorySegment, int)} does.
     *
     * @param command the command
     * @param attr the attr, native memory
     * @param sizeBytes how much of the attr the kernel shall see
     * @return the result, a new descriptor being at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    int bpf(BpfCommand command, MemorySegment attr, int sizeBytes);

    /**
     * Calls {@code bpf(2)} as {@link #bpf(BpfCommand, MemorySegment, int)} does, for one who calls often and has memory
     * for errno. Who stands in front of another kernel and has nothing to do with such calls passes them on.
     *
     * @param command the command, which makes no descriptor
     * @param attr the attr, native memory
     * @param sizeBytes how much of the attr the kernel shall see
     * @param errno where errno may be left
     * @return the result, or a negated errno
     */
    default int bpf(BpfCommand command, MemorySegment attr, int sizeBytes, ErrnoMemory errno) {
        return bpf(command, attr, sizeBytes);
    }

    /**
     * Closes a descriptor that {@link #bpf} returned.
     *
     * @param fd the descriptor
     * @return 0 or a negated errno
     */
    int close(int fd);

    /**
     * Tells whether every call reaches the kernel that this process runs on as it is, so that what is known of that
     * kernel holds here too.
     *
     * @return whether it does; who observes the calls of {@link #RUNNING} may say so
     */
    default boolean isRunning() {
        return false;
    }

    /**
     * {@return whether nothing that it makes is really there} Then descriptors cannot be mapped into memory, and no
     * files are made for pins.
     */
    default boolean isImagined() {
        return false;
    }
}
