// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A definition in the section `maps` of four fields only: shorter than any loader ever read. Refused when the object is
// read.
#include <bpf4j/bpf.h>

struct {
    unsigned int type;
    unsigned int key_size;
    unsigned int value_size;
    unsigned int max_entries;
} short_definition SEC("maps") = {BPF_MAP_TYPE_ARRAY, 4, 8, 1};

SEC("socket") int use(void *ctx)
{
    __u32 key = 0;

    return bpf_map_lookup_elem(&short_definition, &key) != NULL;
}

LICENSE("GPL");
