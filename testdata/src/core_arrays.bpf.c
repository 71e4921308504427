// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Indices in access strings: an element of an array, of an array of structures, of a flexible array, of a pointed-to
// row of structures (the first index), and one that is past the end of the kernel's array (the field does not exist).
#include <bpf4j/core.h>

struct tcp_sack_block {
    __u32 start_seq;
    __u32 end_seq;
} __relocated;

struct tcp_sock {
    struct tcp_sack_block selective_acks[9];
    __u32 chrono_stat[3];
} __relocated;

struct sock_reuseport {
    __u16 max_socks;
    void *socks[];
} __relocated;

long answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct tcp_sock *tp = NULL;
    struct sock_reuseport *group = NULL;
    struct tcp_sack_block *blocks = NULL;

    answers[0] = core_field_byte_offset(tp->chrono_stat[2]);
    answers[1] = core_field_byte_offset(tp->selective_acks[3].end_seq);
    answers[2] = core_field_exists(tp->selective_acks[3]);
    answers[3] = core_field_exists(tp->selective_acks[8]);
    answers[4] = core_field_byte_offset(group->socks[5]);
    answers[5] = core_field_byte_offset(blocks[2].end_seq);
    answers[6] = core_field_byte_size(tp->selective_acks[1]);
    answers[7] = core_field_exists(group->socks[100]);
    return 0;
}

LICENSE("GPL");
