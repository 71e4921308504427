// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One program for each section name whose program type needs nothing but a common kernel: no BTF target, no module. The
// result is what the verifier wants of the type.
#include <bpf4j/bpf.h>

#define PROGRAM(name, section, result)  \
    SEC(section) int name(void *ctx)    \
    {                                   \
        return result;                  \
    }

PROGRAM(in_socket, "socket", 0)
PROGRAM(in_sk_reuseport, "sk_reuseport", 0)
PROGRAM(in_kprobe, "kprobe/do_nanosleep", 0)
PROGRAM(in_kretprobe, "kretprobe/do_nanosleep", 0)
PROGRAM(in_uprobe, "uprobe", 0)
PROGRAM(in_tc, "tc", 0)
PROGRAM(in_classifier, "classifier", 0)
PROGRAM(in_action, "action", 0)
PROGRAM(in_tracepoint, "tracepoint/syscalls/sys_enter_nanosleep", 0)
PROGRAM(in_tp, "tp/syscalls/sys_exit_nanosleep", 0)
PROGRAM(in_raw_tracepoint, "raw_tracepoint/sys_enter", 0)
PROGRAM(in_raw_tp, "raw_tp/sys_exit", 0)
PROGRAM(in_raw_tp_w, "raw_tp.w/sys_enter", 0)
PROGRAM(in_syscall, "syscall", 0)
PROGRAM(in_xdp_frags_devmap, "xdp.frags/devmap", 0)
PROGRAM(in_xdp_devmap, "xdp/devmap", 0)
PROGRAM(in_xdp_frags_cpumap, "xdp.frags/cpumap", 0)
PROGRAM(in_xdp_cpumap, "xdp/cpumap", 0)
PROGRAM(in_xdp_frags, "xdp.frags", 0)
PROGRAM(in_xdp, "xdp", 0)
PROGRAM(in_perf_event, "perf_event", 0)
PROGRAM(in_lwt_in, "lwt_in", 0)
PROGRAM(in_lwt_out, "lwt_out", 0)
PROGRAM(in_lwt_xmit, "lwt_xmit", 0)
PROGRAM(in_lwt_seg6local, "lwt_seg6local", 0)
PROGRAM(in_sk_skb_stream_parser, "sk_skb/stream_parser", 0)
PROGRAM(in_sk_skb_stream_verdict, "sk_skb/stream_verdict", 0)
PROGRAM(in_sk_skb, "sk_skb", 0)
PROGRAM(in_flow_dissector, "flow_dissector", 0)
PROGRAM(in_sk_msg, "sk_msg", 1)
PROGRAM(in_sockops, "sockops", 1)
PROGRAM(in_cgroup_skb_ingress, "cgroup_skb/ingress", 1)
PROGRAM(in_cgroup_skb_egress, "cgroup_skb/egress", 1)
PROGRAM(in_cgroup_skb, "cgroup/skb", 1)
PROGRAM(in_cgroup_sock_create, "cgroup/sock_create", 1)
PROGRAM(in_cgroup_sock_release, "cgroup/sock_release", 1)
PROGRAM(in_cgroup_sock, "cgroup/sock", 1)
PROGRAM(in_cgroup_post_bind4, "cgroup/post_bind4", 1)
PROGRAM(in_cgroup_post_bind6, "cgroup/post_bind6", 1)
PROGRAM(in_cgroup_bind4, "cgroup/bind4", 1)
PROGRAM(in_cgroup_bind6, "cgroup/bind6", 1)
PROGRAM(in_cgroup_connect4, "cgroup/connect4", 1)
PROGRAM(in_cgroup_connect6, "cgroup/connect6", 1)
PROGRAM(in_cgroup_sendmsg4, "cgroup/sendmsg4", 1)
PROGRAM(in_cgroup_sendmsg6, "cgroup/sendmsg6", 1)
PROGRAM(in_cgroup_recvmsg4, "cgroup/recvmsg4", 1)
PROGRAM(in_cgroup_recvmsg6, "cgroup/recvmsg6", 1)
PROGRAM(in_cgroup_getpeername4, "cgroup/getpeername4", 1)
PROGRAM(in_cgroup_getpeername6, "cgroup/getpeername6", 1)
PROGRAM(in_cgroup_getsockname4, "cgroup/getsockname4", 1)
PROGRAM(in_cgroup_getsockname6, "cgroup/getsockname6", 1)
PROGRAM(in_cgroup_sysctl, "cgroup/sysctl", 1)
PROGRAM(in_cgroup_dev, "cgroup/dev", 1)
PROGRAM(in_sk_lookup, "sk_lookup", 1)

LICENSE("GPL");
