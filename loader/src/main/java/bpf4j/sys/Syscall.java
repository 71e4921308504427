package bpf4j.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * {@code bpf(2)} and the functions on file descriptors. Each returns its result, or a negated errno number. Safe for
 * use by several threads. A call that blocks also blocks the carrier of a virtual thread.
 *
 * <p>Nothing is looked up or linked before its first use: what every process needs goes through {@link SystemCall},
 * each other function has a holder class of its own. A call of a
 * linked function allocates nothing. Calls that take a path have their copy of it in a {@link CallBuffer}.
 */
public final class Syscall {

    /** {@code open}: for reading. */
    public static final int O_RDONLY = 0;
    /** {@code open}: for writing. */
    public static final int O_WRONLY = 1;
    /** {@code open}: for reading and writing. */
    public static final int O_RDWR = 2;
    /** {@code open}: writes go to the end. */
    public static final int O_APPEND = 0x400;
    /** {@code open}: reads that would block fail with {@link Errno#EAGAIN}. */
    public static final int O_NONBLOCK = 0x800;

    /** {@code fcntl}: duplicates to the least free number from the argument on, closed by {@code exec}. */
    public static final int F_DUPFD_CLOEXEC = 1030;
    /** {@code fcntl}: reads the flags of the descriptor. */
    public static final int F_GETFD = 1;
    /** {@code fcntl}: reads the flags of the open file. */
    public static final int F_GETFL = 3;
    /** {@code fcntl}: sets the flags of the open file. */
    public static final int F_SETFL = 4;

    /** {@code prlimit}: bytes of locked memory, against which kernels before 5.11 count BPF objects. */
    public static final int RLIMIT_MEMLOCK = 8;
    /** {@code prlimit}: the number of open files. */
    public static final int RLIMIT_NOFILE = 7;

    /** {@code statfs}: {@code f_type} of the BPF file system. */
    public static final long BPF_FS_MAGIC = 0xcafe4a11L;
    /** {@code statfs}: {@code f_type} of the file system of tracing. */
    public static final long TRACEFS_MAGIC = 0x74726163L;
    /** {@code statfs}: {@code f_type} of the file system of debugging. */
    public static final long DEBUGFS_MAGIC = 0x64626720L;

    /** {@code open}: names the file without opening it. The same value on all six architectures. */
    public static final int O_PATH = 0x200000;

    /** The same value on all six architectures. */
    static final int O_CLOEXEC = 0x80000;

    /** A path is taken from the current folder on. */
    private static final long AT_FDCWD = -100;

    /** Numbers from 424 on are the same on all architectures. */
    private static final long PIDFD_OPEN = 434;

    /** The same value as {@code O_EXCL}. */
    private static final long PIDFD_THREAD = 0x80;

    /** More than {@code sizeof(struct statfs)} on every architecture. */
    private static final int STATFS_BYTES = 256;

    private Syscall() {
    }

