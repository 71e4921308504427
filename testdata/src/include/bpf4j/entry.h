// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs of the types raw_tp and struct_ops get their arguments as an array of 64-bit words. ENTRY writes such a
// program as the function that it stands for, with types and names of the arguments in turn:
//
//     SEC("struct_ops") ENTRY(void, on_event, struct sock *, sk, __u32, event) { ... }
#ifndef BPF4J_ENTRY_H
#define BPF4J_ENTRY_H

#include <bpf4j/bpf.h>

#define ENTRY_PARAMS_2(t0, n0) t0 n0
#define ENTRY_PARAMS_4(t0, n0, t1, n1) t0 n0, t1 n1
#define ENTRY_PARAMS_6(t0, n0, t1, n1, t2, n2) t0 n0, t1 n1, t2 n2
#define ENTRY_PARAMS_8(t0, n0, t1, n1, t2, n2, t3, n3) t0 n0, t1 n1, t2 n2, t3 n3
#define ENTRY_WORDS_2(t0, n0) (t0)words[0]
#define ENTRY_WORDS_4(t0, n0, t1, n1) (t0)words[0], (t1)words[1]
#define ENTRY_WORDS_6(t0, n0, t1, n1, t2, n2) (t0)words[0], (t1)words[1], (t2)words[2]
#define ENTRY_WORDS_8(t0, n0, t1, n1, t2, n2, t3, n3) (t0)words[0], (t1)words[1], (t2)words[2], (t3)words[3]
#define ENTRY_NINTH(a, b, c, d, e, f, g, h, count, ...) count
#define ENTRY_COUNT(...) ENTRY_NINTH(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1)
#define ENTRY_JOIN_(a, b) a##b
#define ENTRY_JOIN(a, b) ENTRY_JOIN_(a, b)

#define ENTRY(result, name, ...)                                                                       \
    result name(__u64 *words);                                                                         \
    static __inline_always result name##_body(ENTRY_JOIN(ENTRY_PARAMS_, ENTRY_COUNT(__VA_ARGS__))(__VA_ARGS__)); \
    result name(__u64 *words)                                                                          \
    {                                                                                                  \
        return name##_body(ENTRY_JOIN(ENTRY_WORDS_, ENTRY_COUNT(__VA_ARGS__))(__VA_ARGS__));           \
    }                                                                                                  \
    static __inline_always result name##_body(ENTRY_JOIN(ENTRY_PARAMS_, ENTRY_COUNT(__VA_ARGS__))(__VA_ARGS__))

#endif
