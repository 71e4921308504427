// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The map of sockmap.bpf.c as it was written before BTF: every object brings its own definition, and whoever loads the
// second one replaces its map by the pinned one of the first.
#ifndef BPF4J_EXAMPLES_SOCKMAP_LEGACY_H
#define BPF4J_EXAMPLES_SOCKMAP_LEGACY_H

#include <bpf4j/legacy_map.h>
#include "sockmap.h"

struct bpf_map_def SEC("maps") sockets = {
    .type = BPF_MAP_TYPE_SOCKHASH,
    .key_size = sizeof(struct socket_key),
    .value_size = sizeof(__u64),
    .max_entries = SOCKETS_MAX,
};

#endif
