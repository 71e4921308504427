// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Where symbols stand that the kernel provides: values of its configuration, its variables and functions.
#ifndef BPF4J_EXTERNS_H
#define BPF4J_EXTERNS_H

#include <bpf4j/bpf.h>

#define __kconfig __attribute__((section(".kconfig")))
#define __ksym __attribute__((section(".ksyms")))

enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };

#endif
