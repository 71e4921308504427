package bpf4j.kernel;

import static bpf4j.kernel.Step.ACCESS_MAP;
import static bpf4j.kernel.Step.ATTACH;
import static bpf4j.kernel.Step.CREATE_MAP;
import static bpf4j.kernel.Step.CREATE_TOKEN;
import static bpf4j.kernel.Step.DETACH;
import static bpf4j.kernel.Step.FILL_MAP;
import static bpf4j.kernel.Step.LOAD_BTF;
import static bpf4j.kernel.Step.LOAD_PROGRAM;
import static bpf4j.kernel.Step.PIN;
import static bpf4j.kernel.Step.READ_EVENTS;
import static bpf4j.kernel.Step.QUERY;
import static bpf4j.kernel.Step.REPLACE;
import static bpf4j.kernel.Step.TEST_RUN;
import static bpf4j.sys.Errno.E2BIG;
import static bpf4j.sys.Errno.EACCES;
import static bpf4j.sys.Errno.EBADF;
import static bpf4j.sys.Errno.EBUSY;
import static bpf4j.sys.Errno.EEXIST;
import static bpf4j.sys.Errno.EINTR;
import static bpf4j.sys.Errno.EINVAL;
import static bpf4j.sys.Errno.EMFILE;
import static bpf4j.sys.Errno.ENODEV;
import static bpf4j.sys.Errno.ENOENT;
import static bpf4j.sys.Errno.ENOLINK;
import static bpf4j.sys.Errno.ENOMEM;
import static bpf4j.sys.Errno.ENOSPC;
import static bpf4j.sys.Errno.ENOTSUPP;
import static bpf4j.sys.Errno.ENXIO;
import static bpf4j.sys.Errno.EOPNOTSUPP;
import static bpf4j.sys.Errno.EPERM;
import static bpf4j.sys.Errno.EPROTO;
import static bpf4j.sys.Errno.ESRCH;
import static bpf4j.sys.Errno.ERANGE;
import static bpf4j.sys.Errno.ESTALE;

import bpf4j.sys.Errno;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an errno means at one step with one type. The first row that fits counts, so rows of one type stand before
 * those of all. Source: the checks in {@code kernel/bpf}, Linux 5.4 to 6.18.
 */
final class ErrnoAdvice {

    /** {@code type} is a header's name, a start of one with a star behind it, or empty for all. */
    private record Row(Step step, String type, Errno errno, String advice) {

        boolean fits(Step wantedStep, String wantedType, int wantedErrno) {
            return step == wantedStep && errno.number() == wantedErrno && (type.isEmpty() || type.equals(wantedType)
                    || type.endsWith("*") && wantedType.startsWith(type.substring(0, type.length() - 1)));
        }
    }

    private static final String OPEN_FILES = "raise the limit of open files (ulimit -n, RLIMIT_NOFILE) or close some";
    private static final String LOCAL_STORAGE =
            "it needs the flag BPF_F_NO_PREALLOC, max_entries 0, a key of 4 bytes, and types of key and value";
    private static final String PER_CPU_VALUE = "a value of a per-CPU map has at most 32 KiB";
    private static final String RING_BUFFER =
            "it has neither key nor value, and max_entries is its size in bytes: a power of two of whole pages";
    private static final String NO_KEY = "it has no key: leave out key and key_size";

    private static final String PERF_EVENTS =
            "to read perf events of all processes takes CAP_PERFMON, or kernel.perf_event_paranoid 0 or less";
    private static final String ITERATOR = "an iterator over the elements of a map, over cgroups or over tasks takes "
            + "the IterScope that fits it; those over single tasks and over cgroups are there since Linux 6.1";
    private static final String TRAMPOLINE_BUSY = "the program is attached there already, or its target is replaced";
    private static final String TRAMPOLINE_FULL = "a function takes 38 programs";
    private static final String NO_INTERFACE = "the network namespace of the calling thread has no such interface";
    private static final String XDP_TAKEN = "the interface has an XDP program already, perhaps in another mode";
    private static final String ATTACHED_HERE = "this program is attached there already";
    private static final String NO_ANCHOR = "the program that it is to stand beside is not attached there";
    private static final String OTHER_REVISION = "the programs there are not those of the revision that was expected";
    private static final String NO_NETWORK_NAMESPACE =
            "the file is no network namespace, or the program not of this attach type";

