// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for tests to attach to, without a C library. For each byte of its input it calls functions that start with
// `probed_`, passes USDT probes, and answers with the digit of its semaphore; its exit status is 0 at the end of its input.
// Linked with probed_second.c.
#include "probe.h"

#define __not_inlined __attribute__((noinline))
#define __kept __attribute__((used))

#if defined(__x86_64__)
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_EXIT = 60 };

static long system_call(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

__asm__(".global _start\n.type _start, @function\n_start: andq $-16, %rsp\ncall run\n");
#elif defined(__aarch64__)
enum { SYS_READ = 63, SYS_WRITE = 64, SYS_EXIT = 93 };

static long system_call(long number, long a, long b, long c)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

__asm__(".global _start\n.type _start, @function\n_start: bl run\n");
#endif

// The kernel counts up what is attached to the probes that name it.
unsigned short probed_semaphore __attribute__((section(".probes")));

long table[4] = {11, 22, 33, 44};

__not_inlined __kept static long duplicate(long value)
{
    __asm__ volatile("" : "+r"(value));
    return value + 1;
}

__not_inlined long probed_add(long a, long b)
{
    __asm__ volatile("" : "+r"(a));
    return a + b;
}

// Another name of the same function.
long probed_alias(long, long) __attribute__((alias("probed_add")));

__not_inlined long probed_twice(long value)
{
    return probed_add(value, value);
}

__not_inlined static void pass_arguments(const long *words, long index, signed char small)
{
    __asm__ volatile("" : "+r"(words), "+r"(index));
    volatile int local = -5;
    volatile unsigned short half = 0xfffe;
    PROBE3("bpf4j", "request", "r", small, "i", -7, "m", local);
    PROBE3("bpf4j", "memory", "m", words[index], "m", words[2], "m", half);
}

// Inlined, so that one probe is at several places, with its arguments at different ones.
__attribute__((always_inline)) static inline void pass_place(int place)
{
    PROBE1("bpf4j", "place", "ir", place);
}

__not_inlined static void pass_places(int value)
{
    pass_place(1);
    pass_place(1);
    pass_place(value);
}

__not_inlined static void pass_guarded(void)
{
    if (*(volatile unsigned short *)&probed_semaphore) {
        PROBE0_GUARDED("bpf4j", "guarded", "probed_semaphore");
    }
}

long probed_second(long value);

__kept void run(void)
{
    char byte;
    while (system_call(SYS_READ, 0, (long)&byte, 1) == 1) {
        // A probe's reader cannot wait for a page that nobody has touched.
        *(volatile long *)&table[3] = byte;
        long sum = duplicate(probed_twice(byte)) + probed_alias(1, 2) + probed_second(3);
        __asm__ volatile("" ::"r"(sum));
        pass_arguments(table, 1, (signed char)-byte);
        pass_places(byte);
        pass_guarded();
        PROBE0("bpf4j_other", "request");
        byte = '0' + *(volatile unsigned short *)&probed_semaphore;
        system_call(SYS_WRITE, 1, (long)&byte, 1);
    }
    system_call(SYS_EXIT, 0, 0, 0);
}
