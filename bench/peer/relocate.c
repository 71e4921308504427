// SPDX-License-Identifier: Apache-2.0
// relocate OBJECT...: opens and prepares each object without the kernel; for each nanoseconds, or 0 if libbpf refuses it.
#include "peer.h"
#include <bpf/libbpf.h>
#include <bpf/libbpf_version.h>
#include <errno.h>
#include <stdio.h>

static int prepare(struct bpf_object *object)
{
#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 6
	return bpf_object__prepare(object);
#else
	/* Relocation is one of the steps of loading, and all programs are relocated before the first is loaded. */
	return bpf_object__load(object);
#endif
}

int relocate_command(int argc, char **argv)
{
	if (!argc)
		return EINVAL;
	bpf_is_fake = true;
	for (int i = 0; i < argc; i++) {
		uint64_t start = now_nanos();
		struct bpf_object *object = bpf_object__open_file(argv[i], NULL);
		int problem = object ? prepare(object) : -errno;
		uint64_t end = now_nanos();

		printf("%llu ", problem ? 0ull : (unsigned long long)(end - start));
		bpf_object__close(object);
	}
	bpf_is_fake = false;
	return 0;
}
