package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;

/**
 * A program that chooses a socket among those that are bound to one address and port with {@code SO_REUSEPORT}: a
 * sk_reuseport program, or a socket filter that returns an index. A group has one program or none: attaching replaces
 * it, and closing this takes away the one that is there then. It goes with the last socket of the group. Detaching
 * needs Linux 5.3. Source: {@code socket(7)}, {@code SO_ATTACH_REUSEPORT_EBPF}.
 *
 * <p>The socket is the caller's, given as a number; sockets of the JDK do not tell theirs. It has to stay open while
 * it is attached to; once it is closed this detaches nothing, and another socket of that number is left alone.
 * Safe for use by several threads, as all links are.
 */
public final class ReuseportProgram extends DirectAttachment {

    private static final String TYPE = "BPF_PROG_TYPE_SK_REUSEPORT";
    private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
    private static final int SO_DETACH_REUSEPORT_BPF = 68;

    private final CallersSocket socket;

    private ReuseportProgram(String description, CallersSocket socket) {
        super(description, TYPE);
        this.socket = socket;
    }

    /**
     * Attaches a program.
     *
     * @param program a sk_reuseport program or a socket filter
     * @param socketFd the caller's socket, with {@code SO_REUSEPORT}; any one of the group, which may still grow
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static ReuseportProgram attach(LoadedProgram program, int socketFd) {
        String description = "program '%s' on the group of socket %d".formatted(program.name(), socketFd);
        ReuseportProgram attachment = new ReuseportProgram(description, CallersSocket.of(socketFd, description));
        attachment.set(program, Step.ATTACH);
        return attachment;
    }

    @Override
    void replace(LoadedProgram program) {
        set(program, Step.REPLACE);
    }

    private void set(LoadedProgram program, Step step) {
        int status = socket.isGone() ? -Errno.EBADF.number()
                : program.descriptor().call(fd -> socket.set(SO_ATTACH_REUSEPORT_EBPF, fd));
        if (status < 0) {
            throw KernelException.refused(step, description(), TYPE, -status);
        }
    }

    @Override
    int end() {
        int status = socket.isGone() ? 0 : socket.set(SO_DETACH_REUSEPORT_BPF, 0);
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    @Override
    void release() {
    }

    @Override
    String whyNoLink() {
        return "a program that chooses sockets belongs to their group and ends with it";
    }
}
