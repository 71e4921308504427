package bpf4j.object;

import java.util.Optional;

/**
 * Attach types: {@code enum bpf_attach_type} of {@code <linux/bpf.h>}; the ordinal is the number.
 */
public enum AttachType {
    /** Attach point cgroup inet ingress. */
    BPF_CGROUP_INET_INGRESS,
    /** Attach point cgroup inet egress. */
    BPF_CGROUP_INET_EGRESS,
    /** Attach point cgroup inet sock create. */
    BPF_CGROUP_INET_SOCK_CREATE,
    /** Attach point cgroup sock ops. */
    BPF_CGROUP_SOCK_OPS,
    /** Attach point sk skb stream parser. */
    BPF_SK_SKB_STREAM_PARSER,
    /** Attach point sk skb stream verdict. */
    BPF_SK_SKB_STREAM_VERDICT,
    /** Attach point cgroup device. */
    BPF_CGROUP_DEVICE,
    /** Attach point sk msg verdict. */
    BPF_SK_MSG_VERDICT,
    /** Attach point cgroup inet4 bind. */
    BPF_CGROUP_INET4_BIND,
    /** Attach point cgroup inet6 bind. */
    BPF_CGROUP_INET6_BIND,
    /** Attach point cgroup inet4 connect. */
    BPF_CGROUP_INET4_CONNECT,
    /** Attach point cgroup inet6 connect. */
    BPF_CGROUP_INET6_CONNECT,
    /** Attach point cgroup inet4 post bind. */
    BPF_CGROUP_INET4_POST_BIND,
    /** Attach point cgroup inet6 post bind. */
    BPF_CGROUP_INET6_POST_BIND,
    /** Attach point cgroup udp4 sendmsg. */
    BPF_CGROUP_UDP4_SENDMSG,
    /** Attach point cgroup udp6 sendmsg. */
    BPF_CGROUP_UDP6_SENDMSG,
    /** Attach point lirc mode2. */
    BPF_LIRC_MODE2,
    /** Attach point flow dissector. */
    BPF_FLOW_DISSECTOR,
    /** Attach point cgroup sysctl. */
    BPF_CGROUP_SYSCTL,
    /** Attach point cgroup udp4 recvmsg. */
    BPF_CGROUP_UDP4_RECVMSG,
    /** Attach point cgroup udp6 recvmsg. */
    BPF_CGROUP_UDP6_RECVMSG,
    /** Attach point cgroup getsockopt. */
    BPF_CGROUP_GETSOCKOPT,
    /** Attach point cgroup setsockopt. */
    BPF_CGROUP_SETSOCKOPT,
    /** Attach point trace raw tp. */
    BPF_TRACE_RAW_TP,
    /** Attach point trace fentry. */
    BPF_TRACE_FENTRY,
    /** Attach point trace fexit. */
    BPF_TRACE_FEXIT,
    /** Attach point modify return. */
    BPF_MODIFY_RETURN,
    /** Attach point lsm mac. */
    BPF_LSM_MAC,
    /** Attach point trace iter. */
    BPF_TRACE_ITER,
    /** Attach point cgroup inet4 getpeername. */
    BPF_CGROUP_INET4_GETPEERNAME,
    /** Attach point cgroup inet6 getpeername. */
    BPF_CGROUP_INET6_GETPEERNAME,
    /** Attach point cgroup inet4 getsockname. */
    BPF_CGROUP_INET4_GETSOCKNAME,
    /** Attach point cgroup inet6 getsockname. */
    BPF_CGROUP_INET6_GETSOCKNAME,
    /** Attach point xdp devmap. */
    BPF_XDP_DEVMAP,
    /** Attach point cgroup inet sock release. */
    BPF_CGROUP_INET_SOCK_RELEASE,
    /** Attach point xdp cpumap. */
    BPF_XDP_CPUMAP,
    /** Attach point sk lookup. */
    BPF_SK_LOOKUP,
    /** Attach point xdp. */
    BPF_XDP,
    /** Attach point sk skb verdict. */
    BPF_SK_SKB_VERDICT,
    /** Attach point sk reuseport select. */
    BPF_SK_REUSEPORT_SELECT,
    /** Attach point sk reuseport select or migrate. */
    BPF_SK_REUSEPORT_SELECT_OR_MIGRATE,
    /** Attach point perf event. */
    BPF_PERF_EVENT,
    /** Attach point trace kprobe multi. */
    BPF_TRACE_KPROBE_MULTI,
    /** Attach point lsm cgroup. */
    BPF_LSM_CGROUP,
    /** Attach point struct ops. */
    BPF_STRUCT_OPS,
    /** Attach point netfilter. */
    BPF_NETFILTER,
    /** Attach point tcx ingress. */
    BPF_TCX_INGRESS,
    /** Attach point tcx egress. */
    BPF_TCX_EGRESS,
    /** Attach point trace uprobe multi. */
    BPF_TRACE_UPROBE_MULTI,
    /** Attach point cgroup unix connect. */
    BPF_CGROUP_UNIX_CONNECT,
    /** Attach point cgroup unix sendmsg. */
    BPF_CGROUP_UNIX_SENDMSG,
    /** Attach point cgroup unix recvmsg. */
    BPF_CGROUP_UNIX_RECVMSG,
    /** Attach point cgroup unix getpeername. */
    BPF_CGROUP_UNIX_GETPEERNAME,
    /** Attach point cgroup unix getsockname. */
    BPF_CGROUP_UNIX_GETSOCKNAME,
    /** Attach point netkit primary. */
    BPF_NETKIT_PRIMARY,
    /** Attach point netkit peer. */
    BPF_NETKIT_PEER,
    /** Attach point trace kprobe session. */
    BPF_TRACE_KPROBE_SESSION,
    /** Attach point trace uprobe session. */
    BPF_TRACE_UPROBE_SESSION,
    /** Attach point trace fsession. */
    BPF_TRACE_FSESSION,
    /** Attach point trace fentry multi. */
    BPF_TRACE_FENTRY_MULTI,
    /** Attach point trace fexit multi. */
    BPF_TRACE_FEXIT_MULTI,
    /** Attach point trace fsession multi. */
    BPF_TRACE_FSESSION_MULTI;

    private static final AttachType[] BY_NUMBER = values();

    /** {@return the number of the attach type in the kernel's interface} */
    public int number() {
        return ordinal();
    }

    /** {@return whether programs of this attach type are attached to cgroups} */
    public boolean isOfCgroups() {
        return name().startsWith("BPF_CGROUP_") || this == BPF_LSM_CGROUP;
    }

    /**
     * Finds an attach type by number.
     *
     * @param number the number in the kernel's interface
     * @return the attach type, empty for one that this version does not know
     */
    public static Optional<AttachType> of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * Names an attach type that may be unknown.
     *
     * @param number the number in the kernel's interface
     * @return the header's name, or the number in decimal
     */
    public static String nameOf(int number) {
        return of(number).map(Enum::name).orElseGet(() -> Integer.toString(number));
    }
}
