package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;

/**
 * A sk_msg or sk_skb program attached to the sockets of a sockmap or sockhash by a kernel link. A socket gets the
 * programs that are attached when it is put into the map, and keeps them until it is taken out, also when the link has
 * ended by then. Source: {@code Documentation/bpf/map_sockmap.rst}. Safe for use by several threads, as all links are.
 */
public final class SockmapLink extends KernelLink {

    private SockmapLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program: by a link since Linux 6.10, before that by an attachment that belongs to the map.
     *
     * @param program a sk_msg or sk_skb program
     * @param map a sockmap or sockhash; has to stay open as long as the attachment on kernels without links for
     *     sockmaps
     * @return the attachment, the caller's to close: a {@code SockmapLink} or a {@link SockmapAttachment}
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedProgram program, LoadedMap map) {
        String description = "program '%s' on map '%s'".formatted(program.name(), map.name());
        AttachType type = AttachPoints.OF_SOCKMAPS.require(program, description);
        BpfCalls calls = new BpfCalls(program.kernel());
        int status = map.descriptor().call(fd -> calls.links().create(program.descriptor(), fd, type.number(), 0));
        if (status == -Errno.EINVAL.number()) {
            int attached = SockmapAttachment.call(BpfCommand.BPF_PROG_ATTACH, program, map, type);
            if (attached >= 0) {
                return new SockmapAttachment(description, program, map, type);
            }
            status = attached;
        }
        return new SockmapLink(description, type, program.kernel(), status);
    }

    /**
     * Asks what is attached to a map. Needs Linux 5.18.
     *
     * @param map a sockmap or sockhash
     * @param type the attach type: {@code BPF_SK_MSG_VERDICT} or one of {@code BPF_SK_SKB_*}
     * @return the program, whoever attached it, or none
     * @throws KernelException if the kernel refuses
     */
    public static AttachedPrograms query(LoadedMap map, AttachType type) {
        return map.descriptor().use(number -> AttachedPrograms.query(map.kernel(),
                "programs of map '%s'".formatted(map.name()), number, type));
    }
}
