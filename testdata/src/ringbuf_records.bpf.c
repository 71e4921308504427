// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Records for a ring buffer, as many as the settings say: numbered, of several sizes, every word computed from the
// number, so that a reader can check all of it. Two programs write to one buffer, a third to another.
#include <bpf4j/bpf.h>

HELPER(131, void *, bpf_ringbuf_reserve, void *ringbuf, __u64 size, __u64 flags);
HELPER(132, void, bpf_ringbuf_submit, void *data, __u64 flags);
HELPER(133, void, bpf_ringbuf_discard, void *data, __u64 flags);

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 16);
} records SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} others SEC(".maps");

struct settings {
    __u64 next;           // number of the next record
    __u64 end;            // where to stop
    __u64 lost;           // records for which there was no room
    __u32 batch;          // records of one run
    __u32 flags;          // for every submit
    __u32 keep_trying;    // without room: 0 loses the record, 1 ends the run and offers it again in the next
    __u32 discard_every;  // of so many records one is discarded, 0 for none
};

// One for each program.
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 3);
    __type(key, __u32);
    __type(value, struct settings);
} all_settings SEC(".maps");

#define NUMBER_BITS 56
#define SPREAD 0x9e3779b97f4a7c15ull

static __inline_always __u64 word(__u64 number, __u32 index)
{
    return (number + index) * SPREAD;
}

// The sizes are 16, 20, 64 and 204 bytes: with and without padding.
#define EMIT(ringbuf, words, tail)                                          \
    ({                                                                      \
        __u32 *record = bpf_ringbuf_reserve(ringbuf, 8 * (words) + (tail), 0); \
        if (record) {                                                       \
            *(__u64 *)record = number;                                      \
            for (int i = 1; i < (words); i++)                               \
                ((__u64 *)record)[i] = word(number, i);                     \
            if (tail)                                                       \
                record[2 * (words)] = word(number, words);                  \
            if (discard)                                                    \
                bpf_ringbuf_discard(record, settings->flags);               \
            else                                                            \
                bpf_ringbuf_submit(record, settings->flags);                \
        }                                                                   \
        record != NULL;                                                     \
    })

static __inline_always long emit(void *ringbuf, struct settings *settings, __u64 program)
{
    __u64 number = settings->next | program << NUMBER_BITS;
    bool discard = settings->discard_every && settings->next % settings->discard_every == 0;
    bool room;

    if (settings->next >= settings->end)
        return 1;
    switch (settings->next & 3) {
    case 0:
        room = EMIT(ringbuf, 2, 0);
        break;
    case 1:
        room = EMIT(ringbuf, 2, 4);
        break;
    case 2:
        room = EMIT(ringbuf, 8, 0);
        break;
    default:
        room = EMIT(ringbuf, 25, 4);
    }
    if (!room) {
        settings->lost++;
        if (settings->keep_trying)
            return 1;
    }
    settings->next++;
    return 0;
}

#define PROGRAM(name, ringbuf, index)                                       \
    static long name##_one(__u32 round, struct settings **settings)         \
    {                                                                       \
        return emit(&ringbuf, *settings, index);                            \
    }                                                                       \
    SEC("socket") int name(void *ctx)                                       \
    {                                                                       \
        __u32 key = index;                                                  \
        struct settings *settings = bpf_map_lookup_elem(&all_settings, &key); \
                                                                            \
        if (settings)                                                       \
            bpf_loop(settings->batch, name##_one, &settings, 0);            \
        return 0;                                                           \
    }

PROGRAM(produce, records, 0)
PROGRAM(produce_too, records, 1)
PROGRAM(produce_other, others, 2)

LICENSE("GPL");
