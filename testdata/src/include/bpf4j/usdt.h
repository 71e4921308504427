// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Arguments of USDT probes. The loader describes each place of a probe in a map, by names and types that are an agreement
// between programs and loaders; a program finds its place by the cookie of the attachment. With USDT_INDEXED the
// description has room for memory at two registers, as newer programs have it, at the price of another layout.
#ifndef BPF4J_USDT_H
#define BPF4J_USDT_H

#include <bpf4j/externs.h>

enum __bpf_usdt_arg_type {
    BPF_USDT_ARG_CONST,
    BPF_USDT_ARG_REG,
    BPF_USDT_ARG_REG_DEREF,
#ifdef USDT_INDEXED
    BPF_USDT_ARG_SIB,
#endif
};

struct __bpf_usdt_arg_spec {
    __u64 val_off;
#ifndef USDT_INDEXED
    enum __bpf_usdt_arg_type arg_type;
#else
    enum __bpf_usdt_arg_type arg_type : 8;
    __u16 idx_reg_off : 12;
    __u16 scale_bitshift : 4;
    __u8 __reserved : 8;
#endif
    short reg_off;
    bool arg_signed;
    char arg_bitshift;
};

enum { BPF_USDT_MAX_ARG_CNT = 12 };

struct __bpf_usdt_spec {
    struct __bpf_usdt_arg_spec args[BPF_USDT_MAX_ARG_CNT];
    __u64 usdt_cookie;
    short arg_cnt;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8);
    __type(key, int);
    __type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps");

// For kernels without cookies: from the address of the instruction to the description.
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 32);
    __type(key, long);
    __type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps");

extern const bool LINUX_HAS_BPF_COOKIE __kconfig;

HELPER(112, long, bpf_probe_read_user, void *to, __u32 size, const void *from);
HELPER(174, __u64, bpf_get_attach_cookie, void *ctx);

// Where x86 saves the instruction pointer.
enum { PT_REGS_IP_OFFSET = 128 };

static __inline_always struct __bpf_usdt_spec *usdt_place(void *ctx)
{
    int id;
    if (LINUX_HAS_BPF_COOKIE) {
        id = bpf_get_attach_cookie(ctx);
    } else {
        long ip = 0;
        bpf_probe_read_kernel(&ip, sizeof(ip), ctx + PT_REGS_IP_OFFSET);
        __u32 *found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);
        if (!found) {
            return NULL;
        }
        id = *found;
    }
    return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

// Asked when the program runs, so that the code is the same for both byte orders.
static const volatile __u16 usdt_one = 1;

static __inline_always bool usdt_is_little_endian(void)
{
    return *(const volatile __u8 *)&usdt_one;
}

// A big-endian machine finds a value that is shorter than a register at its other end.
static __inline_always __u64 usdt_memory(__u64 at, __u32 bitshift)
{
    __u64 value = 0;
    bpf_probe_read_user(&value, sizeof(value), (const void *)at);
    return usdt_is_little_endian() ? value : value >> bitshift;
}

static __inline_always __u64 usdt_register(void *ctx, __u32 offset)
{
    __u64 value = 0;
    bpf_probe_read_kernel(&value, sizeof(value), ctx + offset);
    return value;
}

static __inline_always __u64 usdt_argument(void *ctx, struct __bpf_usdt_spec *place, __u32 index)
{
    struct __bpf_usdt_arg_spec *spec = &place->args[index];
    __u32 bitshift = spec->arg_bitshift & 63;
    __u64 value = spec->val_off;
#ifdef USDT_INDEXED
    // The bit fields read as the bytes that they are, for the same reason.
    const __u8 *bytes = (const __u8 *)spec;
    __u32 type = bytes[8];
    __u16 packed = *(const __u16 *)(bytes + 10);
    __u32 index_register = usdt_is_little_endian() ? packed & 0xfff : packed >> 4;
    __u32 scale = usdt_is_little_endian() ? packed >> 12 : packed & 15;
#else
    __u32 type = spec->arg_type;
#endif
    switch (type) {
    case BPF_USDT_ARG_CONST:
        break;
    case BPF_USDT_ARG_REG:
        value = usdt_register(ctx, spec->reg_off);
        break;
    case BPF_USDT_ARG_REG_DEREF:
        value = usdt_memory(usdt_register(ctx, spec->reg_off) + spec->val_off, bitshift);
        break;
#ifdef USDT_INDEXED
    case BPF_USDT_ARG_SIB:
        value = usdt_memory(usdt_register(ctx, spec->reg_off)
                + (usdt_register(ctx, index_register) << scale) + spec->val_off, bitshift);
        break;
#endif
    }
    value <<= bitshift;
    return spec->arg_signed ? (__u64)((__s64)value >> bitshift) : value >> bitshift;
}

#endif
