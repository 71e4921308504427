// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A target of core_synthetic.bpf.c: bitfields became whole fields and plain fields bitfields, a pointer a structure, a
// structure a union; the old flavor's field is there. It has no programs.
#include <bpf4j/core_cases.h>

enum color { RED = 1, BLACK = -1 };
enum big { HUGE_VALUE = 4 };

struct point {
    int y;
    int x;
    int z;
};

struct shape {
    char name[4];
    int gone;
    signed char flag;
    short mode;
    long balance;
    unsigned char port : 6;
    int level : 9;
    union {
        struct point corners[5];
        char raw[100];
    };
    float radius;
    unsigned side[2];
    struct {
        int inner;
    } next;
    unsigned char color;
    struct {
        struct {
            struct {
                int deep;
            };
        };
    };
    struct point tail[2];
};

struct either {
    long number;
};

union either_way {
    int x;
};

typedef struct point point_t;
typedef int (*compare_t)(const struct point *, const struct point *, void *);

// A type is in BTF when something is made of it.
struct shape *keep_shape;
struct either *keep_either;
enum color keep_color;
enum big keep_big;
point_t *keep_point;
compare_t keep_compare;

// level stands behind port, at the 6th bit of its unit.
#define UNIT 24


_Static_assert(member_offset(struct shape, balance) == UNIT - 8, "the bitfields follow balance");

EXPECT(offset_next, POISON)
EXPECT(offset_element, member_offset(struct shape, corners[2].y))
EXPECT(offset_in_anonymous_union, POISON)
EXPECT(offset_deep, member_offset(struct shape, deep))
EXPECT(offset_past_array, member_offset(struct shape, corners[3].x))
EXPECT(offset_flexible, POISON)
EXPECT(offset_second_shape, sizeof(struct shape) + UNIT)
EXPECT(offset_bitfield, member_offset(struct shape, mode))
EXPECT(size_name, 4)
EXPECT(size_port, 1)
EXPECT(size_point, sizeof(struct point))
EXPECT(size_bitfield, sizeof(short))
EXPECT(exists_color, 0)
EXPECT(exists_gone, 1)
EXPECT(exists_past_array, 1)
EXPECT(exists_kind_changed, 0)
EXPECT(offset_gone, member_offset(struct shape, gone))
EXPECT(signed_level, 1)
EXPECT(signed_port, 0)
EXPECT(signed_color, POISON)
EXPECT(signed_balance, 1)
EXPECT(lshift_flag, LSHIFT(8 * member_offset(struct shape, flag), 8, member_offset(struct shape, flag), 1))
EXPECT(lshift_mode, LSHIFT(8 * member_offset(struct shape, mode), 16, member_offset(struct shape, mode), 2))
EXPECT(lshift_port, LSHIFT(8 * UNIT, 6, UNIT, 1))
EXPECT(rshift_flag, RSHIFT(8))
EXPECT(rshift_mode, RSHIFT(16))
EXPECT(rshift_balance, RSHIFT(64))
EXPECT(rshift_port, RSHIFT(6))
EXPECT(type_exists_shape, 1)
EXPECT(type_exists_either, 0)
EXPECT(type_exists_only_local, 0)
EXPECT(type_exists_typedef, 1)
EXPECT(type_exists_compare, 0)
EXPECT(type_size_point, sizeof(struct point))
EXPECT(type_size_only_local, 0)
EXPECT(type_matches_point, 1)
EXPECT(type_matches_shape, 0)
EXPECT(type_matches_color, 0)
EXPECT(enumval_exists_green, 0)
EXPECT(enumval_exists_blue, 0)
EXPECT(enumval_green, POISON)
EXPECT(enumval_blue, POISON)
EXPECT(enumval_huge, HUGE_VALUE)
