// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Numbered records for a perf buffer, of several sizes, every word computed from the number.
#include <bpf4j/bpf.h>

HELPER(25, long, bpf_perf_event_output, void *ctx, void *map, __u64 flags, void *data, __u64 size);

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} samples SEC(".maps");

struct settings {
    __u64 next;
    __u64 refused;    // records that the kernel had no room for, or no reader on this CPU
    __u32 batch;
    __u32 unused;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct settings);
} all_settings SEC(".maps");

#define BPF_F_CURRENT_CPU 0xffffffffull
#define WORDS 26
#define SPREAD 0x9e3779b97f4a7c15ull

struct context {
    void *ctx;
    struct settings *settings;
};

static long emit(__u32 round, struct context *context)
{
    struct settings *settings = context->settings;
    __u64 record[WORDS], number = settings->next;
    // 12, 20, 60 and 204 bytes, which the kernel needs no padding for.
    __u64 size = number & 1 ? (number & 2 ? 204 : 20) : (number & 2 ? 60 : 12);

    record[0] = number;
    for (int i = 1; i < WORDS; i++)
        record[i] = (number + i) * SPREAD;
    if (bpf_perf_event_output(context->ctx, &samples, BPF_F_CURRENT_CPU, record, size))
        settings->refused++;
    settings->next++;
    return 0;
}

SEC("socket") int produce(void *ctx)
{
    __u32 key = 0;
    struct context context = {ctx, bpf_map_lookup_elem(&all_settings, &key)};

    if (context.settings)
        bpf_loop(context.settings->batch, emit, &context, 0);
    return 0;
}

LICENSE("GPL");
