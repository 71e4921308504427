// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Global variables of every type that has a value of its own, read and written while the program runs: constants that
// choose a branch, counters, a section of static variables only, and static variables of one name.
#include <bpf4j/bpf.h>

enum level { LOW, HIGH = 7 };
enum wide_level : __u64 { WIDE = 1ull << 40 };
struct point {
    int x;
    int y;
};

const volatile int mode = 0;
const volatile bool verbose = false;
const volatile char greeting[8] = "hi";

__u64 runs;
__s8 small = -5;
__u8 octet = 200;
__u16 port = 8080;
__s16 depth = -300;
int factor = 3;
__u32 mask = 0xfffffff0;
volatile enum level level = HIGH;
volatile enum wide_level wide_level = WIDE;
volatile struct point origin = {1, 2};
char label[8] = "start";
char length;
void *volatile nowhere;
volatile struct __attribute__((packed)) {
    char before;
    int inside;
} packed = {1, 2};

static volatile int only_static SEC(".data.own") = 5;
static volatile int also_static SEC(".data.own") = 6;

static __not_inlined int first(void)
{
    static volatile int shared = 10;
    return shared++;
}

static __not_inlined int second(void)
{
    static volatile int shared = 20;
    return shared++;
}

SEC("socket") int run(void *ctx)
{
    __sync_fetch_and_add(&runs, 1);
    length = greeting[0] == label[0];
    label[0]++;
    only_static += also_static;
    first();
    second();
    small--;
    octet++;
    port++;
    depth--;
    mask++;
    if (verbose)
        return 1000;
    if (mode == 1)
        return factor;
    return mode == 2 ? factor * factor : -factor;
}

LICENSE("GPL");
