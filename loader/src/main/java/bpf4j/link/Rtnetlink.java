package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Fd;
import bpf4j.sys.Netlink;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;

/** Requests to the network configuration of one namespace; refusals are exceptions with the kernel's own words. */
final class Rtnetlink implements AutoCloseable {

    static final int RTM_NEWLINK = 16;
    static final int RTM_GETLINK = 18;
    static final int IFLA_IFNAME = 3;
    /** {@code struct ifinfomsg}: family, type, index, flags, change mask. */
    static final int IFINFOMSG_BYTES = 16;

    private final Netlink netlink;

    private Rtnetlink(Netlink netlink) {
        this.netlink = netlink;
    }

    /**
     * Opens a connection to the calling thread's network namespace.
     *
     * @param step what for
     * @param subject what with
     * @return the connection
     * @throws KernelException if the kernel refuses
     */
    static Rtnetlink open(Step step, String subject) {
        return open(Netlink.NETLINK_ROUTE, step, subject);
    }

    /** Opens a connection of another protocol. */
    static Rtnetlink open(int protocol, Step step, String subject) {
        int socket = Netlink.openSocket(protocol);
        if (socket < 0) {
            throw new KernelException(step, subject, -socket, "opening a netlink socket");
        }
        return new Rtnetlink(Netlink.over(Fd.owning(socket, "netlink socket for " + subject)));
    }

    /** Sends a request. {@return the answer, which may be a refusal} */
    NetlinkReply ask(NetlinkRequest request) {
        return netlink.request(request);
    }

    /**
     * Sends a request.
     *
     * @param request the request
     * @param step what for
     * @param subject what with
     * @param type the attach type's header name, for advice
     * @return the answer
     * @throws KernelException if the kernel refuses
     */
    NetlinkReply require(NetlinkRequest request, Step step, String subject, String type) {
        NetlinkReply reply = ask(request);
        if (reply.status() < 0) {
            throw refused(step, subject, type, reply);
        }
        return reply;
    }

    /** {@return the exception for a refusal; the kernel knows better than a table what it did not like} */
    static KernelException refused(Step step, String subject, String type, NetlinkReply reply) {
        return reply.complaint().isEmpty() ? KernelException.refused(step, subject, type, -reply.status())
                : new KernelException(step, subject, -reply.status(), "the kernel says: " + reply.complaint());
    }

    @Override
    public void close() {
        netlink.close();
    }
}
