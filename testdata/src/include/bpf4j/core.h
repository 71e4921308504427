// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One expression for each kind of CO-RE relocation. The second argument of clang's builtins is a number that each
// builtin counts for itself; the kind that ends up in .BTF.ext stands beside it.
#ifndef BPF4J_CORE_H
#define BPF4J_CORE_H

#include <bpf4j/bpf.h>

#define core_field_byte_offset(field) __builtin_preserve_field_info(field, 0) /* BPF_CORE_FIELD_BYTE_OFFSET 0 */
#define core_field_byte_size(field) __builtin_preserve_field_info(field, 1)   /* BPF_CORE_FIELD_BYTE_SIZE 1 */
#define core_field_exists(field) __builtin_preserve_field_info(field, 2)      /* BPF_CORE_FIELD_EXISTS 2 */
#define core_field_signed(field) __builtin_preserve_field_info(field, 3)      /* BPF_CORE_FIELD_SIGNED 3 */
#define core_field_lshift_u64(field) __builtin_preserve_field_info(field, 4)  /* BPF_CORE_FIELD_LSHIFT_U64 4 */
#define core_field_rshift_u64(field) __builtin_preserve_field_info(field, 5)  /* BPF_CORE_FIELD_RSHIFT_U64 5 */
#define core_type_id_local(type) __builtin_btf_type_id(*(typeof(type) *)0, 0)       /* BPF_CORE_TYPE_ID_LOCAL 6 */
#define core_type_id_target(type) __builtin_btf_type_id(*(typeof(type) *)0, 1)      /* BPF_CORE_TYPE_ID_TARGET 7 */
#define core_type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)  /* BPF_CORE_TYPE_EXISTS 8 */
#define core_type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)    /* BPF_CORE_TYPE_SIZE 9 */
#define core_enumval_exists(type, value) \
    __builtin_preserve_enum_value(*(typeof(type) *)value, 0)                  /* BPF_CORE_ENUMVAL_EXISTS 10 */
#define core_enumval_value(type, value) \
    __builtin_preserve_enum_value(*(typeof(type) *)value, 1)                  /* BPF_CORE_ENUMVAL_VALUE 11 */
#define core_type_matches(type) __builtin_preserve_type_info(*(typeof(type) *)0, 2) /* BPF_CORE_TYPE_MATCHES 12 */

// A field of a kernel structure that the program knows by plain address only.
#define core_read(to, field) bpf_probe_read_kernel(&(to), sizeof(to), __builtin_preserve_access_index(&(field)))

// The value of a bitfield below a pointer that may be dereferenced: loads the bytes around it as the target has them,
// then shifts away what is above and below. The load is of the width that the target needs.
#define core_bitfield(base, field)                                                                         \
    ({                                                                                                     \
        const void *at = (const void *)(base) + core_field_byte_offset((base)->field);                     \
        __u64 bits = 0;                                                                                    \
                                                                                                           \
        switch (core_field_byte_size((base)->field)) {                                                     \
        case 1: bits = *(const __u8 *)at; break;                                                           \
        case 2: bits = *(const __u16 *)at; break;                                                          \
        case 4: bits = *(const __u32 *)at; break;                                                          \
        case 8: bits = *(const __u64 *)at; break;                                                          \
        }                                                                                                  \
        bits <<= core_field_lshift_u64((base)->field);                                                     \
        core_field_signed((base)->field) ? (__u64)((__s64)bits >> core_field_rshift_u64((base)->field))    \
                                         : bits >> core_field_rshift_u64((base)->field);                   \
    })

#endif
