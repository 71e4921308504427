package bpf4j.link;

import java.util.Optional;

/** Types of links: {@code enum bpf_link_type} of {@code <linux/bpf.h>}; the ordinal is the number. */
public enum LinkType {
    /** None. */
    BPF_LINK_TYPE_UNSPEC,
    /** A program on a raw tracepoint. */
    BPF_LINK_TYPE_RAW_TRACEPOINT,
    /** A program on a kernel function, a security hook, or a function of another program. */
    BPF_LINK_TYPE_TRACING,
    /** A program on a cgroup. */
    BPF_LINK_TYPE_CGROUP,
    /** An iterator. */
    BPF_LINK_TYPE_ITER,
    /** A program on a network namespace. */
    BPF_LINK_TYPE_NETNS,
    /** An XDP program on a device. */
    BPF_LINK_TYPE_XDP,
    /** A program on a perf event: a kprobe, a uprobe, a tracepoint or a counter. */
    BPF_LINK_TYPE_PERF_EVENT,
    /** A program on many kernel functions. */
    BPF_LINK_TYPE_KPROBE_MULTI,
    /** A registered struct_ops map. */
    BPF_LINK_TYPE_STRUCT_OPS,
    /** A program on a netfilter hook. */
    BPF_LINK_TYPE_NETFILTER,
    /** A tcx program on a device. */
    BPF_LINK_TYPE_TCX,
    /** A program on many places of an executable file. */
    BPF_LINK_TYPE_UPROBE_MULTI,
    /** A program on a netkit device. */
    BPF_LINK_TYPE_NETKIT,
    /** A program on a sockmap or sockhash. */
    BPF_LINK_TYPE_SOCKMAP;

    private static final LinkType[] BY_NUMBER = values();

    /** {@return the number of the type in the kernel's interface} */
    public int number() {
        return ordinal();
    }

    /**
     * Finds a type by number.
     *
     * @param number the number in the kernel's interface
     * @return the type, empty for one that this version does not know
     */
    public static Optional<LinkType> of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * Names a type that may be unknown.
     *
     * @param number the number in the kernel's interface
     * @return the header's name, or the number in decimal
     */
    public static String nameOf(int number) {
        return of(number).map(Enum::name).orElseGet(() -> Integer.toString(number));
    }
}
