package bpf4j.kernel;

import bpf4j.link.CgroupLink;
import bpf4j.link.Link;
import bpf4j.link.SockmapLink;
import bpf4j.object.ProgramSpec;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;

/**
 * A program in the kernel. Belongs to the {@link LoadedObject} that loaded it and is closed with it; what it is attached to keeps it
 * alive beyond that. Safe for use by several threads.
 */
public final class LoadedProgram {

    private final ProgramSpec spec;
    private final Fd fd;
    private final String log;
    private final BpfCalls calls;

    LoadedProgram(ProgramSpec spec, Fd fd, String log, BpfCalls calls) {
        this.spec = spec;
        this.fd = fd;
        this.log = log;
        this.calls = calls;
    }

    /** {@return the program's name} */
    public String name() {
        return spec.name();
    }

    /** {@return what the object declares} */
    public ProgramSpec spec() {
        return spec;
    }

    /** {@return the verifier's log, empty unless one was asked for with {@link LoadOptions#withLogLevel}} */
    public String log() {
        return log;
    }

    /**
     * Returns the descriptor, which stays this program's: good until the object is closed.
     *
     * @return the number
     * @throws IllegalStateException if the object is closed
     */
    public int fd() {
        return fd.number();
    }

    /**
     * Asks the kernel about the program.
     *
     * @return what it says
     * @throws KernelException if it refuses
     * @throws IllegalStateException if the object is closed
     */
    public ProgramInfo info() {
        int number = fd.acquire();
        try {
            return ProgramInfo.query(calls, number, subject());
        } finally {
            fd.release();
        }
    }

    /**
     * Pins the program, so that it outlives this process.
     *
     * @param path a new file in a BPF file system
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the object is closed
     */
    public void pin(Path path) {
        int number = fd.acquire();
        try {
            Pins.pin(calls, number, path, subject());
        } finally {
            fd.release();
        }
    }

    /**
     * Attaches the program to a cgroup.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public Link attachToCgroup(Path cgroup) {
        return CgroupLink.attach(this, cgroup);
    }

    /**
     * Attaches a sk_msg or sk_skb program to the sockets of a map.
     *
     * @param map a sockmap or sockhash
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public Link attachToSockmap(LoadedMap map) {
        return SockmapLink.attach(this, map);
    }

    /** {@return the seam that the program was loaded through; of no use outside this module} */
    @SuppressWarnings("exports")
    public Kernel kernel() {
        return calls.kernel();
    }

    private String subject() {
        return "program '" + spec.name() + "'";
    }

    @Override
    public String toString() {
        return subject() + ", " + fd;
    }
}
