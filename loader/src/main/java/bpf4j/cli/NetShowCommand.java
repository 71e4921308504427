package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.link.AttachedPrograms;
import bpf4j.link.NetInterface;
import bpf4j.link.NetkitLink;
import bpf4j.link.NetnsLink;
import bpf4j.link.NetworkNamespace;
import bpf4j.link.TcDirection;
import bpf4j.link.TcFilter;
import bpf4j.link.TcxLink;
import bpf4j.link.XdpAttachment;
import bpf4j.object.AttachType;
import bpf4j.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code net show}: the programs of network interfaces. */
@Command(name = "show", aliases = "list", header = "List the programs of network interfaces.", description = {
    "XDP programs, tc programs in clsact qdiscs and by tcx and netkit, and what dissects flows: all of this process's "
        + "network namespace, or of one interface. Programs on sockets and routes are not listed; netfilter programs "
        + "are links."},
        customSynopsis = "bpf4j net show [-jp] [dev NAME]",
        footer = {
            "",
            "Example:",
            "  bpf4j net show dev eth0"})
final class NetShowCommand extends KernelCommand {

    NetShowCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        boolean one = given.take("dev");
        List<NetInterface> devices = one ? List.of(NetInterface.named(given.next("name of an interface"))) : null;
        given.end();
        List<NetListing.Xdp> xdp = new ArrayList<>();
        List<NetListing.Tc> tc = new ArrayList<>();
        for (NetInterface device : devices == null ? NetInterface.all() : devices) {
            ifThere(() -> List.copyOf(XdpAttachment.query(device).entrySet())).forEach(
                    each -> xdp.add(new NetListing.Xdp(device, each.getKey(), name(each.getValue()), each.getValue())));
            for (TcDirection direction : TcDirection.values()) {
                byLink(tc, device, "tcx/" + direction, () -> TcxLink.query(device, direction).entries());
            }
            for (NetkitLink.Side side : NetkitLink.Side.values()) {
                byLink(tc, device, "netkit/" + side, () -> NetkitLink.query(device, side).entries());
            }
            for (TcDirection direction : TcDirection.values()) {
                for (TcFilter.Entry filter : ifThere(() -> TcFilter.query(device, direction))) {
                    tc.add(new NetListing.Tc(device, "clsact/" + direction, filter.name(), filter.programId(), 0));
                }
            }
        }
        NetListing listing = new NetListing(xdp, tc, flowDissectors());
        if (wantsJson()) {
            print(listing::write);
        } else {
            listing.print(console());
        }
        return ExitStatus.DONE;
    }

    private void byLink(List<NetListing.Tc> found, NetInterface device, String kind,
            Supplier<List<AttachedPrograms.Entry>> query) {
        for (AttachedPrograms.Entry entry : ifThere(query)) {
            found.add(new NetListing.Tc(device, kind, name(entry.programId()), entry.programId(),
                    entry.linkId().orElse(0)));
        }
    }

    private String name(int id) {
        try (var program = objects().program(id)) {
            return program.name();
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT.number()) {
                throw e;
            }
            // It went meanwhile.
            return "";
        }
    }

    private static List<Integer> flowDissectors() {
        try (NetworkNamespace namespace = NetworkNamespace.ofThisThread()) {
            return ifThere(() -> NetnsLink.query(namespace, AttachType.BPF_FLOW_DISSECTOR).programIds());
        }
    }

    /** A kernel without such a hook, an interface of another kind or that has gone has nothing there. */
    private static <T> List<T> ifThere(Supplier<List<T>> query) {
        try {
            return query.get();
        } catch (KernelException e) {
            if (e.errno() == Errno.EPERM.number()) {
                throw e;
            }
            return List.of();
        }
    }
}
