// SPDX-License-Identifier: Apache-2.0
// Stands before syscall(2) in this program, see the Makefile: times each bpf(2), or answers it in the kernel's place.
#include "peer.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t bpf_nanos;
bool bpf_is_timed = true;
bool bpf_is_fake;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/** A descriptor stands for each object that would have been made; there was nothing before; the rest succeeds. */
static long fake_bpf(long command)
{
	switch (command) {
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
	case BPF_BTF_LOAD:
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	case BPF_OBJ_GET:
	case BPF_MAP_GET_FD_BY_ID:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_BTF_GET_NEXT_ID:
	case BPF_BTF_GET_FD_BY_ID:
		errno = ENOENT;
		return -1;
	default:
		return 0;
	}
}

long __wrap_syscall(long number, ...)
{
	va_list args;
	long arguments[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(args, long);
	va_end(args);
	if (number != SYS_bpf)
		return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
				      arguments[5]);
	if (bpf_is_fake)
		return fake_bpf(arguments[0]);
	if (!bpf_is_timed)
		return __real_syscall(number, arguments[0], arguments[1], arguments[2]);
	uint64_t start = now_nanos();
	long result = __real_syscall(number, arguments[0], arguments[1], arguments[2]);
	int problem = errno;

	bpf_nanos += now_nanos() - start;
	errno = problem;
	return result;
}
