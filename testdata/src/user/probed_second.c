// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The second part of probed.c: a function of a name that is there already.

__attribute__((noinline, used)) static long duplicate(long value)
{
    __asm__ volatile("" : "+r"(value));
    return value + 2;
}

__attribute__((noinline)) long probed_second(long value)
{
    return duplicate(value);
}
