package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Pins;
import bpf4j.kernel.Step;
import bpf4j.link.LinkInfo.Details;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;
import java.util.Optional;

/** Opens links that exist, and finds the class for each. */
final class LinkOpener {

    private static final int NO_FD = -1;

    private final BpfCalls calls;

    LinkOpener(Kernel kernel) {
        this.calls = new BpfCalls(kernel);
    }

    /**
     * A link that was opened.
     *
     * @param description where it was found
     * @param type the header's name of its attach type, or else of its own type
     * @param calls the kernel
     * @param fd its descriptor
     * @param pin the file that it was opened from, null for none
     */
    record Found(String description, String type, BpfCalls calls, Fd fd, Path pin) {
    }

    KernelLink pinned(Path path) {
        String description = "link pinned at " + path;
        Fd fd = Pins.open(calls, path, "the link").orElseThrow(() -> new KernelException(Step.PIN, description,
                Errno.ENOENT.number(), "there is no such file"));
        try {
            // A file of another kind opens as well. A link complains about the program that is none.
            if (calls.links().update(fd.number(), NO_FD) == -Errno.EINVAL.number()) {
                throw new KernelException(Step.PIN, description, 0,
                        "this is the pin of a program or map, not of a link");
            }
            return of(description, fd, path);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    KernelLink ofId(int id) {
        String description = "link " + Integer.toUnsignedString(id);
        int number = calls.objects().openId(BpfCommand.BPF_LINK_GET_FD_BY_ID, id);
        if (number < 0) {
            throw KernelException.refused(Step.QUERY, description, "", -number);
        }
        Fd fd = Fd.owning(number, description, calls.kernel());
        try {
            return of(description, fd, null);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private KernelLink of(String description, Fd fd, Path pin) {
        LinkInfo info = LinkInfoReader.read(calls, fd.number(), description);
        Found found = new Found(description, attachType(info.details()).map(AttachType::name)
                .orElseGet(() -> LinkType.nameOf(info.typeNumber())), calls, fd, pin);
        if (info.details() instanceof Details.Iterator) {
            return new IterLink(found);
        }
        return info.details() instanceof Details.StructOps ? new StructOpsLink(found) : new OpenedLink(found);
    }

    private static Optional<AttachType> attachType(Details details) {
        return switch (details) {
            case Details.Tracing d -> d.attachType();
            case Details.Cgroup d -> d.attachType();
            case Details.NetworkNamespace d -> d.attachType();
            case Details.Tcx d -> d.attachType();
            case Details.Netkit d -> d.attachType();
            case Details.Sockmap d -> d.attachType();
            case Details.Iterator _ -> Optional.of(AttachType.BPF_TRACE_ITER);
            case Details.StructOps _ -> Optional.of(AttachType.BPF_STRUCT_OPS);
            case Details.Xdp _ -> Optional.of(AttachType.BPF_XDP);
            case Details.Netfilter _ -> Optional.of(AttachType.BPF_NETFILTER);
            case Details.KprobeMulti _ -> Optional.of(AttachType.BPF_TRACE_KPROBE_MULTI);
            case Details.UprobeMulti _ -> Optional.of(AttachType.BPF_TRACE_UPROBE_MULTI);
            case Details.Uprobe _, Details.Kprobe _, Details.Tracepoint _, Details.PerfEvent _ ->
                    Optional.of(AttachType.BPF_PERF_EVENT);
            case Details.RawTracepoint _, Details.Unknown _ -> Optional.empty();
        };
    }
}
