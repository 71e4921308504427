// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Values of the kernel configuration: the version, a tristate, a number, a text, a bool, a character, and absent weak
// ones.
#include <bpf4j/externs.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig;
extern bool CONFIG_BPF_JIT __kconfig;
extern char CONFIG_NET __kconfig;
extern unsigned CONFIG_HZ __kconfig __weak_symbol;
extern const char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak_symbol;
extern enum libbpf_tristate CONFIG_NO_SUCH_OPTION __kconfig __weak_symbol;
extern __u64 CONFIG_NO_SUCH_NUMBER __kconfig __weak_symbol;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = LINUX_KERNEL_VERSION;
    answers[1] = CONFIG_BPF_SYSCALL;
    answers[2] = CONFIG_BPF_JIT;
    answers[3] = CONFIG_NET;
    answers[4] = CONFIG_HZ;
    answers[5] = CONFIG_DEFAULT_HOSTNAME[0];
    answers[6] = CONFIG_NO_SUCH_OPTION;
    answers[7] = CONFIG_NO_SUCH_NUMBER;
    return 0;
}

LICENSE("GPL");
