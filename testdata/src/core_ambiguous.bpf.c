// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Relocated against its own BTF, each access has two candidates, a type and a flavor of it. They agree on where c is
// and disagree on a and b, which is an error, even for the question whether b exists.
#include <bpf4j/core.h>

struct bpf4j_pair {
    int a;
    int b;
    int c;
} __relocated;

struct bpf4j_pair___swapped {
    int b;
    int a;
    int c;
} __relocated;

#define PAIR ((struct bpf4j_pair *)0)

SEC("socket") int disagree(void *ctx)
{
    return core_field_byte_offset(PAIR->b);
}

SEC("socket") int agree(void *ctx)
{
    return core_field_byte_offset(PAIR->c);
}

SEC("socket") int both_have_it(void *ctx)
{
    return core_field_exists(PAIR->b);
}

// Brings the flavor into BTF.
SEC("socket") int swapped(void *ctx)
{
    return core_field_exists(((struct bpf4j_pair___swapped *)0)->a);
}

LICENSE("GPL");
