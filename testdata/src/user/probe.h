// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// USDT probes: a nop, and a note that says where it is, where its semaphore, and where its arguments are at that time. The
// note's form is SystemTap's (https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation).
#ifndef BPF4J_PROBE_H
#define BPF4J_PROBE_H

// Tools that move the code tell from this section's address by how much.
#define PROBE_BASE                                                       \
    ".ifndef _.stapsdt.base\n"                                           \
    ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n" \
    ".weak _.stapsdt.base\n"                                             \
    ".hidden _.stapsdt.base\n"                                           \
    "_.stapsdt.base: .space 1\n"                                         \
    ".size _.stapsdt.base, 1\n"                                          \
    ".popsection\n"                                                      \
    ".endif\n"

#define PROBE_NOTE(provider, name, semaphore, arguments) \
    "900: nop\n"                                         \
    ".pushsection .note.stapsdt, \"\", \"note\"\n"       \
    ".balign 4\n"                                        \
    ".4byte 902f - 901f, 904f - 903f, 3\n"               \
    "901: .asciz \"stapsdt\"\n"                          \
    "902: .balign 4\n"                                   \
    "903: .8byte 900b, _.stapsdt.base, " semaphore "\n"  \
    ".asciz \"" provider "\"\n"                          \
    ".asciz \"" name "\"\n"                              \
    ".asciz \"" arguments "\"\n"                         \
    "904: .balign 4\n"                                   \
    ".popsection\n" PROBE_BASE

// An argument's size in bytes is negative if it has a sign.
#define PROBE_SIZE(value) \
    "i"(((typeof(value))-1 < (typeof(value))1 ? -1 : 1) * (long)sizeof(value))

#define PROBE0(provider, name) __asm__ volatile(PROBE_NOTE(provider, name, "0", ""))
#define PROBE0_GUARDED(provider, name, semaphore) __asm__ volatile(PROBE_NOTE(provider, name, semaphore, ""))
#define PROBE1(provider, name, form, a) \
    __asm__ volatile(PROBE_NOTE(provider, name, "0", "%c0@%1")::PROBE_SIZE(a), form(a))
#define PROBE3(provider, name, form_a, a, form_b, b, form_c, c)                                             \
    __asm__ volatile(PROBE_NOTE(provider, name, "0", "%c0@%1 %c2@%3 %c4@%5")::PROBE_SIZE(a), form_a(a),     \
                     PROBE_SIZE(b), form_b(b), PROBE_SIZE(c), form_c(c))

#endif
