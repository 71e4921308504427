// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// CO-RE cases whose right answers are computed by the compiler. A local object (core_synthetic.bpf.c) has one program
// for each case, which returns the relocated value; each target object (core_target_*.bpf.c) brings other types of the
// same names and, in a constant named as the program, what the relocation against it must give.
#ifndef BPF4J_CORE_CASES_H
#define BPF4J_CORE_CASES_H

#include <bpf4j/core.h>

#define CASE(name, value)               \
    SEC("socket") __u64 name(void *ctx) \
    {                                   \
        return value;                   \
    }

#define EXPECT(name, value) const __s64 name = (value);

// The relocation has no answer: the instruction must become poison, the call of this helper.
#define POISON 0xbad2310

// Shifts that bring FIRST..FIRST+BITS-1 of a load of BYTES at byte AT to the top and down again; the n-th bit is
// counted as BTF does, from the lowest on little endian and from the highest on big endian.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LSHIFT(first, bits, at, bytes) (64 - ((first) + (bits) - 8 * (at)))
#else
#define LSHIFT(first, bits, at, bytes) ((8 - (bytes)) * 8 + ((first) - 8 * (at)))
#endif
#define RSHIFT(bits) (64 - (bits))

#endif
