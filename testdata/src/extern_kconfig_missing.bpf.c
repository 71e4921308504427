// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A configuration value that no kernel has and that is not weak: refused.
#include <bpf4j/externs.h>

extern int CONFIG_NO_SUCH_OPTION __kconfig;

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    return CONFIG_NO_SUCH_OPTION;
}

LICENSE("GPL");
