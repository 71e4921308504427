// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A target of core_synthetic.bpf.c: everything has moved; arrays are shorter, fields narrower, wider, of the other
// sign, or gone. It has no programs.
#include <bpf4j/core_cases.h>

enum color { CYAN = 5, GREEN = 7, BLUE = 0x7fffffff, RED = 0 };
enum big { HUGE_VALUE = 0x300000005ULL };

struct point {
    long y;
    long x;
};

struct shape {
    struct shape *next;
    long padding[3];
    unsigned before : 3;
    unsigned flag : 2;
    unsigned mode : 7;
    unsigned balance : 11;
    unsigned port;
    union {
        struct {
            char between[6];
            union {
                int unrelated;
                short deep;
            };
        };
        unsigned side;
    };
    int radius;
    unsigned char level;
    char name[16];
    enum color color;
    struct point corners[3];
    struct point tail[];
};

union either {
    char bytes[40];
};

typedef struct point point_t;
typedef int (*compare_t)(const struct point *, const struct point *);

// A type is in BTF when something is made of it.
struct shape *keep_shape;
union either *keep_either;
enum color keep_color;
enum big keep_big;
point_t *keep_point;
compare_t keep_compare;

#define BITS_AT (8 * member_offset(struct shape, padding) + 3 * 64)
#define UNIT (BITS_AT / 8)

EXPECT(offset_next, member_offset(struct shape, next))
EXPECT(offset_element, member_offset(struct shape, corners[2].y))
EXPECT(offset_in_anonymous_union, member_offset(struct shape, side))
EXPECT(offset_deep, member_offset(struct shape, deep))
EXPECT(offset_past_array, POISON)
EXPECT(offset_flexible, member_offset(struct shape, tail) + 7 * sizeof(struct point) + member_offset(struct point, y))
EXPECT(offset_second_shape, sizeof(struct shape) + member_offset(struct shape, port))
EXPECT(offset_bitfield, UNIT)
EXPECT(size_name, sizeof(((struct shape *)0)->name))
EXPECT(size_port, sizeof(((struct shape *)0)->port))
EXPECT(size_point, sizeof(struct point))
EXPECT(size_bitfield, 4)
EXPECT(exists_color, 1)
EXPECT(exists_gone, 0)
EXPECT(exists_past_array, 0)
EXPECT(exists_kind_changed, 1)
EXPECT(offset_gone, POISON)
EXPECT(signed_level, 0)
EXPECT(signed_port, 0)
EXPECT(signed_color, 0)
EXPECT(signed_balance, 0)
EXPECT(lshift_flag, LSHIFT(BITS_AT + 3, 2, UNIT, 4))
EXPECT(lshift_mode, LSHIFT(BITS_AT + 5, 7, UNIT, 4))
EXPECT(lshift_port, LSHIFT(8 * member_offset(struct shape, port), 32, member_offset(struct shape, port), 4))
EXPECT(rshift_flag, RSHIFT(2))
EXPECT(rshift_mode, RSHIFT(7))
EXPECT(rshift_balance, RSHIFT(11))
EXPECT(rshift_port, RSHIFT(32))
EXPECT(type_exists_shape, 1)
EXPECT(type_exists_either, 1)
EXPECT(type_exists_only_local, 0)
EXPECT(type_exists_typedef, 1)
EXPECT(type_exists_compare, 1)
EXPECT(type_size_point, sizeof(struct point))
EXPECT(type_size_only_local, 0)
EXPECT(type_matches_point, 0)
EXPECT(type_matches_shape, 0)
EXPECT(type_matches_color, 1)
EXPECT(enumval_exists_green, 1)
EXPECT(enumval_exists_blue, 1)
EXPECT(enumval_green, GREEN)
EXPECT(enumval_blue, BLUE)
EXPECT(enumval_huge, HUGE_VALUE)
