// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program that throws, and the function that its declaration tag names to receive what is thrown (kernel 6.7): nothing calls
// that function, and it is joined to the program all the same.
#include <bpf4j/externs.h>

extern void bpf_throw(__u64 cookie) __ksym;

__u64 thrown;

__not_inlined int on_throw(__u64 cookie)
{
    thrown = cookie;
    return 0;
}

__not_inlined int checked(int value)
{
    if (value > 100)
        bpf_throw(value);
    return value;
}

SEC("tc") __attribute__((btf_decl_tag("exception_callback:on_throw"))) int throwing(__u32 *ctx)
{
    return checked(ctx[0]);
}

LICENSE("GPL");
