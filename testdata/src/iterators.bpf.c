// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Iterators that print a line for each task, each element of a map and each cgroup.
#include <bpf4j/bpf.h>

HELPER(126, long, bpf_seq_printf, void *seq, const char *format, __u32 size, const void *words, __u32 words_bytes);

struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
} __relocated;

struct task_struct {
    __s32 pid;
    __s32 tgid;
} __relocated;

struct kernfs_node {
    __u64 id;
} __relocated;

struct cgroup {
    struct kernfs_node *kn;
} __relocated;

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
} __relocated;

struct bpf_iter__bpf_map_elem {
    struct bpf_iter_meta *meta;
    void *key;
    void *value;
} __relocated;

struct bpf_iter__cgroup {
    struct bpf_iter_meta *meta;
    struct cgroup *cgroup;
} __relocated;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, __u32);
    __type(value, __u64);
} numbers SEC(".maps");

static const char task_line[] = "%d %d\n";
static const char number_line[] = "%d=%llu\n";
static const char cgroup_line[] = "%llu\n";

static __inline_always int print_task(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    if (task) {
        __u64 words[] = {task->tgid, task->pid};
        bpf_seq_printf(ctx->meta->seq, task_line, sizeof(task_line), words, sizeof(words));
    }
    return 0;
}

SEC("iter/task") int tasks(struct bpf_iter__task *ctx)
{
    return print_task(ctx);
}

SEC("iter.s/task") int tasks_sleepable(struct bpf_iter__task *ctx)
{
    return print_task(ctx);
}

SEC("iter/bpf_map_elem") int elements(struct bpf_iter__bpf_map_elem *ctx)
{
    __u32 *key = ctx->key;
    __u64 *value = ctx->value;
    if (key && value) {
        __u64 words[] = {*key, *value};
        bpf_seq_printf(ctx->meta->seq, number_line, sizeof(number_line), words, sizeof(words));
    }
    return 0;
}

SEC("iter/cgroup") int cgroups(struct bpf_iter__cgroup *ctx)
{
    struct cgroup *cgroup = ctx->cgroup;
    if (cgroup) {
        __u64 words[] = {cgroup->kn->id};
        bpf_seq_printf(ctx->meta->seq, cgroup_line, sizeof(cgroup_line), words, sizeof(words));
    }
    return 0;
}

LICENSE("GPL");
