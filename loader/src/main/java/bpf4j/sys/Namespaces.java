package bpf4j.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The namespaces of the calling thread, and the network interfaces in its network namespace. Calls return a result or
 * a negated errno.
 *
 * <p>A namespace is a thread's, not the process's: a thread that changed its own must not go back to a pool, and a
 * virtual thread changes its carrier's, which other virtual threads run on next. Source: {@code namespaces(7)}.
 */
public final class Namespaces {

    /** The kind of namespace that has network interfaces, addresses and ports. */
    public static final int CLONE_NEWNET = 0x4000_0000;
    /** The size of an interface's name with its NUL, in bytes: {@code include/uapi/linux/if.h}. */
    public static final int IFNAMSIZ = 16;

    private Namespaces() {
    }

    /**
     * Moves the calling thread to a new namespace: {@code unshare(2)}.
     *
     * @param flags the kinds, {@link #CLONE_NEWNET}
     * @return 0 or a negated errno
     */
    public static int unshare(int flags) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Unshare.HANDLE.invokeExact(capture, flags), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Unshare {
        static final MethodHandle HANDLE = Downcall.link("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /**
     * Moves the calling thread to a namespace: {@code setns(2)}.
     *
     * @param fd an open file of {@code /proc/PID/ns}
     * @param kind the kind that it must be of, {@link #CLONE_NEWNET}
     * @return 0 or a negated errno
     */
    public static int enter(int fd, int kind) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Enter.HANDLE.invokeExact(capture, fd, kind), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Enter {
        static final MethodHandle HANDLE = Downcall.link("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /**
     * Finds a network interface by name: {@code if_nametoindex(3)}.
     *
     * @param name the name; no interface has one that does not fit {@link #IFNAMSIZ}
     * @return its number, positive, or a negated errno: {@link Errno#ENODEV} if there is none of this name
     */
    public static int interfaceIndex(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= IFNAMSIZ || name.indexOf(0) >= 0) {
            return -Errno.ENODEV.number();
        }
        MemorySegment capture = ErrnoCapture.acquire();
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment text = buffer.allocateFrom(name);
            int index = (int) NameToIndex.HANDLE.invokeExact(capture, text);
            return index != 0 ? index : ErrnoCapture.result(-1, capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class NameToIndex {
        static final MethodHandle HANDLE = Downcall.link("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    }

    /**
     * Finds a network interface by number: {@code if_indextoname(3)}.
     *
     * @param index the number
     * @return its name, empty if there is none of this number or the kernel cannot be asked
     */
    public static String interfaceName(int index) {
        MemorySegment capture = ErrnoCapture.acquire();
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment name = buffer.allocate(IFNAMSIZ, 1);
            MemorySegment found = (MemorySegment) IndexToName.HANDLE.invokeExact(capture, index, name);
            if (found.address() == 0) {
                return "";
            }
            byte[] bytes = name.toArray(ValueLayout.JAVA_BYTE);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class IndexToName {
        static final MethodHandle HANDLE = Downcall.link("if_indextoname",
                FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    }
}