    /**
     * Calls {@code bpf(2)} with all of the attr.
     *
     * @param command the command
     * @param attr the attr, native memory
     * @return the result, a new descriptor being at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int bpf(BpfCommand command, MemorySegment attr) {
        return bpf(command, attr, Math.toIntExact(attr.byteSize()));
    }

    /**
     * Calls {@code bpf(2)}. Native memory that the attr points to must be kept alive by the caller.
     *
     * @param command the command
     * @param attr the attr, native memory
     * @param sizeBytes how much of the attr the kernel shall see
     * @return the result, a new descriptor being at least {@value Fd#MIN_NUMBER}, or a negated errno
     * @throws IndexOutOfBoundsException if the attr is smaller than the size
     */
    public static int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        Objects.checkFromIndexSize(0, sizeBytes, attr.byteSize());
        try {
            int result = (int) SystemCall.call(Architecture.current().bpf(), command.number(), SystemCall.address(attr),
                    sizeBytes, 0, 0);
            return command.returnsFd() ? Fd.lift(result) : result;
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    /**
     * Calls {@code bpf(2)} with memory for errno of the caller's own. Native memory that the attr points to must be
     * kept alive by the caller.
     *
     * @param command the command, which makes no descriptor
     * @param attr the attr, native memory
     * @param sizeBytes how much of the attr the kernel shall see
     * @param errno where errno is left
     * @return the result, or a negated errno
     * @throws IndexOutOfBoundsException if the attr is smaller than the size
     */
    static int bpf(BpfCommand command, MemorySegment attr, int sizeBytes, ErrnoMemory errno) {
        Objects.checkFromIndexSize(0, sizeBytes, attr.byteSize());
        try {
            return (int) SystemCall.call(errno.segment(), Architecture.current().bpf(), command.number(),
                    SystemCall.address(attr), sizeBytes, 0, 0);
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    /**
     * Reads bytes: {@code read(2)}.
     *
     * @param fd the descriptor
     * @param buffer native memory, filled as far as there is something to read
     * @return how many bytes were read, 0 at the end, or a negated errno
     */
    public static long read(int fd, MemorySegment buffer) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) Read.HANDLE.invokeExact(capture, fd, buffer, buffer.byteSize()), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Read {
        static final MethodHandle HANDLE = Downcall.link("read",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    /**
     * Writes bytes: {@code write(2)}.
     *
     * @param fd the descriptor
     * @param buffer native memory
     * @return how many bytes were written, or a negated errno
     */
    public static long write(int fd, MemorySegment buffer) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) Write.HANDLE.invokeExact(
                    capture, fd, buffer, buffer.byteSize()), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Write {
        static final MethodHandle HANDLE = Downcall.link("write",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    /**
     * Closes a descriptor: {@code close(2)}. Linux frees the number whatever this returns.
     *
     * @param fd the descriptor
     * @return 0 or a negated errno
     */
    public static int close(int fd) {
        return (int) SystemCall.call(Architecture.current().close(), fd, 0, 0, 0, 0);
    }

    /**
     * Controls a descriptor: {@code fcntl(2)}.
     *
     * @param fd the descriptor
     * @param command one of the {@code F_} constants
     * @param argument the command's argument, or 0
     * @return the result, or a negated errno
     */
    public static int fcntl(int fd, int command, long argument) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Fcntl.HANDLE.invokeExact(capture, fd, command, argument), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Fcntl {
        static final MethodHandle HANDLE = Downcall.link("fcntl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    }

    /**
     * Makes a request of a device or another special file: {@code ioctl(2)}.
     *
     * @param fd the descriptor
     * @param request the request, whose number may differ between machines: see {@link Architecture}
     * @param argument a number, or the address of native memory that the caller keeps alive
     * @return the result, or a negated errno
     */
    public static int ioctl(int fd, int request, long argument) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Ioctl.HANDLE.invokeExact(
                    capture, fd, Integer.toUnsignedLong(request), argument), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Ioctl {
        static final MethodHandle HANDLE = Downcall.link("ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    }

    /**
     * Sets an option of a socket: {@code setsockopt(2)}.
     *
     * @param fd the socket
     * @param level the protocol, such as {@code IPPROTO_TCP}
     * @param option the option
     * @param value native memory with the option's value
     * @return 0 or a negated errno
     */
    public static int setsockopt(int fd, int level, int option, MemorySegment value) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Setsockopt.HANDLE.invokeExact(
                    capture, fd, level, option, value, (int) value.byteSize()), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Setsockopt {
        static final MethodHandle HANDLE = Downcall.link("setsockopt",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    }

    /**
     * Reads an option of a socket: {@code getsockopt(2)}.
     *
     * @param fd the socket
     * @param level the protocol, such as {@code IPPROTO_TCP}
     * @param option the option
     * @param value native memory for the option's value
     * @param sizeBytes a native {@code int}: the size of {@code value}, then the size of what was stored there
     * @return 0 or a negated errno
     */
    public static int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment sizeBytes) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Getsockopt.HANDLE.invokeExact(
                    capture, fd, level, option, value, sizeBytes), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Getsockopt {
        static final MethodHandle HANDLE = Downcall.link("getsockopt",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    }

    /**
     * Sets and reads a resource limit: {@code prlimit(2)}. A limit is two native {@code long}s, soft and hard, -1 for
     * none.
     *
     * @param pid the process, 0 for this one
     * @param resource one of the {@code RLIMIT_} constants
     * @param newLimit the limit to set, or {@link MemorySegment#NULL}
     * @param oldLimit receives the limit that was, or {@link MemorySegment#NULL}
     * @return 0 or a negated errno
     */
    public static int prlimit(int pid, int resource, MemorySegment newLimit, MemorySegment oldLimit) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Prlimit.HANDLE.invokeExact(
                    capture, pid, resource, newLimit, oldLimit), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Prlimit {
        static final MethodHandle HANDLE = Downcall.link("prlimit",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    }

    /**
     * Opens a file or directory that exists: {@code openat(2)}, closed by {@code exec}.
     *
     * @param path the path
     * @param flags the {@code O_} constants
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     * @throws IllegalArgumentException if the path contains a NUL
     */
    public static int open(String path, int flags) {
        try (var buffer = CallBuffer.acquire()) {
            return Fd.lift((int) SystemCall.call(Architecture.current().openat(), AT_FDCWD,
                    cString(path, buffer).address(), flags | O_CLOEXEC, 0, 0));
        }
    }

    /**
     * Opens a process: {@code pidfd_open(2)}, since Linux 5.3. The number of the call is the same on all architectures.
     *
     * @param pid the process
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int openProcess(int pid) {
        return Fd.lift((int) SystemCall.call(PIDFD_OPEN, pid, 0, 0, 0, 0));
    }

    /**
     * Opens a thread: {@code pidfd_open(2)} with {@code PIDFD_THREAD}, since Linux 6.9.
     *
     * @param tid the thread
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int openThread(int tid) {
        return Fd.lift((int) SystemCall.call(PIDFD_OPEN, tid, PIDFD_THREAD, 0, 0, 0));
    }

    private static int statfs(MemorySegment path, MemorySegment statfs) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Statfs.HANDLE.invokeExact(capture, path, statfs), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Statfs {
        static final MethodHandle HANDLE = Downcall.link("statfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    }

    /**
     * Asks which file system a path is on: {@code statfs(2)}.
     *
     * @param path the path
     * @return the {@code f_type} of the file system, 32 bits without sign, or a negated errno
     * @throws IllegalArgumentException if the path contains a NUL
     */
    public static long fileSystemType(String path) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment statfs = buffer.allocate(STATFS_BYTES, Long.BYTES);
            int result = statfs(cString(path, buffer), statfs);
            if (result < 0) {
                return result;
            }
            return Architecture.current().statfsWordBytes() == Integer.BYTES
                    ? Integer.toUnsignedLong(statfs.get(JAVA_INT, 0))
                    : statfs.get(JAVA_LONG, 0) & 0xffff_ffffL;
        }
    }

    private static MemorySegment cString(String text, CallBuffer buffer) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a path cannot contain NUL: " + text.replace("\0", "\\0"));
        }
        return buffer.allocateFrom(text);
    }
}
