// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// What is measured beside libbpf: a hash table with values of 128 bytes, and a program that writes records of that size
// into a ring buffer, as many in one run as the settings say.
#include <bpf4j/bpf.h>

HELPER(131, void *, bpf_ringbuf_reserve, void *ringbuf, __u64 size, __u64 flags);
HELPER(132, void, bpf_ringbuf_submit, void *data, __u64 flags);

struct record {
    __u64 number;
    __u64 rest[15];
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16384);
    __type(key, __u32);
    __type(value, struct record);
} table SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 22);
} records SEC(".maps");

struct settings {
    __u64 batch;          // records of one run
    __u64 flags;          // for every submit
    __u64 written;
    __u64 lost;           // records for which there was no room
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct settings);
} all_settings SEC(".maps");

static long write_one(__u32 round, struct settings **context)
{
    struct settings *settings = *context;
    struct record *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

    if (!record) {
        settings->lost++;
        return 0;
    }
    record->number = settings->written++;
    for (int i = 0; i < 15; i++)
        record->rest[i] = record->number + i;
    bpf_ringbuf_submit(record, settings->flags);
    return 0;
}

SEC("socket") int produce(void *ctx)
{
    __u32 key = 0;
    struct settings *settings = bpf_map_lookup_elem(&all_settings, &key);

    if (settings)
        bpf_loop(settings->batch, write_one, &settings, 0);
    return 0;
}

LICENSE("GPL");
