// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Every kind of type that BTF has, for readers, writers and printers of it.
#include <bpf4j/bpf.h>

#define tagged __attribute__((btf_type_tag("user")))
#define declared(text) __attribute__((btf_decl_tag(text)))

struct forward;
union forward_union;

enum small { SMALL_ZERO, SMALL_TEN = 10 };
enum small_signed { MINUS_ONE = -1, PLUS_ONE = 1 };
enum wide { WIDE = 0x123456789abcULL };
enum wide_signed { WIDE_MINUS = -0x123456789abcLL };

typedef int (*callback)(const char *restrict text, ...);
typedef struct forward *opaque;

struct all_kinds {
    _Bool truth;
    char letter;
    signed char level;
    __u64 number declared("a member with a tag");
    __int128 huge;
    float real;
    double longer;
    enum small small;
    enum small_signed small_signed;
    enum wide wide;
    enum wide_signed wide_signed;
    const volatile int *const limits;
    int tagged *borrowed;
    int matrix[2][3];
    callback call;
    opaque hidden;
    union forward_union *either;
    unsigned low : 3;
    int middle : 7;
    __u64 high : 40;
    struct {
        union {
            int first;
            float second;
        };
    };
    int rest[];
} declared("a structure with a tag");

struct all_kinds *every;
static volatile int private_one;
int data_one = 4;
const volatile double constant_one = 1.5;
extern int weak_one __weak_symbol;
int weak_one = 5;

__not_inlined int global_function(int named declared("an argument with a tag"), struct all_kinds *pointer)
{
    return pointer ? pointer->letter + named : private_one;
}

static __not_inlined void static_function(void)
{
    private_one = data_one + weak_one;
}

SEC("socket") int entry(void *ctx)
{
    static_function();
    return global_function(1, NULL);
}

LICENSE("GPL");
