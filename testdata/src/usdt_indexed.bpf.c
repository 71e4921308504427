// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The same as usdt, with descriptions that have room for memory at two registers.
#define USDT_INDEXED
#include <bpf4j/usdt.h>
#include <bpf4j/usdt_program.h>
