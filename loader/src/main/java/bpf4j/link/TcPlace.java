package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The place of one filter of an interface, with the connection by which it is made, replaced and deleted. */
final class TcPlace {

    private static final int RTM_NEWTFILTER = 44;
    private static final int RTM_DELTFILTER = 45;
    private static final int RTM_GETTFILTER = 46;
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_CHAIN = 11;
    /** {@code struct tcmsg}: family, index, handle, parent, info. */
    private static final int TCMSG_BYTES = 20;
    private static final int HANDLE_OFFSET_BYTES = 8;
    private static final int INFO_OFFSET_BYTES = 16;
    /** The kernel takes 255 bytes, and names of C functions are ASCII. */
    private static final int MAX_NAME_CHARS = 255;

    private final Rtnetlink netlink;
    private final NetInterface netInterface;
    private final String kind;
    private TcOptions options;

    private TcPlace(Rtnetlink netlink, NetInterface netInterface, String kind, TcOptions options) {
        this.netlink = netlink;
        this.netInterface = netInterface;
        this.kind = kind;
        this.options = options;
    }

    /**
     * Makes a filter, and a clsact qdisc where that is missing.
     *
     * @param description what is attached to what
     * @param type the program type's header name, for advice
     * @param netInterface the interface
     * @param kind which classifier of the kernel
     * @param options where the filter goes
     * @param content writes the classifier's attributes
     * @return the filter's place, with the numbers that the kernel chose
     * @throws KernelException if the kernel refuses
     */
    static TcPlace create(String description, String type, NetInterface netInterface, String kind, TcOptions options,
            Consumer<NetlinkRequest> content) {
        Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, description);
        try {
            if (options.inClsact()) {
                Clsact.create(netlink, netInterface, description);
            }
            TcPlace place = new TcPlace(netlink, netInterface, kind, options);
            int flags = NetlinkRequest.NLM_F_ECHO | NetlinkRequest.NLM_F_CREATE
                    | (options.replace() ? NetlinkRequest.NLM_F_REPLACE : NetlinkRequest.NLM_F_EXCL);
            place.options = chosen(netlink.require(place.request(RTM_NEWTFILTER, flags, content), Step.ATTACH,
                    description, type), options);
            return place;
        } catch (RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    /** {@return a program's name as filters and actions take it} */
    static String shortened(String programName) {
        return programName.substring(0, Math.min(programName.length(), MAX_NAME_CHARS));
    }

    /** {@return the direction or qdisc, for people} */
    static String describe(int parent) {
        for (TcDirection direction : TcDirection.values()) {
            if (direction.parent() == parent) {
                return direction.toString();
            }
        }
        return "parent %x:%x".formatted(parent >>> Short.SIZE, parent & 0xffff);
    }

    private static TcOptions chosen(NetlinkReply reply, TcOptions options) {
        return reply.messages().stream().filter(message -> message.type() == RTM_NEWTFILTER).findFirst()
                .map(Filter::new).map(filter -> options.withPriority(filter.priority())
                        // Some classifiers do not tell.
                        .withHandle(filter.handle() == 0 ? options.handle() : filter.handle()))
                .orElse(options);
    }

    TcOptions options() {
        return options;
    }

    private NetlinkRequest request(int type, int flags, Consumer<NetlinkRequest> content) {
        NetlinkRequest request = request(type, flags);
        request.begin(TCA_OPTIONS);
        content.accept(request);
        return request.end();
    }

    private NetlinkRequest request(int type, int flags) {
        NetlinkRequest request = new NetlinkRequest(type, flags).u32(0, netInterface.index(), options.handle(),
                options.parent(), options.priority() << Short.SIZE | networkOrder(options.protocol()))
                .text(TCA_KIND, kind);
        return options.chain() == 0 ? request : request.attribute(TCA_CHAIN, options.chain());
    }

    private static int networkOrder(int protocol) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? protocol
                : Short.toUnsignedInt(Short.reverseBytes((short) protocol));
    }

    /** Changes the filter that is there. {@return the kernel's answer} */
    NetlinkReply replace(Consumer<NetlinkRequest> content) {
        return netlink.ask(request(RTM_NEWTFILTER, NetlinkRequest.NLM_F_REPLACE, content));
    }

    /**
     * Looks at the filter.
     *
     * @param isOwn tells by the classifier's attributes whether it is the one that was made here
     * @return 0 if it is, or a negated errno: ENOENT if it is not there or another
     */
    int ownStatus(Predicate<NetlinkAttributes> isOwn) {
        NetlinkReply reply = netlink.ask(request(RTM_GETTFILTER, 0));
        return reply.status() < 0 ? unlessGone(reply.status()) : reply.messages().stream().map(Filter::new).findFirst()
                .filter(filter -> filter.isOf(kind) && isOwn.test(filter.content())).map(_ -> 0)
                .orElse(-Errno.ENOENT.number());
    }

    /** Deletes the filter if it is the one that was made here. {@return 0 or a negated errno} */
    int delete(Predicate<NetlinkAttributes> isOwn) {
        int status = ownStatus(isOwn);
        if (status == 0) {
            status = unlessGone(netlink.ask(request(RTM_DELTFILTER, 0)).status());
        }
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    /** The qdisc went, or the interface: so did the filter. */
    private static int unlessGone(int status) {
        return status == -Errno.EINVAL.number() || status == -Errno.ENODEV.number() ? -Errno.ENOENT.number() : status;
    }

    void close() {
        netlink.close();
    }

    /**
     * Asks for filters.
     *
     * @param netInterface the interface
     * @param parent the qdisc or class
     * @param kind which classifier of the kernel
     * @return the filters; none if there is no such qdisc or class
     * @throws KernelException if the kernel refuses
     */
    static List<Filter> query(NetInterface netInterface, int parent, String kind) {
        String subject = "%s, tc %s".formatted(netInterface, describe(parent));
        try (Rtnetlink netlink = Rtnetlink.open(Step.QUERY, subject)) {
            NetlinkReply reply = netlink.require(new NetlinkRequest(RTM_GETTFILTER, NetlinkRequest.NLM_F_DUMP)
                    .u32(0, netInterface.index(), 0, parent, 0), Step.QUERY, subject, "");
            // A priority has an entry of its own, without a handle.
            return reply.messages().stream().filter(message -> message.type() == RTM_NEWTFILTER).map(Filter::new)
                    .filter(filter -> filter.handle() != 0 && filter.isOf(kind)).toList();
        }
    }

    /**
     * A filter as the kernel tells it.
     *
     * @param message the kernel's message
     */
    record Filter(NetlinkReply.Message message) {

        int handle() {
            return message.u32(HANDLE_OFFSET_BYTES);
        }

        int priority() {
            return message.u32(INFO_OFFSET_BYTES) >>> Short.SIZE;
        }

        int protocol() {
            return networkOrder(message.u32(INFO_OFFSET_BYTES) & 0xffff);
        }

        int chain() {
            return message.attributes(TCMSG_BYTES).u32(TCA_CHAIN).orElse(0);
        }

        boolean isOf(String kind) {
            return message.attributes(TCMSG_BYTES).text(TCA_KIND).equals(Optional.of(kind));
        }

        /** {@return the classifier's attributes} */
        NetlinkAttributes content() {
            return message.attributes(TCMSG_BYTES).nested(TCA_OPTIONS);
        }
    }
}
