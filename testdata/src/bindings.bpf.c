// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// For Java bindings: members of every kind. What Java writes, to_numbers reads in C, and what from_numbers writes in C,
// Java reads: one number a member or element, in the order of their declaration.
#include <bpf4j/bpf.h>

enum color { RED, GREEN = 5, BLUE = 200 };
enum level { LOWEST = -1, HIGHEST = 1LL << 40 };

struct point {
    __s32 x;
    __s32 y;
};

struct kinds {
    __s8 tiny;
    __u8 octet;
    __s16 small;
    __u16 port;
    __s32 number;
    __u32 word;
    __s64 wide;
    __u64 huge;
    bool yes;
    enum color color;
    enum level level;
    void *address;
    __u32 low : 3;
    __s32 middle : 7;
    __u32 high : 22;
    __u64 far : 40;
    bool flag : 1;
    __u16 ports[3];
    struct point at;
    __s32 grid[2][3];
    __u8 hash[4];
    char name[8];
    struct point corners[2];
};

struct odd {
    __u8 kind;
    union {
        __u32 all;
        __u8 parts[4];
        struct {
            __u16 first;
            __u16 second;
        };
    };
    struct {
        __u8 shallow;
        __u64 deep;
    } __attribute__((packed)) inside;
    __u16 odd_bits : 5;
    __u16 more_bits : 11;
    __u64 tail;
} __attribute__((packed));

#define KINDS(each) \
    each(tiny) each(octet) each(small) each(port) each(number) each(word) each(wide) each(huge) each(yes) each(color) \
    each(level) each(low) each(middle) each(high) each(far) each(flag) each(ports[0]) each(ports[1]) each(ports[2]) \
    each(at.x) each(at.y) each(grid[0][0]) each(grid[0][1]) each(grid[0][2]) each(grid[1][0]) each(grid[1][1]) \
    each(grid[1][2]) each(hash[0]) each(hash[1]) each(hash[2]) each(hash[3]) each(name[0]) each(name[1]) each(name[2]) \
    each(name[3]) each(name[4]) each(name[5]) each(name[6]) each(name[7]) each(corners[0].x) each(corners[0].y) \
    each(corners[1].x) each(corners[1].y)
#define ODD(each) each(kind) each(all) each(inside.shallow) each(inside.deep) each(odd_bits) each(more_bits) each(tail)

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8);
    __type(key, struct point);
    __type(value, struct kinds);
} records SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, union { __u64 whole; __u32 half; });
} unnamed SEC(".maps");

const volatile __u32 limit = 7;
struct kinds kinds_value;
struct odd odd_value;
__u64 numbers[64];
char label[16];
__s16 offset;
const struct point *event_type;

SEC("syscall") int to_numbers(void *ctx)
{
    int i = 0;
#define READ_KINDS(member) numbers[i++] = (__u64)kinds_value.member;
    KINDS(READ_KINDS)
    numbers[i++] = (__u64)kinds_value.address;
#define READ_ODD(member) numbers[i++] = (__u64)odd_value.member;
    ODD(READ_ODD)
    return i;
}

SEC("syscall") int from_numbers(void *ctx)
{
    int i = 0;
#define WRITE_KINDS(member) kinds_value.member = numbers[i++];
    KINDS(WRITE_KINDS)
    kinds_value.address = (void *)numbers[i++];
#define WRITE_ODD(member) odd_value.member = numbers[i++];
    ODD(WRITE_ODD)
    return i;
}

SEC("syscall") int to_map(void *ctx)
{
    return bpf_map_update_elem(&records, &kinds_value.at, &kinds_value, BPF_ANY);
}

SEC("syscall") int from_map(void *ctx)
{
    struct kinds *found = bpf_map_lookup_elem(&records, &kinds_value.at);

    if (!found)
        return 0;
    kinds_value = *found;
    return 1;
}

LICENSE("GPL");
