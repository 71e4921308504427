// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_TYPE_MATCHES: members by name and type, a subset is enough; another type or name does not match.
#include <bpf4j/core.h>

struct list_head {
    struct list_head *next;
    struct list_head *prev;
};

struct list_head___renamed {
    struct list_head *following;
};

struct list_head___retyped {
    int next;
};

struct hlist_node___subset {
    struct hlist_node *next;
};

enum tcp_ca_state___two {
    TCP_CA_Open___two = 40,
    TCP_CA_Loss___two = 41,
};

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_type_matches(struct list_head);
    answers[1] = core_type_matches(struct list_head___renamed);
    answers[2] = core_type_matches(struct list_head___retyped);
    answers[3] = core_type_matches(struct hlist_node___subset);
    answers[4] = core_type_matches(enum tcp_ca_state___two);
    return 0;
}

LICENSE("GPL");
