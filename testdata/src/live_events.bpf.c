// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Says something as soon as it is attached: the first three system calls of anybody write a record each to a ring
// buffer and to a perf buffer, and a line to the kernel's trace.
#include <bpf4j/bpf.h>

HELPER(25, long, bpf_perf_event_output, void *ctx, void *map, __u64 flags, void *data, __u64 size);

#define BPF_F_CURRENT_CPU 0xffffffffULL

struct event {
    __u32 number;
    char text[8];
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} samples SEC(".maps");

// Not in the code, where its bytes would be numbers whose halves depend on the byte order.
const volatile char greeting[8] = "hello";
const char format[] = "bpf4j live event %d";
__u32 seen;
// Keeps the type in the BTF: something has to refer to it.
struct event last;

SEC("raw_tp/sys_enter") int speak(void *ctx)
{
    struct event event = {};

    if (seen >= 3)
        return 0;
    event.number = __sync_fetch_and_add(&seen, 1);
    if (event.number >= 3)
        return 0;
#pragma unroll
    for (int i = 0; i < (int)sizeof(event.text); i++)
        event.text[i] = greeting[i];
    last = event;
    bpf_ringbuf_output(&events, &event, sizeof(event), 0);
    bpf_perf_event_output(ctx, &samples, BPF_F_CURRENT_CPU, &event, sizeof(event));
    bpf_trace_printk(format, sizeof(format), event.number);
    return 0;
}

LICENSE("GPL");
