package bpf4j.link;

import java.util.Objects;

/**
 * Where a netfilter program runs. Source: {@code <linux/netfilter.h>}, {@code <linux/netfilter_ipv4.h>}.
 *
 * @param family whose packets it sees
 * @param hook at which point of their way
 * @param priority its place among all that is there, lower ones first; {@code NF_IP_PRI_FIRST} (-2147483648) and
 *     {@code NF_IP_PRI_LAST} (2147483647) are the kernel's own; two programs of one priority are refused
 * @param defragment whether it sees packets put together from their fragments, for which the priority has to be above
 *     {@code NF_IP_PRI_CONNTRACK_DEFRAG} (-400); since Linux 6.6
 */
public record NetfilterOptions(Family family, Hook hook, int priority, boolean defragment) {

    /** A family of protocols. */
    public enum Family {
        /** Internet, version 4. */
        NFPROTO_IPV4(2),
        /** Internet, version 6. */
        NFPROTO_IPV6(10);

        private final int number;

        Family(int number) {
            this.number = number;
        }

        /** {@return the kernel's number} */
        int number() {
            return number;
        }
    }

    /** A point on the way of packets; the ordinal is the kernel's number. */
    public enum Hook {
        /** All that arrive, before it is known where to. */
        NF_INET_PRE_ROUTING,
        /** Those for this machine. */
        NF_INET_LOCAL_IN,
        /** Those for others. */
        NF_INET_FORWARD,
        /** Those of this machine. */
        NF_INET_LOCAL_OUT,
        /** All that leave. */
        NF_INET_POST_ROUTING
    }

    /** Checks. */
    public NetfilterOptions {
        Objects.requireNonNull(family);
        Objects.requireNonNull(hook);
    }

    /**
     * {@return priority 0, which is that of filter tables, for packets as they come}
     *
     * @param family whose packets the program sees
     * @param hook at which point of their way
     */
    public static NetfilterOptions at(Family family, Hook hook) {
        return new NetfilterOptions(family, hook, 0, false);
    }

    /**
     * {@return these with another priority}
     *
     * @param newPriority lower ones are first
     */
    public NetfilterOptions withPriority(int newPriority) {
        return new NetfilterOptions(family, hook, newPriority, defragment);
    }

    /**
     * {@return these, for packets put together from their fragments or as they come}
     *
     * @param newDefragment whether fragments are put together
     */
    public NetfilterOptions withDefragment(boolean newDefragment) {
        return new NetfilterOptions(family, hook, priority, newDefragment);
    }
}
