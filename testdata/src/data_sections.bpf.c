// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Global variables: the three plain sections and custom ones, static, global and hidden, at offset 0 and behind it; a
// section of strings that BTF does not describe.
#include <bpf4j/bpf.h>

int initialised = 17;
static volatile int own_initialised = 18;
__hidden_symbol __u64 hidden_initialised = 19;

const volatile int limit = 100;
static const volatile __u64 own_limit = 101;
const volatile char greeting[] = "hello";

__u64 zeroed;
static volatile __u32 own_zeroed[4];

int custom_data SEC(".data.custom") = 5;
static volatile int own_custom_data SEC(".data.custom") = 6;
const volatile int custom_rodata SEC(".rodata.custom") = 7;
__u64 custom_bss SEC(".bss.custom");

SEC("socket") int touch(void *ctx)
{
    static const char format[] = "touched %d\n";
    const char *text = "a string without a variable";
    char copy[4];

    initialised++;
    own_initialised += 2;
    hidden_initialised += own_limit;
    zeroed += limit;
    own_zeroed[3] = greeting[1];
    custom_data += custom_rodata;
    own_custom_data++;
    custom_bss = 1;
    bpf_probe_read_kernel(copy, sizeof(copy), text);
    bpf_trace_printk(format, sizeof(format), initialised);
    return own_zeroed[2] + copy[0];
}

LICENSE("GPL");
