// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The local side of the cases that are told in bpf4j/core_cases.h: relocate this object against the BTF of itself (each
// program returns what the compiler wrote) and of each core_target_*.
#include <bpf4j/core_cases.h>

enum color { RED = 1, GREEN = 2, BLUE = -3 };
enum big { HUGE_VALUE = 0x100000001ULL };

struct point {
    int x;
    int y;
};

struct shape {
    char name[8];
    struct point corners[4];
    union {
        int radius;
        unsigned side;
    };
    struct {
        struct {
            short deep;
        };
    };
    enum color color;
    struct shape *next;
    unsigned short port;
    signed char level;
    unsigned flag : 1;
    unsigned mode : 5;
    int balance : 6;
    struct point tail[];
} __relocated;

struct shape___old {
    int gone;
    unsigned renamed_away;
} __relocated;

union either {
    long number;
    void *pointer;
} __relocated;

typedef struct point point_t;
typedef int (*compare_t)(const struct point *, const struct point *);

struct only_local {
    int member;
};

#define SHAPE ((struct shape *)0)
#define OLD ((struct shape___old *)0)

CASE(offset_next, core_field_byte_offset(SHAPE->next))
CASE(offset_element, core_field_byte_offset(SHAPE->corners[2].y))
CASE(offset_in_anonymous_union, core_field_byte_offset(SHAPE->side))
CASE(offset_deep, core_field_byte_offset(SHAPE->deep))
CASE(offset_past_array, core_field_byte_offset(SHAPE->corners[3].x))
CASE(offset_flexible, core_field_byte_offset(SHAPE->tail[7].y))
CASE(offset_second_shape, core_field_byte_offset(SHAPE[1].port))
CASE(offset_bitfield, core_field_byte_offset(SHAPE->mode))
CASE(size_name, core_field_byte_size(SHAPE->name))
CASE(size_port, core_field_byte_size(SHAPE->port))
CASE(size_point, core_field_byte_size(SHAPE->corners[0]))
CASE(size_bitfield, core_field_byte_size(SHAPE->mode))
CASE(exists_color, core_field_exists(SHAPE->color))
CASE(exists_gone, core_field_exists(OLD->gone))
CASE(exists_past_array, core_field_exists(SHAPE->corners[3]))
CASE(exists_kind_changed, core_field_exists(SHAPE->next))
CASE(offset_gone, core_field_byte_offset(OLD->gone))
CASE(signed_level, core_field_signed(SHAPE->level))
CASE(signed_port, core_field_signed(SHAPE->port))
CASE(signed_color, core_field_signed(SHAPE->color))
CASE(signed_balance, core_field_signed(SHAPE->balance))
CASE(lshift_flag, core_field_lshift_u64(SHAPE->flag))
CASE(lshift_mode, core_field_lshift_u64(SHAPE->mode))
CASE(lshift_port, core_field_lshift_u64(SHAPE->port))
CASE(rshift_flag, core_field_rshift_u64(SHAPE->flag))
CASE(rshift_mode, core_field_rshift_u64(SHAPE->mode))
CASE(rshift_balance, core_field_rshift_u64(SHAPE->balance))
CASE(rshift_port, core_field_rshift_u64(SHAPE->port))
CASE(type_exists_shape, core_type_exists(struct shape))
CASE(type_exists_either, core_type_exists(union either))
CASE(type_exists_only_local, core_type_exists(struct only_local))
CASE(type_exists_typedef, core_type_exists(point_t))
CASE(type_exists_compare, core_type_exists(compare_t))
CASE(type_size_point, core_type_size(struct point))
CASE(type_size_only_local, core_type_size(struct only_local))
CASE(type_matches_point, core_type_matches(struct point))
CASE(type_matches_shape, core_type_matches(struct shape))
CASE(type_matches_color, core_type_matches(enum color))
CASE(enumval_exists_green, core_enumval_exists(enum color, GREEN))
CASE(enumval_exists_blue, core_enumval_exists(enum color, BLUE))
CASE(enumval_green, core_enumval_value(enum color, GREEN))
CASE(enumval_blue, core_enumval_value(enum color, BLUE))
CASE(enumval_huge, core_enumval_value(enum big, HUGE_VALUE))

LICENSE("GPL");
