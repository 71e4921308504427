package bpf4j.link;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;

/**
 * A sk_msg or sk_skb program attached to a sockmap or sockhash as its property, on kernels without links for sockmaps
 * (before 6.10). The attachment goes with the map at the latest. Safe for use by several threads, as all links are.
 */
public final class SockmapAttachment extends DirectAttachment {

    private final LoadedProgram program;
    private final LoadedMap map;
    private final AttachType attachType;

    SockmapAttachment(String description, LoadedProgram program, LoadedMap map, AttachType attachType) {
        super(description, attachType.name());
        this.program = program;
        this.map = map;
        this.attachType = attachType;
    }

    /** {@return the command's result, or a negated errno} */
    static int call(BpfCommand command, LoadedProgram program, LoadedMap map, AttachType type) {
        return map.descriptor().call(target -> program.descriptor().call(
                fd -> new BpfCalls(program.kernel()).programs().attach(command, target, fd, type.number())));
    }

    @Override
    int end() {
        try {
            return call(BpfCommand.BPF_PROG_DETACH, program, map, attachType);
        } catch (IllegalStateException e) {
            // The object was closed first, against what attach asks for: the attachment has gone with the map.
            return 0;
        }
    }

    @Override
    void release() {
    }

    @Override
    String whyNoLink() {
        return "this kernel has no links for sockmaps (since Linux 6.10)";
    }
}
