package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;

/**
 * The qdisc {@code clsact} of an interface, which holds the filters of {@link TcFilter} in both directions. An
 * interface has one or none. Source: {@code net/sched/sch_ingress.c}.
 */
public final class Clsact {

    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_DELQDISC = 37;
    private static final int TCA_KIND = 1;
    private static final int TC_H_CLSACT = 0xffff_fff1;
    private static final int HANDLE = 0xffff_0000;
    private static final String KIND = "clsact";

    private Clsact() {
    }

    /**
     * Makes it where it is missing, as attaching a {@link TcFilter} does too.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @return whether it was missing
     * @throws KernelException if the kernel refuses
     */
    public static boolean create(NetInterface netInterface) {
        String subject = describe(netInterface);
        try (Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, subject)) {
            return create(netlink, netInterface, subject);
        }
    }

    static boolean create(Rtnetlink netlink, NetInterface netInterface, String subject) {
        NetlinkReply reply = netlink.ask(request(RTM_NEWQDISC, netInterface,
                NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL));
        if (reply.status() < 0 && reply.status() != -Errno.EEXIST.number()) {
            throw Rtnetlink.refused(Step.ATTACH, subject, "", reply);
        }
        return reply.status() == 0;
    }

    /**
     * Removes it, and with it all filters in both directions, whoever made them.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @throws KernelException if there is none, or the kernel refuses
     */
    public static void remove(NetInterface netInterface) {
        String subject = describe(netInterface);
        try (Rtnetlink netlink = Rtnetlink.open(Step.DETACH, subject)) {
            netlink.require(request(RTM_DELQDISC, netInterface, 0), Step.DETACH, subject, "");
        }
    }

    private static NetlinkRequest request(int type, NetInterface netInterface, int flags) {
        // struct tcmsg: family, index, handle, parent, info.
        return new NetlinkRequest(type, flags).u32(0, netInterface.index(), HANDLE, TC_H_CLSACT, 0)
                .text(TCA_KIND, KIND);
    }

    private static String describe(NetInterface netInterface) {
        return "qdisc clsact of " + netInterface;
    }
}
