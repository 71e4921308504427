// SPDX-License-Identifier: Apache-2.0
// load COUNT OBJECT: opens and loads an object COUNT times; for each, nanoseconds in all and inside bpf(2).
#include "peer.h"
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

int load_command(int argc, char **argv)
{
	int count = argc == 2 ? count_of(argv[0]) : 0;

	if (!count)
		return EINVAL;
	for (int i = 0; i < count; i++) {
		uint64_t inside = bpf_nanos, start = now_nanos();
		struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
		int problem = object ? bpf_object__load(object) : -errno;
		uint64_t end = now_nanos();

		if (problem) {
			bpf_object__close(object);
			return -problem;
		}
		printf("%llu %llu ", (unsigned long long)(end - start), (unsigned long long)(bpf_nanos - inside));
		bpf_object__close(object);
	}
	return 0;
}
