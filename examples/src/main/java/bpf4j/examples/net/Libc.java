package bpf4j.examples.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's calls for sockets, and the way to others. Each takes a segment for errno before its own arguments;
 * {@link #call} gives it one.
 */
public final class Libc {

    /** {@code errno}: a signal came before anything was done. */
    private static final int EINTR = 4;

    static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET_BYTES = STATE.byteOffset(PathElement.groupElement("errno"));
    private static final long MESSAGE_BYTES_MAX = 256;

    static final MethodHandle SOCKET = link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle BIND = link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle LISTEN = link("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle ACCEPT =
            link("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    static final MethodHandle CONNECT = link("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle GETSOCKNAME = link("getsockname",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle SETSOCKOPT =
            link("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle GETSOCKOPT =
            link("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle SEND = link("send",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle RECV = link("recv",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle POLL = link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    @SuppressWarnings("restricted")
    private static final MethodHandle STRERROR =
            Linker.nativeLinker().downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    /** {@code struct pollfd}. */
    static final StructLayout POLLFD = MemoryLayout.structLayout(
            JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));

    /** One call with its arguments. */
    @FunctionalInterface
    public interface Call {

        /**
         * Calls.
         *
         * @param state where errno goes
         * @return what the function returned
         * @throws Throwable never, but a method handle may throw anything
         */
        long on(MemorySegment state) throws Throwable;
    }

    private Libc() {
    }

    /**
     * Makes a call, again if a signal came between.
     *
     * @param what what it does, for the message
     * @param call the call
     * @return what the function returned, not -1
     * @throws IOException if it returned -1, with the system's text for errno
     */
    public static long call(String what, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            while (true) {
                long returned = call.on(state);
                if (returned != -1) {
                    return returned;
                }
                requireInterruptedOnly(what, state);
            }
        } catch (RuntimeException | Error | IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }

    /** Throws unless a call failed only because a signal came, so that it is to be made again. */
    static void requireInterruptedOnly(String what, MemorySegment state) throws IOException {
        int errno = state.get(JAVA_INT, ERRNO_OFFSET_BYTES);
        if (errno != EINTR) {
            throw new IOException("%s: %s (errno %d)".formatted(what, text(errno), errno));
        }
    }

    @SuppressWarnings("restricted")
    private static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(MESSAGE_BYTES_MAX).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }

    /**
     * Finds a function of the C library.
     *
     * @param function its name
     * @param descriptor what it takes and returns, errno's segment apart
     * @return its handle, for {@link #call}
     */
    @SuppressWarnings("restricted")
    public static MethodHandle link(String function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbol(function), descriptor,
                Linker.Option.captureCallState("errno"));
    }

    private static MemorySegment symbol(String function) {
        return Linker.nativeLinker().defaultLookup().find(function).orElseThrow(
                () -> new UnsatisfiedLinkError(function + ": the C library does not have it"));
    }
}
