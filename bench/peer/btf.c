// SPDX-License-Identifier: Apache-2.0
// btf COUNT: reads the kernel's types COUNT times; for each, nanoseconds to open them, and to find one type by its name.
#include "peer.h"
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

int btf_command(int argc, char **argv)
{
	int count = argc == 1 ? count_of(argv[0]) : 0;

	if (!count)
		return EINVAL;
	for (int i = 0; i < count; i++) {
		uint64_t start = now_nanos();
		struct btf *btf = btf__load_vmlinux_btf();

		if (!btf)
			return errno;
		uint64_t opened = now_nanos();
		int id = btf__find_by_name_kind(btf, "tcp_congestion_ops", BTF_KIND_STRUCT);
		uint64_t found = now_nanos();

		btf__free(btf);
		if (id < 0)
			return -id;
		printf("%llu %llu ", (unsigned long long)(opened - start), (unsigned long long)(found - opened));
	}
	return 0;
}
