package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;

/**
 * A program that decides how many bytes of each packet a socket receives, 0 for none. A socket has one filter or
 * none, of BPF or of classic BPF: attaching replaces it, and closing this takes away the filter that is there then.
 * The filter goes with the socket. Source: {@code socket(7)}, {@code SO_ATTACH_BPF}.
 *
 * <p>The socket is the caller's, given as a number; sockets of the JDK do not tell theirs. It has to stay open while
 * it is attached to; once it is closed there is nothing to detach, and another socket of that number is left alone.
 * Safe for use by several threads, as all links are.
 */
public final class SocketFilter extends DirectAttachment {

    private static final String TYPE = "BPF_PROG_TYPE_SOCKET_FILTER";
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ATTACH_BPF = 50;

    private final CallersSocket socket;

    private SocketFilter(String description, CallersSocket socket) {
        super(description, TYPE);
        this.socket = socket;
    }

    /**
     * Attaches a program.
     *
     * @param program a socket filter
     * @param socketFd the caller's socket
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static SocketFilter attach(LoadedProgram program, int socketFd) {
        String description = "program '%s' on socket %d".formatted(program.name(), socketFd);
        SocketFilter filter = new SocketFilter(description, CallersSocket.of(socketFd, description));
        filter.set(program, Step.ATTACH);
        return filter;
    }

    @Override
    void replace(LoadedProgram program) {
        set(program, Step.REPLACE);
    }

    private void set(LoadedProgram program, Step step) {
        int status = socket.isGone() ? -Errno.EBADF.number()
                : program.descriptor().call(fd -> socket.set(SO_ATTACH_BPF, fd));
        if (status < 0) {
            throw KernelException.refused(step, description(), TYPE, -status);
        }
    }

    @Override
    int end() {
        int status = socket.isGone() ? 0 : socket.set(SO_DETACH_FILTER, 0);
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    @Override
    void release() {
    }

    @Override
    String whyNoLink() {
        return "a filter belongs to its socket and ends with it";
    }
}
