package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An XDP program as a property of an interface, set by netlink. It stays when the process ends without closing it,
 * until somebody takes it away ({@code ip link set IFACE xdp off}) or the interface goes; until it is closed, the
 * network namespace lasts. It takes only a free place or that of the program that the caller names, replaces only its
 * own program, and takes nothing away but that. Needs Linux 5.7. Source: {@code IFLA_XDP} of {@code
 * <linux/if_link.h>}. Safe for use by several threads, as all links are.
 */
public final class XdpAttachment extends DirectAttachment {

    private static final int RTM_SETLINK = 19;
    private static final int IFLA_XDP = 43;
    private static final int IFLA_XDP_FD = 1;
    private static final int IFLA_XDP_FLAGS = 3;
    private static final int IFLA_XDP_EXPECTED_FD = 8;
    /** {@code IFLA_XDP_SKB_PROG_ID}, {@code IFLA_XDP_DRV_PROG_ID}, {@code IFLA_XDP_HW_PROG_ID}. */
    private static final Map<XdpMode, Integer> PROGRAM_IDS =
            Map.of(XdpMode.GENERIC, 6, XdpMode.NATIVE, 5, XdpMode.OFFLOAD, 7);
    private static final int XDP_FLAGS_UPDATE_IF_NOEXIST = 1;
    private static final int XDP_FLAGS_REPLACE = 1 << 4;
    private static final int NO_PROGRAM = -1;
    /** Another's program is there, or none; another's link is there; the interface has gone. */
    private static final Set<Errno> ENDED_BEFORE = EnumSet.of(Errno.EEXIST, Errno.EBUSY, Errno.ENODEV);

    private final NetInterface netInterface;
    private final XdpMode mode;
    private final Rtnetlink netlink;
    /** Its descriptor is held, since it says which program is ours to take away. */
    private LoadedProgram program;
    private int number;

    private XdpAttachment(String description, LoadedProgram program, NetInterface netInterface, XdpMode mode,
            Rtnetlink netlink, int number) {
        super(description, AttachType.BPF_XDP.name());
        this.program = program;
        this.netInterface = netInterface;
        this.mode = mode;
        this.netlink = netlink;
        this.number = number;
    }

    /**
     * Attaches a program.
     *
     * @param program an XDP program
     * @param netInterface the interface, of the calling thread's network namespace
     * @param mode where it runs
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EBUSY} or {@code EEXIST} if there is a program already
     */
    public static XdpAttachment attach(LoadedProgram program, NetInterface netInterface, XdpMode mode) {
        return attach(program, netInterface, mode, Optional.empty());
    }

    /**
     * Takes over from a program that somebody left there, without missing a packet.
     *
     * @param program an XDP program
     * @param netInterface the interface, of the calling thread's network namespace
     * @param mode where it runs, which is where the other one runs
     * @param expected the program that has to be there; {@link #query} and {@link LoadedProgram#ofId} find it
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if another program is there or none, {@code EBUSY}
     *     if one is there by a link
     */
    public static XdpAttachment replacing(LoadedProgram program, NetInterface netInterface, XdpMode mode,
            LoadedProgram expected) {
        return attach(program, netInterface, mode, Optional.of(expected));
    }

    private static XdpAttachment attach(LoadedProgram program, NetInterface netInterface, XdpMode mode,
            Optional<LoadedProgram> expected) {
        String description = XdpLink.describe(program, netInterface, mode);
        int number = program.descriptor().acquire();
        try {
            Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, description);
            try {
                NetlinkRequest request = request(netInterface, number, mode.flags()
                        | (expected.isPresent() ? XDP_FLAGS_REPLACE : XDP_FLAGS_UPDATE_IF_NOEXIST));
                if (expected.isEmpty()) {
                    netlink.require(request.end(), Step.ATTACH, description, AttachType.BPF_XDP.name());
                } else {
                    expected.get().descriptor().use(other -> netlink.require(
                            request.attribute(IFLA_XDP_EXPECTED_FD, other).end(), Step.ATTACH, description,
                            AttachType.BPF_XDP.name()));
                }
                return new XdpAttachment(description, program, netInterface, mode, netlink, number);
            } catch (RuntimeException e) {
                netlink.close();
                throw e;
            }
        } catch (RuntimeException e) {
            program.descriptor().release();
            throw e;
        }
    }

    private static NetlinkRequest request(NetInterface netInterface, int program, int flags) {
        // struct ifinfomsg: family, type, index, flags, change mask.
        return new NetlinkRequest(RTM_SETLINK, 0).u32(0, netInterface.index(), 0, 0).begin(IFLA_XDP)
                .attribute(IFLA_XDP_FD, program).attribute(IFLA_XDP_FLAGS, flags);
    }

    private NetlinkReply exchange(int newProgram) {
        return netlink.ask(request(netInterface, newProgram, mode.flags() | XDP_FLAGS_REPLACE)
                .attribute(IFLA_XDP_EXPECTED_FD, number).end());
    }

    @Override
    void replace(LoadedProgram newProgram) {
        int newNumber = newProgram.descriptor().acquire();
        NetlinkReply reply = exchange(newNumber);
        if (reply.status() < 0) {
            newProgram.descriptor().release();
            throw Rtnetlink.refused(Step.REPLACE, description(), AttachType.BPF_XDP.name(), reply);
        }
        program.descriptor().release();
        program = newProgram;
        number = newNumber;
    }

    @Override
    int end() {
        int status = exchange(NO_PROGRAM).status();
        return Errno.isOneOf(ENDED_BEFORE, status) ? 0 : status;
    }

    @Override
    void release() {
        program.descriptor().release();
        netlink.close();
    }

    @Override
    String whyNoLink() {
        return "it was attached without a link, and stays by itself when the process ends";
    }

    /**
     * Asks which programs an interface has, by netlink or by links.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @return the programs' numbers in the kernel by where they run, none for {@link XdpMode#ANY}
     * @throws KernelException if the kernel refuses; {@code ENODEV} if there is no such interface any more
     */
    public static Map<XdpMode, Integer> query(NetInterface netInterface) {
        String subject = "XDP programs of " + netInterface;
        try (Rtnetlink netlink = Rtnetlink.open(Step.QUERY, subject)) {
            NetlinkReply reply = netlink.require(new NetlinkRequest(Rtnetlink.RTM_GETLINK, 0)
                    .u32(0, netInterface.index(), 0, 0), Step.QUERY, subject, AttachType.BPF_XDP.name());
            Map<XdpMode, Integer> programs = new EnumMap<>(XdpMode.class);
            reply.messages().forEach(message -> PROGRAM_IDS.forEach((mode, attribute) ->
                    message.attributes(Rtnetlink.IFINFOMSG_BYTES).nested(IFLA_XDP).u32(attribute)
                            .ifPresent(id -> programs.put(mode, id))));
            return Collections.unmodifiableMap(programs);
        }
    }
}
