// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One program for each reason why verifiers refuse programs, named as its row in the loader's table of explanations, in
// small letters. Those that a compiler would not write, or would improve, are written as instructions.
#include <bpf4j/externs.h>

#define INSTRUCTIONS(section, name, text) \
    SEC(section) __attribute__((naked)) int name(void *ctx) { asm volatile(text ::: "memory"); }

HELPER(51, long, bpf_redirect_map, void *map, __u64 key, __u64 flags);
HELPER(131, void *, bpf_ringbuf_reserve, void *ringbuf, __u64 size, __u64 flags);
HELPER(148, long, bpf_copy_from_user, void *to, __u32 size, const void *from);

extern void bpf_rcu_read_lock(void) __ksym __weak_symbol;
extern void bpf_rcu_read_unlock(void) __ksym __weak_symbol;
struct sock {
    int sk_mark;
} __relocated;
extern __u32 tcp_reno_ssthresh(struct sock *sk) __ksym;

struct row {
    __u64 words[4];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct row);
} table SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

const volatile __u32 constant = 1;
__u32 position;

struct __sk_buff {
    __u32 len;
    __u32 others[18];
    __u32 data;
    __u32 data_end;
};

// The key is not known to the verifier: a known one in range needs no check of the result on newer kernels.
static __inline_always struct row *first_row(void)
{
    __u32 key = position;

    return bpf_map_lookup_elem(&table, &key);
}

SEC("socket") int map_value_out_of_bounds(void *ctx)
{
    struct row *row = first_row();

    return row ? *(volatile __u64 *)&row->words[5] : 0;
}

SEC("socket") int unbounded_access(void *ctx)
{
    struct row *row = first_row();

    return row ? row->words[position] : 0;
}

SEC("socket") int negative_index(void *ctx)
{
    struct row *row = first_row();
    long at = *(volatile int *)&position;

    return row && at < 4 ? row->words[at] : 0;
}

SEC("socket") int unchecked_null(void *ctx)
{
    return first_row()->words[1];
}

SEC("socket") int no_pointer(void *ctx)
{
    return *(volatile int *)bpf_ktime_get_ns();
}

SEC("socket") int too_many_instructions(void *ctx)
{
    volatile __u32 sum = 0;

    for (__u32 i = 0; i < 1000000; i++)
        sum += i;
    return sum;
}

INSTRUCTIONS("socket", infinite_loop, "r0 = 0; 1: if r0 == 7 goto 2f; goto 1b; 2: exit")

SEC("socket") int stack_access_out_of_bounds(void *ctx)
{
    char small[8];

    asm volatile("*(u64 *)(%0 + 16) = %1" ::"r"(small), "r"(0) : "memory");
    return 0;
}

static __not_inlined int deep(int x)
{
    volatile char room[300];

    room[x & 255] = 1;
    return room[17];
}

SEC("socket") int stack_too_large(void *ctx)
{
    volatile char room[300];

    room[position & 255] = 2;
    return deep(room[5]);
}

static __not_inlined int depth8(int x) { volatile int y = x; return y; }
static __not_inlined int depth7(int x) { volatile int y = depth8(x); return y; }
static __not_inlined int depth6(int x) { volatile int y = depth7(x); return y; }
static __not_inlined int depth5(int x) { volatile int y = depth6(x); return y; }
static __not_inlined int depth4(int x) { volatile int y = depth5(x); return y; }
static __not_inlined int depth3(int x) { volatile int y = depth4(x); return y; }
static __not_inlined int depth2(int x) { volatile int y = depth3(x); return y; }
static __not_inlined int depth1(int x) { volatile int y = depth2(x); return y; }

SEC("socket") int too_many_frames(void *ctx)
{
    return depth1(position);
}

INSTRUCTIONS("socket", uninitialized_register, "if r1 == 0 goto +0; exit")

INSTRUCTIONS("socket", frame_pointer_written, "r10 = 0; r0 = 0; exit")
INSTRUCTIONS("socket", unknown_helper, "call 9999; r0 = 0; exit")

SEC("socket") int helper_not_allowed(void *ctx)
{
    return bpf_tcp_send_ack(ctx, 0);
}

SEC("socket") int context_access(void *ctx)
{
    return *(volatile __u64 *)(ctx + 4000);
}

INSTRUCTIONS("socket", context_modified, "r1 += 8; r0 = *(u32 *)(r1 + 0); exit")
INSTRUCTIONS("socket", pointer_arithmetic, "r0 = r10; r0 *= 2; r0 = 0; exit")

SEC("socket") int null_arithmetic(void *ctx)
{
    struct row *row = first_row();

    asm volatile("%0 += 8" : "+r"(row));
    return row ? row->words[0] : 0;
}

SEC("tc") int unreleased_reference(void *ctx)
{
    bpf_ringbuf_reserve(&events, 8, 0);
    return 0;
}

SEC("syscall") int sleeps_in_atomic(void *ctx)
{
    __u64 word;

    bpf_rcu_read_lock();
    bpf_copy_from_user(&word, sizeof word, NULL);
    bpf_rcu_read_unlock();
    return 0;
}

SEC("syscall") int lock_held(void *ctx)
{
    bpf_rcu_read_lock();
    return 0;
}

INSTRUCTIONS("tc", misaligned_access, "r1 = 0; *(u64 *)(r10 - 15) = r1; r0 = 0; exit")

SEC("cgroup/bind4") int return_value(void *ctx)
{
    return 77;
}

SEC("tc") int packet_access(struct __sk_buff *skb)
{
    return *(volatile __u8 *)(long)skb->data;
}

SEC("socket") int argument_type(void *ctx)
{
    bpf_map_lookup_elem(&table, (void *)bpf_ktime_get_ns());
    return 0;
}

SEC("tc") int argument_size(void *ctx)
{
    char buffer[16];

    return bpf_probe_read_kernel(buffer, position, NULL);
}

INSTRUCTIONS("socket", unreachable_instruction, "r0 = 0; exit; r0 = 1; exit")
INSTRUCTIONS("socket", jump_out_of_range, "r0 = 0; goto +100; exit")
INSTRUCTIONS("socket", no_exit, "r0 = 0")

SEC("socket") int kfunc_not_allowed(void *ctx)
{
    return tcp_reno_ssthresh(ctx);
}

SEC("socket") int read_only_memory(void *ctx)
{
    *(volatile __u32 *)&constant = 2;
    return 0;
}

SEC("xdp") int map_type(void *ctx)
{
    return bpf_redirect_map(&table, 0, 0);
}

// Privileged programs may do this too, on newer kernels.
INSTRUCTIONS("socket", uninitialized_stack, "r0 = *(u64 *)(r10 - 8); exit")

SEC("tc") int wrong_pointer(struct __sk_buff *skb)
{
    return *(volatile __u8 *)(long)skb->data_end;
}

SEC("socket") int memory_out_of_bounds(void *ctx)
{
    volatile __u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

    return event ? event[1] : 0;
}

INSTRUCTIONS("socket", unknown_instruction, "r0 = 0; .byte 0xe7, 0, 0, 0, 0, 0, 0, 0; exit")
// Privileged programs may do this.
INSTRUCTIONS("socket", pointer_leak, "r0 = r10; exit")

LICENSE("GPL");
