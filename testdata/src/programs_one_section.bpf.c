// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Three programs in one section, cut apart by their symbols: line info, func info and relocations go to the right one.
#include <bpf4j/bpf.h>

int first_runs, second_runs;

SEC("socket") int first(void *ctx)
{
    return ++first_runs;
}

SEC("socket") int second(void *ctx)
{
    second_runs += 2;
    return second_runs;
}

SEC("socket") int third(void *ctx)
{
    return first_runs + second_runs;
}

LICENSE("GPL");
