// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A map of the section `maps`, as it was written before BTF described maps.
#ifndef BPF4J_LEGACY_MAP_H
#define BPF4J_LEGACY_MAP_H

struct bpf_map_def {
    unsigned int type;
    unsigned int key_size;
    unsigned int value_size;
    unsigned int max_entries;
    unsigned int map_flags;
};

#endif
