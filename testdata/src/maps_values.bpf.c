// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Values of every kind of type that BTF has a form for, filled in by the program, and one with a spin lock.
#include <bpf4j/bpf.h>

enum color { RED, GREEN = 5, DARK = -2 };
enum mask { NONE, HIGH = 1ULL << 40 };

struct point {
    __s16 x;
    __s16 y;
};

typedef volatile __u32 odd;

struct all {
    bool flag;
    char letter;
    __s8 tiny;
    __u8 byte;
    __s16 small;
    __u16 port;
    __s32 number;
    odd count;
    __s64 big;
    __u64 huge;
    __u32 three : 3;
    __s32 five : 5;
    __u32 cross : 14;
    enum color color;
    enum mask mask;
    void *pointer;
    char name[16];
    char raw[4];
    __u16 ports[3];
    __u8 grid[2][3];
    struct point point;
    struct point points[2];
    union {
        __u32 address4;
        __u8 bytes4[4];
    };
    union {
        __u64 whole;
        struct {
            __u32 low;
            __u32 high;
        };
    } either;
    double real;
    unsigned __int128 wide;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct all);
} values SEC(".maps");

struct bpf_spin_lock {
    __u32 val;
};

struct locked {
    struct bpf_spin_lock lock;
    __u32 generation;
    __u64 count;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct locked);
} locks SEC(".maps");

SEC("tc") int fill(void *ctx)
{
    __u32 zero = 0;
    struct all *all = bpf_map_lookup_elem(&values, &zero);
    struct locked *locked = bpf_map_lookup_elem(&locks, &zero);

    if (!all || !locked)
        return 0;
    all->flag = true;
    all->letter = 'J';
    all->tiny = -1;
    all->byte = 200;
    all->small = -300;
    all->port = 65535;
    all->number = -70000;
    all->count = 4000000000;
    all->big = -5000000000;
    all->huge = -1;
    all->three = 6;
    all->five = -7;
    all->cross = 12345;
    all->color = DARK;
    all->mask = HIGH;
    all->pointer = (void *)0x1234;
    all->name[0] = 'b';
    all->name[1] = 'p';
    all->name[2] = '"';
    all->raw[0] = 1;
    all->ports[0] = 22;
    all->ports[2] = 443;
    all->grid[1][2] = 9;
    all->point.x = -3;
    all->points[1].y = 4;
    all->address4 = 0x0100007f;
    all->either.low = 1;
    all->either.high = 2;
    all->wide = ((unsigned __int128)1 << 64) + 15;
    bpf_spin_lock(&locked->lock);
    locked->count += 1;
    bpf_spin_unlock(&locked->lock);
    return 1;
}

LICENSE("GPL");
