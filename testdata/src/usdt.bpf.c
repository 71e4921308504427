// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for USDT probes: counts them, and keeps cookie, number of arguments and the first three arguments of the last.
#include <bpf4j/usdt.h>
#include <bpf4j/usdt_program.h>
