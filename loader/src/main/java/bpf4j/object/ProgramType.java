package bpf4j.object;

import java.util.Optional;

/**
 * Program types: {@code enum bpf_prog_type} of {@code <linux/bpf.h>}; the ordinal is the number.
 */
public enum ProgramType {
    /** No type. */
    BPF_PROG_TYPE_UNSPEC,
    /** Socket filter. */
    BPF_PROG_TYPE_SOCKET_FILTER,
    /** Kprobe, uprobe or USDT. */
    BPF_PROG_TYPE_KPROBE,
    /** Traffic control classifier. */
    BPF_PROG_TYPE_SCHED_CLS,
    /** Traffic control action. */
    BPF_PROG_TYPE_SCHED_ACT,
    /** Tracepoint. */
    BPF_PROG_TYPE_TRACEPOINT,
    /** Express data path. */
    BPF_PROG_TYPE_XDP,
    /** Perf event. */
    BPF_PROG_TYPE_PERF_EVENT,
    /** Packets of a cgroup. */
    BPF_PROG_TYPE_CGROUP_SKB,
    /** Sockets of a cgroup. */
    BPF_PROG_TYPE_CGROUP_SOCK,
    /** Lightweight tunnel, input. */
    BPF_PROG_TYPE_LWT_IN,
    /** Lightweight tunnel, output. */
    BPF_PROG_TYPE_LWT_OUT,
    /** Lightweight tunnel, transmit. */
    BPF_PROG_TYPE_LWT_XMIT,
    /** TCP events of a cgroup. */
    BPF_PROG_TYPE_SOCK_OPS,
    /** Received data of sockets in a sockmap. */
    BPF_PROG_TYPE_SK_SKB,
    /** Device access of a cgroup. */
    BPF_PROG_TYPE_CGROUP_DEVICE,
    /** Sent data of sockets in a sockmap. */
    BPF_PROG_TYPE_SK_MSG,
    /** Raw tracepoint. */
    BPF_PROG_TYPE_RAW_TRACEPOINT,
    /** Socket addresses of a cgroup. */
    BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
    /** Segment routing. */
    BPF_PROG_TYPE_LWT_SEG6LOCAL,
    /** Infrared decoder. */
    BPF_PROG_TYPE_LIRC_MODE2,
    /** Choice within a reuseport group. */
    BPF_PROG_TYPE_SK_REUSEPORT,
    /** Flow dissector. */
    BPF_PROG_TYPE_FLOW_DISSECTOR,
    /** Sysctl access of a cgroup. */
    BPF_PROG_TYPE_CGROUP_SYSCTL,
    /** Raw tracepoint with a writable argument. */
    BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE,
    /** Socket options of a cgroup. */
    BPF_PROG_TYPE_CGROUP_SOCKOPT,
    /** Fentry, fexit, fmod_ret, iterators and typed raw tracepoints. */
    BPF_PROG_TYPE_TRACING,
    /** Member of a kernel struct of functions. */
    BPF_PROG_TYPE_STRUCT_OPS,
    /** Replacement of another program's function. */
    BPF_PROG_TYPE_EXT,
    /** Security hook. */
    BPF_PROG_TYPE_LSM,
    /** Choice of a listening socket. */
    BPF_PROG_TYPE_SK_LOOKUP,
    /** Program run by system call only. */
    BPF_PROG_TYPE_SYSCALL,
    /** Netfilter hook. */
    BPF_PROG_TYPE_NETFILTER;

    private static final ProgramType[] BY_NUMBER = values();

    /** {@return the number of the program type in the kernel's interface} */
    public int number() {
        return ordinal();
    }

    /**
     * Finds a program type by number.
     *
     * @param number the number in the kernel's interface
     * @return the program type, empty for one that this version does not know
     */
    public static Optional<ProgramType> of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * Names a program type that may be unknown.
     *
     * @param number the number in the kernel's interface
     * @return the header's name, or the number in decimal
     */
    public static String nameOf(int number) {
        return of(number).map(Enum::name).orElseGet(() -> Integer.toString(number));
    }
}
