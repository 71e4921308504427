// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Reads what a process sends through a user ring buffer, at most as many records as asked for, and adds them up.
#include <bpf4j/bpf.h>

HELPER(201, long, bpf_dynptr_read, void *to, __u32 size, const void *dynptr, __u32 offset, __u64 flags);
HELPER(209, long, bpf_user_ringbuf_drain, void *ringbuf, void *callback, void *context, __u64 flags);

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 4096);
} requests SEC(".maps");

struct totals {
    __u64 limit;     // records of one run, 0 for all
    __u64 flags;     // for the drain
    __u64 records;
    __u64 last;      // the first eight bytes of the last record
    __u64 sum;       // of the first eight bytes of all records
    __u64 unordered; // records whose first eight bytes are not one more than those of the record before
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct totals);
} all_totals SEC(".maps");

struct context {
    struct totals *totals;
    __u64 records;
};

static long add(void *record, struct context *context)
{
    struct totals *totals = context->totals;
    __u64 first = 0;

    bpf_dynptr_read(&first, sizeof(first), record, 0, 0);
    totals->records++;
    totals->sum += first;
    if (first != totals->last + 1)
        totals->unordered++;
    totals->last = first;
    context->records++;
    return context->records == totals->limit;
}

SEC("socket") int drain(void *ctx)
{
    __u32 key = 0;
    struct context context = {bpf_map_lookup_elem(&all_totals, &key), 0};

    if (context.totals)
        bpf_user_ringbuf_drain(&requests, add, &context, context.totals->flags);
    return context.records;
}

LICENSE("GPL");
