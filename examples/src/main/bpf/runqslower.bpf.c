// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// How long tasks wait for a processor: from when they are ready to run until they run. A wait of `least_nanos` or more
// is an event. A task is ready when it is woken up, and when it has to leave its processor although it could go on.
#include <bpf4j/bpf.h>

HELPER(131, void *, bpf_ringbuf_reserve, void *ringbuf, __u64 size, __u64 flags);
HELPER(132, void, bpf_ringbuf_submit, void *record, __u64 flags);
HELPER(156, void *, bpf_task_storage_get, void *map, void *task, void *value, __u64 flags);

enum { BPF_LOCAL_STORAGE_GET_F_CREATE = 1, COMM_BYTES = 16, TASK_RUNNING = 0 };

struct task_struct {
    __s32 pid;
    __u32 __state;
    char comm[COMM_BYTES];
} __relocated;

struct wait {
    __u64 nanos;
    __s32 pid;
    __s32 previous_pid;
    char comm[COMM_BYTES];
    char previous_comm[COMM_BYTES];
};

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __s32);
    __type(value, __u64);
} ready_since SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 256 * 1024);
} waits SEC(".maps");

const volatile __u64 least_nanos = 10 * 1000 * 1000;
__u64 lost_waits;

// Points nowhere: that a variable is of the type keeps the type in the BTF, where bindings find it.
const struct wait *event_type;

// The idle task of a processor, which has the pid 0, is always ready and never waits.
static __inline_always int ready(struct task_struct *task)
{
    __u64 *since;
    if (task->pid == 0)
        return 0;
    since = bpf_task_storage_get(&ready_since, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
    if (since)
        *since = bpf_ktime_get_ns();
    return 0;
}

SEC("tp_btf/sched_wakeup") int woken(__u64 *ctx)
{
    return ready((struct task_struct *)ctx[0]);
}

SEC("tp_btf/sched_wakeup_new") int started(__u64 *ctx)
{
    return ready((struct task_struct *)ctx[0]);
}

SEC("tp_btf/sched_switch") int switched(__u64 *ctx)
{
    struct task_struct *previous = (struct task_struct *)ctx[1];
    struct task_struct *next = (struct task_struct *)ctx[2];
    struct wait *wait;
    __u64 *since, nanos;

    if (previous->__state == TASK_RUNNING)
        ready(previous);
    since = bpf_task_storage_get(&ready_since, next, NULL, 0);
    if (!since || !*since)
        return 0;
    nanos = bpf_ktime_get_ns() - *since;
    *since = 0;
    if (nanos < least_nanos)
        return 0;
    wait = bpf_ringbuf_reserve(&waits, sizeof(*wait), 0);
    if (!wait) {
        __sync_fetch_and_add(&lost_waits, 1);
        return 0;
    }
    wait->nanos = nanos;
    wait->pid = next->pid;
    wait->previous_pid = previous->pid;
    bpf_probe_read_kernel(wait->comm, COMM_BYTES, next->comm);
    bpf_probe_read_kernel(wait->previous_comm, COMM_BYTES, previous->comm);
    bpf_ringbuf_submit(wait, 0);
    return 0;
}

LICENSE("GPL");
