// SPDX-License-Identifier: Apache-2.0
// The C side of the measurements: a process that waits for commands and measures libbpf.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** Runs one command: its arguments without its name. Prints one line of numbers; returns 0, or an errno. */
typedef int command_fn(int argc, char **argv);

command_fn load_command;
command_fn btf_command;
command_fn relocate_command;
command_fn rates_command;

/** Nanoseconds spent inside bpf(2) since the process began. */
extern uint64_t bpf_nanos;

/** Unless this is cleared, reading the clock twice is a part of each bpf(2). */
extern bool bpf_is_timed;

/** While this is set, no bpf(2) reaches the kernel: each is answered as if it had succeeded. */
extern bool bpf_is_fake;

/** Takes the count of rounds from a command's argument; 0 if it is none. */
int count_of(const char *text);

static inline uint64_t now_nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
