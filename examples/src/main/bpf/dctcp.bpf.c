// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two congestion controls out of one object. Each variable becomes a struct_ops map of its own; the programs are
// shared, for they serve the same members. `dctcp_nouse` only shows that: it has the name, the flag and what the kernel
// requires.
#include "dctcp.h"

SEC(".struct_ops") struct tcp_congestion_ops dctcp = DCTCP_OPS("bpf_dctcp");

SEC(".struct_ops") struct tcp_congestion_ops dctcp_nouse = {
    .name = "bpf_dctcp_nouse",
    .flags = TCP_CONG_NEEDS_ECN,
    .init = (void *)dctcp_init,
    .ssthresh = (void *)dctcp_ssthresh,
    .cong_avoid = (void *)dctcp_cong_avoid,
    .undo_cwnd = (void *)dctcp_undo_cwnd,
    .set_state = (void *)dctcp_set_state,
};
