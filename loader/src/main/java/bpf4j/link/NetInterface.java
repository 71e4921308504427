package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.Namespaces;
import bpf4j.sys.NetlinkRequest;
import java.util.List;
import java.util.Objects;

/**
 * A network interface of the calling thread's network namespace, which is the process's unless the thread changed it.
 * {@link NetworkNamespace#call} asks in another one. Attaching takes the number, so that it is made in the namespace
 * that the interface was looked up in.
 *
 * <p>{@code java.net.NetworkInterface} has these numbers too, but reads part of them from {@code /proc/net}, which is
 * about the process's first thread.
 *
 * @param index the kernel's number of it, positive
 * @param name its name, for people: names change, numbers stay
 */
public record NetInterface(int index, String name) {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if the index is not positive
     */
    public NetInterface {
        if (index <= 0) {
            throw new IllegalArgumentException("no network interface has the index " + index);
        }
        Objects.requireNonNull(name);
    }

    /**
     * Finds an interface by name.
     *
     * @param name the name
     * @return the interface
     * @throws KernelException if the calling thread's network namespace has none of this name
     */
    public static NetInterface named(String name) {
        int index = Namespaces.interfaceIndex(name);
        if (index < 0) {
            throw new KernelException(Step.ATTACH, "interface '" + name + "'", -index,
                    "it is looked for in the network namespace of the calling thread");
        }
        return new NetInterface(index, name);
    }

    /**
     * Finds an interface by number.
     *
     * @param index the number
     * @return the interface
     * @throws KernelException if the calling thread's network namespace has none of this number
     */
    public static NetInterface ofIndex(int index) {
        String name = Namespaces.interfaceName(index);
        if (name.isEmpty()) {
            throw new KernelException(Step.ATTACH, "interface " + index, Errno.ENODEV.number(),
                    "it is looked for in the network namespace of the calling thread");
        }
        return new NetInterface(index, name);
    }

    /**
     * Lists all interfaces.
     *
     * @return those of the calling thread's network namespace
     * @throws KernelException if the kernel refuses
     */
    public static List<NetInterface> all() {
        String subject = "network interfaces";
        try (Rtnetlink netlink = Rtnetlink.open(Step.QUERY, subject)) {
            NetlinkRequest request = new NetlinkRequest(Rtnetlink.RTM_GETLINK, NetlinkRequest.NLM_F_DUMP)
                    .u32(0, 0, 0, 0);
            return netlink.require(request, Step.QUERY, subject, "").messages().stream()
                    .filter(message -> message.type() == Rtnetlink.RTM_NEWLINK)
                    .map(message -> new NetInterface(message.u32(Integer.BYTES),
                            message.attributes(Rtnetlink.IFINFOMSG_BYTES).text(Rtnetlink.IFLA_IFNAME).orElse("")))
                    .toList();
        }
    }

    @Override
    public String toString() {
        return "interface " + name;
    }
}
