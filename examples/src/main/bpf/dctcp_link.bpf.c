// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The congestion control of dctcp.bpf.c, registered through a link: it goes when the link is closed, can be pinned, and
// can be replaced while connections use it. Needs kernel 6.4.
#include "dctcp.h"

SEC(".struct_ops.link") struct tcp_congestion_ops dctcp = DCTCP_OPS("bpf_dctcp_link");
