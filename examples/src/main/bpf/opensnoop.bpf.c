// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Tells of each file that a process opens: when openat(2) begins, its argument is kept, and when it returns, the path and
// the result go into the ring buffer. By then the path is in memory, which it need not be at the beginning.
#include <bpf4j/bpf.h>

enum { COMMAND_BYTES = 16, PATH_BYTES = 256 };

HELPER(3, long, bpf_map_delete_elem, void *map, const void *key);
HELPER(16, long, bpf_get_current_comm, void *to, __u32 size);
HELPER(114, long, bpf_probe_read_user_str, void *to, __u32 size, const void *from);
HELPER(131, void *, bpf_ringbuf_reserve, void *ringbuf, __u64 size, __u64 flags);
HELPER(132, void, bpf_ringbuf_submit, void *data, __u64 flags);

// As events/syscalls/sys_enter_openat/format in tracefs has it.
struct openat_enters {
    __u64 common;
    __u64 number;
    __u64 folder;
    const char *path;
};

struct openat_returns {
    __u64 common;
    __u64 number;
    __s64 result;
};

struct opened {
    __u32 pid;
    __s32 result;  // a descriptor, or a negated errno
    char command[COMMAND_BYTES];
    char path[PATH_BYTES];
};

// Calls that have not returned, by thread.
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 8192);
    __type(key, __u64);
    __type(value, const char *);
} calls SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} events SEC(".maps");

// How many events there was no room for.
__u64 lost;

// Points nowhere: that a variable is of the type keeps the type in the BTF, where bindings find it.
const struct opened *event_type;

SEC("tracepoint/syscalls/sys_enter_openat") int enters(struct openat_enters *ctx)
{
    __u64 thread = bpf_get_current_pid_tgid();
    const char *path = ctx->path;

    bpf_map_update_elem(&calls, &thread, &path, BPF_ANY);
    return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat") int returns(struct openat_returns *ctx)
{
    __u64 thread = bpf_get_current_pid_tgid();
    const char **path = bpf_map_lookup_elem(&calls, &thread);
    struct opened *event;

    if (!path)
        return 0;
    event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (event) {
        event->pid = thread >> 32;
        event->result = ctx->result;
        bpf_get_current_comm(event->command, sizeof(event->command));
        if (bpf_probe_read_user_str(event->path, sizeof(event->path), *path) < 0)
            event->path[0] = 0;
        bpf_ringbuf_submit(event, 0);
    } else {
        __sync_fetch_and_add(&lost, 1);
    }
    bpf_map_delete_elem(&calls, &thread);
    return 0;
}

LICENSE("GPL");
