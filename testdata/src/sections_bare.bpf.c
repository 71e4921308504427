// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Names that take a target, without one: legal, but nothing says what to attach to. And names that only look like known
// ones.
#include <bpf4j/bpf.h>

#define PROGRAM(name, section)        \
    SEC(section) int name(void *ctx)  \
    {                                 \
        return 0;                     \
    }

PROGRAM(bare_kprobe, "kprobe")
PROGRAM(bare_uprobe, "uprobe")
PROGRAM(bare_tracepoint, "tracepoint")
PROGRAM(bare_raw_tp, "raw_tp")
PROGRAM(bare_fentry, "fentry")
PROGRAM(bare_lsm, "lsm")
PROGRAM(bare_struct_ops, "struct_ops")
PROGRAM(unknown_suffix, "xdp_pass")
PROGRAM(unknown_target, "sk_msg/whatever")
PROGRAM(unknown_name, "nonsense")

LICENSE("GPL");