    private static final List<Row> ROWS = List.of(
            new Row(CREATE_MAP, "BPF_MAP_TYPE_RINGBUF", EINVAL, RING_BUFFER),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_USER_RINGBUF", EINVAL, RING_BUFFER),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_PERF_EVENT_ARRAY", EINVAL, "key and value have 4 bytes each"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_PROG_ARRAY", EINVAL, "key and value have 4 bytes each"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_CGROUP_ARRAY", EINVAL, "key and value have 4 bytes each"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_ARRAY_OF_MAPS", EINVAL,
                    "key and value have 4 bytes each, and it needs a template of its maps, which itself holds no maps"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_HASH_OF_MAPS", EINVAL,
                    "the value has 4 bytes, and it needs a template of its maps, which itself holds no maps"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_LPM_TRIE", EINVAL,
                    "it needs the flag BPF_F_NO_PREALLOC and a key of 5 to 260 bytes, 4 of them for the prefix length"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_STACK_TRACE", EINVAL,
                    "the key has 4 bytes, and the value 8 for each address, at most kernel.perf_event_max_stack"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_SK_STORAGE", EINVAL, LOCAL_STORAGE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_INODE_STORAGE", EINVAL, LOCAL_STORAGE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_TASK_STORAGE", EINVAL, LOCAL_STORAGE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_CGRP_STORAGE", EINVAL, LOCAL_STORAGE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_SOCKMAP", EINVAL, "the key has 4 bytes, the value 4 or 8"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_SOCKHASH", EINVAL, "the value has 4 or 8 bytes"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_DEVMAP*", EINVAL, "the key has 4 bytes, the value 4 or 8"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_CPUMAP", EINVAL, "the key has 4 bytes, the value 4 or 8"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_CPUMAP", E2BIG, "max_entries is larger than the number of CPUs"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_XSKMAP", EINVAL, "key and value have 4 bytes each"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_QUEUE", EINVAL, NO_KEY),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_STACK", EINVAL, NO_KEY),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_BLOOM_FILTER", EINVAL,
                    NO_KEY + "; map_extra is the number of hash functions, at most 15"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_CGROUP_STORAGE", EINVAL,
                    "max_entries is 0 and the key a struct bpf_cgroup_storage_key or a cgroup's 8-byte id"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_ARENA", EINVAL,
                    "it has neither key nor value, needs the flag BPF_F_MMAPABLE, and counts max_entries in pages"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_STRUCT_OPS", EINVAL,
                    "links of struct_ops are there since Linux 6.4: the section .struct_ops is for older kernels"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_STRUCT_OPS", ENOTSUPP,
                    "the subsystem of this struct, or support for struct_ops on this machine, is not there"),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_PERCPU_*", E2BIG, PER_CPU_VALUE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_LRU_PERCPU_HASH", E2BIG, PER_CPU_VALUE),
            new Row(CREATE_MAP, "BPF_MAP_TYPE_RINGBUF", E2BIG,
                    "max_entries is its size in bytes, and this is too large"),
            new Row(CREATE_MAP, "", EINVAL,
                    "the kernel does not take these sizes, max_entries or flags for this type of map, "
                    + "or was built without the type"),
            new Row(CREATE_MAP, "", E2BIG, "key, value or max_entries are larger than this type of map can have"),
            new Row(CREATE_MAP, "", ENOMEM, "the kernel has not that much memory for it: lower max_entries, "
                    + "or give a hash table the flag BPF_F_NO_PREALLOC"),
            new Row(FILL_MAP, "", E2BIG, "there are more elements than max_entries"),
            new Row(FILL_MAP, "BPF_MAP_TYPE_ARRAY_OF_MAPS", EINVAL, "the map that goes in differs from the template"),
            new Row(FILL_MAP, "BPF_MAP_TYPE_HASH_OF_MAPS", EINVAL, "the map that goes in differs from the template"),
            new Row(FILL_MAP, "BPF_MAP_TYPE_PROG_ARRAY", EINVAL,
                    "all programs in the array, and the one that calls them, "
                    + "have the same type and attach type"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_ARRAY", EINVAL, "the elements of an array cannot be deleted"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_PERCPU_ARRAY", EINVAL, "the elements of an array cannot be deleted"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_ARRAY_OF_MAPS", EINVAL,
                    "the map that goes in differs from the template"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_HASH_OF_MAPS", EINVAL,
                    "the map that goes in differs from the template"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_PROG_ARRAY", EINVAL,
                    "all programs in the array, and the one that calls them, have the same type and attach type"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_SOCK*", EOPNOTSUPP,
                    "the map does not take sockets of this kind, or not in this state: TCP sockets are connected or "
                    + "listen, UDP sockets are bound"),
            new Row(ACCESS_MAP, "BPF_MAP_TYPE_SOCK*", ENOSPC,
                    "only maps with values of 8 bytes tell which socket is in"),
            new Row(ACCESS_MAP, "", E2BIG, "the map is full, or the index is not below max_entries"),
            new Row(ACCESS_MAP, "", EBUSY, "it is in use just now: another update holds it, or, for freezing, its "
                    + "memory is mapped for writing or an update goes on"),
            new Row(ACCESS_MAP, "", EEXIST, "the key is there already, and the update said BPF_NOEXIST"),
            new Row(ACCESS_MAP, "", ENOENT, "the key is not there, and the update said BPF_EXIST"),
            new Row(ACCESS_MAP, "", EPERM, "the map is frozen, or its flags forbid this to user space"),
            new Row(ACCESS_MAP, "", ENOTSUPP, "maps of this type do not have this operation for user space"),
            new Row(ACCESS_MAP, "", EOPNOTSUPP, "maps of this type do not have this operation for user space"),
            new Row(CREATE_TOKEN, "", EINVAL,
                    "the folder is not the root of a BPF file system, or this kernel, before 6.9, has no tokens"),
            new Row(CREATE_TOKEN, "", EOPNOTSUPP,
                    "tokens are for processes in a user namespace, and this one is in none: it needs capabilities"),
            new Row(CREATE_TOKEN, "", EPERM, "it takes CAP_BPF in the user namespace that the BPF file system is of"),
            new Row(CREATE_TOKEN, "", ENOENT, "there is no such folder, or its mount delegates nothing: "
                    + "delegate_cmds, delegate_maps, delegate_progs and delegate_attachs are mount options"),
            new Row(LOAD_BTF, "", E2BIG, "the types are larger than the 16 MiB that the kernel takes"),
            new Row(LOAD_PROGRAM, "", EPERM,
                    "the process has the capabilities: the kernel was built without what this program "
                    + "attaches to, or a security module refuses it and says so in the audit log"),
            new Row(LOAD_PROGRAM, "", EACCES, "a security module refuses it and says so in the audit log"),
            new Row(LOAD_PROGRAM, "", EINVAL,
                    "the kernel refused before its verifier looked: it was built without this program "
                    + "type, or does not take the attach type, the flags or the attach target"),
            new Row(LOAD_PROGRAM, "", E2BIG, "the code is too long: one million instructions, or 4096 without CAP_BPF"),
            new Row(LOAD_PROGRAM, "", ENOMEM, "there is no memory for the compiled code: raise net.core.bpf_jit_limit"),
            new Row(LOAD_PROGRAM, "", ENOTSUPP,
                    "this kernel cannot compile it on this machine: turn on net.core.bpf_jit_enable, "
                    + "or do without trampolines and kernel functions"),
            new Row(ATTACH, "BPF_STRUCT_OPS", EEXIST,
                    "the name is taken: another registration has it, perhaps one of an earlier "
                    + "run; end that one, or change the name in the struct"),
            new Row(ATTACH, "BPF_STRUCT_OPS", EBUSY,
                    "it is registered already, or its last registration is still in use"),
            new Row(ATTACH, "BPF_STRUCT_OPS", EINVAL,
                    "the subsystem refuses the struct: a member that it requires is not set, "
                    + "or has a value that it does not take"),
            new Row(ATTACH, "BPF_STRUCT_OPS", ENOTSUPP, "the subsystem does not take this struct, or not by a link"),
            new Row(ATTACH, "BPF_STRUCT_OPS", EOPNOTSUPP, "the subsystem does not take this struct, or not by a link"),
            new Row(ATTACH, "BPF_TRACE_ITER", EINVAL, ITERATOR),
            new Row(ATTACH, "BPF_TRACE_ITER", EBADF, ITERATOR),
            new Row(ATTACH, "BPF_TRACE_ITER", EACCES, "the program reads more of a key or value than the map's have"),
            new Row(ATTACH, "BPF_TRACE_RAW_TP", EINVAL, "cookies of tp_btf programs are there since Linux 6.10"),
            new Row(ATTACH, "BPF_TRACE_RAW_TP", ENOENT, "the module with the tracepoint is gone"),
            new Row(ATTACH, "BPF_PROG_TYPE_RAW_TRACEPOINT*", EACCES,
                    "the program reads more arguments than the tracepoint has"),
            new Row(ATTACH, "BPF_PROG_TYPE_RAW_TRACEPOINT*", EINVAL, "cookies of raw tracepoints are there since "
                    + "Linux 6.10, and a program may write no more than a tracepoint permits"),
            new Row(ATTACH, "BPF_PROG_TYPE_EXT", EBUSY,
                    "the function is replaced already, or programs are attached to its entry or exit"),
            new Row(ATTACH, "BPF_PROG_TYPE_EXT", EINVAL, "the program was attached to its own target before, or the "
                    + "function is another than it was loaded for and has another prototype"),
            new Row(ATTACH, "BPF_TRACE_F*", EBUSY, TRAMPOLINE_BUSY),
            new Row(ATTACH, "BPF_MODIFY_RETURN", EBUSY, TRAMPOLINE_BUSY),
            new Row(ATTACH, "BPF_LSM_MAC", EBUSY, TRAMPOLINE_BUSY),
            new Row(ATTACH, "BPF_TRACE_F*", E2BIG, TRAMPOLINE_FULL),
            new Row(ATTACH, "BPF_MODIFY_RETURN", E2BIG, TRAMPOLINE_FULL),
            new Row(ATTACH, "BPF_LSM_MAC", E2BIG, TRAMPOLINE_FULL),
            new Row(ATTACH, "BPF_TRACE_F*", EINVAL, "cookies of these programs are there since Linux 5.19"),
            new Row(ATTACH, "BPF_MODIFY_RETURN", EINVAL, "cookies of these programs are there since Linux 5.19"),
            new Row(ATTACH, "BPF_LSM_MAC", EINVAL, "cookies of these programs are there since Linux 5.19"),
            new Row(ATTACH, "BPF_LSM_CGROUP", EBADF, "the folder is no cgroup of version 2"),
            new Row(ATTACH, "BPF_LSM_CGROUP", E2BIG, "a cgroup takes 64 programs, and cgroups together 10 hooks"),
            new Row(ATTACH, "BPF_CGROUP_*", EBADF, "the folder is no cgroup of version 2"),
            new Row(ATTACH, "BPF_CGROUP_*", EINVAL,
                    "the program was not loaded for this attach type, or the one beside which it goes is not attached "
                    + "there by a link as well; links for cgroups are there since Linux 5.7, places since 6.17"),
            new Row(ATTACH, "BPF_CGROUP_*", ESTALE, OTHER_REVISION),
            new Row(ATTACH, "BPF_CGROUP_*", EPERM, "a program on this cgroup or one above it was attached without "
                    + "BPF_F_ALLOW_MULTI and excludes others"),
            new Row(ATTACH, "BPF_CGROUP_*", E2BIG, "a cgroup takes 64 programs for one attach type"),
            new Row(ATTACH, "BPF_XDP", EBUSY, XDP_TAKEN),
            new Row(ATTACH, "BPF_XDP", EEXIST, XDP_TAKEN),
            new Row(ATTACH, "BPF_XDP", EOPNOTSUPP,
                    "the interface's driver does not run XDP programs: generic mode does"),
            new Row(ATTACH, "BPF_XDP", ENODEV, NO_INTERFACE),
            new Row(ATTACH, "BPF_TCX_*", EEXIST, ATTACHED_HERE),
            new Row(ATTACH, "BPF_TCX_*", ENOENT, NO_ANCHOR),
            new Row(ATTACH, "BPF_TCX_*", ESTALE, OTHER_REVISION),
            new Row(ATTACH, "BPF_TCX_*", ENODEV, NO_INTERFACE),
            new Row(ATTACH, "BPF_NETKIT_*", EEXIST, ATTACHED_HERE),
            new Row(ATTACH, "BPF_NETKIT_*", ENOENT, NO_ANCHOR),
            new Row(ATTACH, "BPF_NETKIT_*", ESTALE, OTHER_REVISION),
            new Row(ATTACH, "BPF_NETKIT_*", ENODEV, NO_INTERFACE),
            new Row(ATTACH, "BPF_NETKIT_*", ENXIO, "the interface is not of the kind netkit"),
            new Row(ATTACH, "BPF_NETKIT_*", EACCES,
                    "the interface is the peer: both sides are attached to by the primary one"),
            new Row(ATTACH, "BPF_PROG_TYPE_SCHED_CLS", ENODEV, NO_INTERFACE),
            new Row(DETACH, "BPF_PROG_TYPE_SCHED_ACT", EPERM, "filters hand packets to it: close them first"),
            new Row(ATTACH, "BPF_NETFILTER", EBUSY, "another BPF program has this priority"),
            new Row(ATTACH, "BPF_NETFILTER", ERANGE, "the first and the last priority are the kernel's own, "
                    + "and whole packets are there behind -400 only"),
            new Row(ATTACH, "BPF_NETFILTER", EOPNOTSUPP, "packets are put together since Linux 6.6"),
            new Row(REPLACE, "BPF_NETFILTER", EOPNOTSUPP, "the program of such a link cannot be replaced"),
            new Row(ATTACH, "BPF_SK_LOOKUP", EINVAL, NO_NETWORK_NAMESPACE),
            new Row(ATTACH, "BPF_SK_LOOKUP", E2BIG, "a network namespace takes 64 of these programs"),
            new Row(ATTACH, "BPF_FLOW_DISSECTOR", EINVAL, NO_NETWORK_NAMESPACE),
            new Row(ATTACH, "BPF_FLOW_DISSECTOR", E2BIG, "a network namespace takes one of these programs"),
            new Row(ATTACH, "BPF_FLOW_DISSECTOR", EEXIST,
                    "the initial network namespace has one, which is for all, or another has and it cannot be for all"),
            new Row(ATTACH, "BPF_PROG_TYPE_SOCKET_FILTER", EPERM, "the socket's filter is locked: SO_LOCK_FILTER"),
            new Row(ATTACH, "BPF_PROG_TYPE_SK_REUSEPORT", EINVAL,
                    "the socket has to be one of SO_REUSEPORT, TCP or UDP over IP, for both kinds of programs"),
            new Row(ATTACH, "BPF_SK_*", EBUSY,
                    "another program is attached to this point of the map, or one that excludes it"),
            new Row(ATTACH, "BPF_SK_*", EOPNOTSUPP,
                    "the map is no sockmap or sockhash, or does not have this attach point"),
            new Row(ATTACH, "BPF_SK_*", EINVAL,
                    "the map is no sockmap or sockhash, or the program not of this attach type"),
            new Row(REPLACE, "BPF_STRUCT_OPS", EINVAL, "the map is not of .struct_ops.link, or of another struct, or "
                    + "the subsystem does not take it in place of the other: congestion control keeps its name"),
            new Row(REPLACE, "BPF_STRUCT_OPS", EOPNOTSUPP,
                    "the subsystem cannot replace this struct while it is registered"),
            new Row(REPLACE, "", EINVAL, "programs of this kind of attachment cannot be replaced, or the new one has "
                    + "another type or attach type"),
            new Row(REPLACE, "", ENOLINK, "the attachment was ended"),
            new Row(REPLACE, "", EPERM, "another program is attached than the one that was expected"),
            new Row(ATTACH, "BPF_PERF_EVENT", EINVAL,
                    "the program is of another type than the event, whose programs are in sections kprobe, "
                    + "tracepoint or perf_event; or it sleeps, or overrides what must not be"),
            new Row(ATTACH, "BPF_PERF_EVENT", EACCES,
                    "the program reads more than the tracepoint has arguments, or kernel.perf_event_paranoid "
                    + "keeps events from processes without CAP_PERFMON"),
            new Row(ATTACH, "BPF_PERF_EVENT", EEXIST, "an event runs a program once, and this one is attached to it"),
            new Row(ATTACH, "BPF_PERF_EVENT", E2BIG, "an event takes 64 programs"),
            new Row(ATTACH, "BPF_TRACE_UPROBE_*", EBADF, "the path is that of no regular file"),
            new Row(ATTACH, "BPF_TRACE_UPROBE_*", ESRCH, "there is no such process"),
            new Row(ATTACH, "BPF_TRACE_UPROBE_*", EINVAL,
                    "the program was not loaded for this attach type, or a place is not in the file"),
            new Row(ATTACH, "BPF_TRACE_KPROBE_*", EINVAL,
                    "the program was loaded for another attach type, or the kernel is too old: "
                    + "it takes Linux 5.18, and 6.10 for sessions"),
            new Row(ATTACH, "", EBUSY, "something else is attached there already"),
            new Row(ATTACH, "", EEXIST, "it is attached there already"),
            new Row(ATTACH, "", ENOTSUPP, "the kernel cannot do this on this machine, or was built without it"),
            new Row(QUERY, "BPF_CGROUP_*", EPERM, "what is attached is told to CAP_NET_ADMIN"),
            new Row(QUERY, "BPF_TCX_*", EPERM, "what is attached is told to CAP_NET_ADMIN"),
            new Row(QUERY, "BPF_NETKIT_*", EPERM, "what is attached is told to CAP_NET_ADMIN"),
            new Row(QUERY, "", EPERM, "listing objects and opening them by id need CAP_SYS_ADMIN"),
            new Row(QUERY, "", ENOENT, "nothing has this id, or not any more"),
            new Row(QUERY, "BPF_CGROUP_*", EBADF, "the folder is no cgroup in a cgroup v2 file system"),
            new Row(TEST_RUN, "", ENOTSUPP, "the kernel has no test run for programs of this type"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_RAW_TRACEPOINT*", EINVAL, "it takes a context, 8 bytes for each argument "
                    + "up to the last that the program reads, and neither data nor repeat"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_SYSCALL", EINVAL, "it takes a context as long as the program reads, at "
                    + "most 64 KiB, and neither data nor repeat"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_SK_LOOKUP", EINVAL,
                    "it takes a context, struct bpf_sk_lookup, and no data"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_TRACING", EINVAL, "it takes neither data nor flags"),
            new Row(TEST_RUN, "", EINVAL, "it takes a packet with its Ethernet header, 14 bytes at least, and a "
                    + "context that fits to it; or the kernel does not take these flags"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_XDP", E2BIG, "a batch has at most 256 packets"),
            new Row(TEST_RUN, "", E2BIG, "the context is longer than the kernel's, and not zero there"),
            new Row(TEST_RUN, "", ENOSPC, "the packet does not fit into the room for what comes back"),
            new Row(TEST_RUN, "", ENXIO, "there is no such CPU, or it is offline"),
            new Row(TEST_RUN, "BPF_PROG_TYPE_NETFILTER", EPROTO,
                    "bytes 12 and 13 of the packet say that it is one of IPv4, 0x0800, or IPv6, 0x86dd"),
            new Row(TEST_RUN, "", EINTR, "a signal came; what the runs before did to maps is done"),
            new Row(READ_EVENTS, "BPF_STD*", EINVAL, "streams of programs need Linux 6.17"),
            new Row(READ_EVENTS, "BPF_MAP_TYPE_PERF_EVENT_ARRAY", EACCES, PERF_EVENTS),
            new Row(READ_EVENTS, "BPF_MAP_TYPE_PERF_EVENT_ARRAY", EPERM, PERF_EVENTS),
            new Row(PIN, "", EEXIST, "there is a file of this name already"),
            new Row(PIN, "", ENOENT,
                    "the folder is not there; a BPF file system is mounted with mount -t bpf bpf /sys/fs/bpf"),
            new Row(PIN, "", EPERM,
                    "the folder is not in a BPF file system (mount -t bpf bpf /sys/fs/bpf), or the name has a dot"),
            new Row(PIN, "", EINVAL, "the folder is not in a BPF file system: mount -t bpf bpf /sys/fs/bpf"));

    /** Advice about the process and kernel that this code runs in. */
    static final ErrnoAdvice HERE = new ErrnoAdvice(Path.of("/"));

    private final PermissionDiagnosis diagnosis;

    /**
     * Makes advice about a process.
     *
     * @param root the folder that holds {@code proc} and {@code sys}
     */
    ErrnoAdvice(Path root) {
        this.diagnosis = new PermissionDiagnosis(root);
    }

    /**
     * Finds advice.
     *
     * @param step what the kernel refused
     * @param type what with: the header's name of a program, map or attach type; may be empty
     * @param errno the kernel's error number, positive
     * @return one sentence without a full stop; empty if there is nothing to add to the errno
     */
    String of(Step step, String type, int errno) {
        boolean permission = errno == EPERM.number() || errno == EACCES.number() && step != ATTACH;
        boolean privileged = step == LOAD_BTF || step == CREATE_MAP || step == LOAD_PROGRAM || step == ATTACH;
        Optional<String> found = permission && privileged ? diagnosis.find(step, type) : Optional.empty();
        return found.or(() -> errno == EINVAL.number() ? tooOld(type) : Optional.empty())
                .or(() -> errno == EMFILE.number() ? Optional.of(OPEN_FILES) : Optional.empty())
                .or(() -> ROWS.stream().filter(row -> row.fits(step, type, errno)).map(Row::advice).findFirst())
                .orElse("");
    }

    private Optional<String> tooOld(String type) {
        Optional<KernelVersion> since = TypeVersions.since(type);
        return diagnosis.version().filter(running -> since.filter(s -> running.compareTo(s) < 0).isPresent())
                .map(running -> "%s is there since Linux %d.%d, and this is %s".formatted(type, since.get().major(),
                        since.get().minor(), running));
    }
}
