package bpf4j.sys;

import static bpf4j.sys.KernelStruct.padding;
import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.util.List;

/**
 * The attrs of the commands on links: {@code union bpf_attr} of {@code include/uapi/linux/bpf.h}.
 * Constants have the kernel's field names in capitals. The fields that all variants
 * of {@code link_create} begin with are in {@link Create}.
 */
public final class LinkAttr {

    private LinkAttr() {
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for targets that need nothing more. */
    public static final class Create {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"))
                .alias("map_fd", "prog_fd")
                .alias("target_ifindex", "target_fd");

        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");
        public static final Field.U32 MAP_FD = STRUCT.u32("map_fd");
        public static final Field.U32 TARGET_FD = STRUCT.u32("target_fd");
        public static final Field.U32 TARGET_IFINDEX = STRUCT.u32("target_ifindex");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("attach_type");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");

        private Create() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} of a program that extends a function of another. */
    public static final class CreateBtf {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"), u32Of("target_btf_id"));

        public static final Field.U32 TARGET_BTF_ID = STRUCT.u32("target_btf_id");

        private CreateBtf() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for an iterator. */
    public static final class CreateIter {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"), u64Of("iter_info"),
                u32Of("iter_info_len"));

        public static final Field.U64 ITER_INFO = STRUCT.u64("iter_info");
        public static final Field.U32 ITER_INFO_LEN = STRUCT.u32("iter_info_len");

        private CreateIter() {
        }
    }

    /** What {@link CreateIter#ITER_INFO} points to, for an iterator over the elements of a map. */
    public static final class IterMap {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_iter_link_info", "", u32Of("map.map_fd"));

        public static final Field.U32 MAP_FD = STRUCT.u32("map.map_fd");

        private IterMap() {
        }
    }

    /** What {@link CreateIter#ITER_INFO} points to, for an iterator over cgroups. */
    public static final class IterCgroup {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_iter_link_info", "",
                u32Of("cgroup.order"), u32Of("cgroup.cgroup_fd"), u64Of("cgroup.cgroup_id"));

        public static final Field.U32 ORDER = STRUCT.u32("cgroup.order");
        public static final Field.U32 CGROUP_FD = STRUCT.u32("cgroup.cgroup_fd");
        public static final Field.U64 CGROUP_ID = STRUCT.u64("cgroup.cgroup_id");

        private IterCgroup() {
        }
    }

    /** What {@link CreateIter#ITER_INFO} points to, for an iterator over tasks, their files or their memory. */
    public static final class IterTask {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_iter_link_info", "",
                u32Of("task.tid"), u32Of("task.pid"), u32Of("task.pid_fd"));

        public static final Field.U32 TID = STRUCT.u32("task.tid");
        public static final Field.U32 PID = STRUCT.u32("task.pid");
        public static final Field.U32 PID_FD = STRUCT.u32("task.pid_fd");

        private IterTask() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for a perf event. */
    public static final class CreatePerfEvent {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"),
                u64Of("perf_event.bpf_cookie"));

        public static final Field.U64 BPF_COOKIE = STRUCT.u64("perf_event.bpf_cookie");

        private CreatePerfEvent() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for many kernel functions. */
    public static final class CreateKprobeMulti {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"),
                u32Of("kprobe_multi.flags"), u32Of("kprobe_multi.cnt"), u64Of("kprobe_multi.syms"),
                u64Of("kprobe_multi.addrs"), u64Of("kprobe_multi.cookies"));

        public static final Field.U32 KPROBE_MULTI_FLAGS = STRUCT.u32("kprobe_multi.flags");
        public static final Field.U32 CNT = STRUCT.u32("kprobe_multi.cnt");
        public static final Field.U64 SYMS = STRUCT.u64("kprobe_multi.syms");
        public static final Field.U64 ADDRS = STRUCT.u64("kprobe_multi.addrs");
        public static final Field.U64 COOKIES = STRUCT.u64("kprobe_multi.cookies");

        private CreateKprobeMulti() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for a BTF target, with a cookie. */
    public static final class CreateTracing {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"),
                u32Of("tracing.target_btf_id"), padding(), u64Of("tracing.cookie"));

        public static final Field.U32 TARGET_BTF_ID = STRUCT.u32("tracing.target_btf_id");
        public static final Field.U64 COOKIE = STRUCT.u64("tracing.cookie");

        private CreateTracing() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for a netfilter hook. */
    public static final class CreateNetfilter {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"), u32Of("netfilter.pf"),
                u32Of("netfilter.hooknum"), u32Of("netfilter.priority"), u32Of("netfilter.flags"));

        public static final Field.U32 PF = STRUCT.u32("netfilter.pf");
        public static final Field.U32 HOOKNUM = STRUCT.u32("netfilter.hooknum");
        public static final Field.U32 PRIORITY = STRUCT.u32("netfilter.priority");
        public static final Field.U32 NETFILTER_FLAGS = STRUCT.u32("netfilter.flags");

        private CreateNetfilter() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for tcx. */
    public static final class CreateTcx {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"), u32Of("tcx.relative_fd"),
                padding(), u64Of("tcx.expected_revision"))
                .alias("tcx.relative_id", "tcx.relative_fd");

        public static final Field.U32 RELATIVE_FD = STRUCT.u32("tcx.relative_fd");
        public static final Field.U32 RELATIVE_ID = STRUCT.u32("tcx.relative_id");
        public static final Field.U64 EXPECTED_REVISION = STRUCT.u64("tcx.expected_revision");

        private CreateTcx() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for many places of a file. */
    public static final class CreateUprobeMulti {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"), u64Of("uprobe_multi.path"),
                u64Of("uprobe_multi.offsets"), u64Of("uprobe_multi.ref_ctr_offsets"), u64Of("uprobe_multi.cookies"),
                u32Of("uprobe_multi.cnt"), u32Of("uprobe_multi.flags"), u32Of("uprobe_multi.pid"));

        public static final Field.U64 PATH = STRUCT.u64("uprobe_multi.path");
        public static final Field.U64 OFFSETS = STRUCT.u64("uprobe_multi.offsets");
        public static final Field.U64 REF_CTR_OFFSETS = STRUCT.u64("uprobe_multi.ref_ctr_offsets");
        public static final Field.U64 COOKIES = STRUCT.u64("uprobe_multi.cookies");
        public static final Field.U32 CNT = STRUCT.u32("uprobe_multi.cnt");
        public static final Field.U32 UPROBE_MULTI_FLAGS = STRUCT.u32("uprobe_multi.flags");
        public static final Field.U32 PID = STRUCT.u32("uprobe_multi.pid");

        private CreateUprobeMulti() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for netkit. */
    public static final class CreateNetkit {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"),
                u32Of("netkit.relative_fd"), padding(), u64Of("netkit.expected_revision"))
                .alias("netkit.relative_id", "netkit.relative_fd");

        public static final Field.U32 RELATIVE_FD = STRUCT.u32("netkit.relative_fd");
        public static final Field.U32 RELATIVE_ID = STRUCT.u32("netkit.relative_id");
        public static final Field.U64 EXPECTED_REVISION = STRUCT.u64("netkit.expected_revision");

        private CreateNetkit() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_CREATE} for a cgroup, with a place among its programs. */
    public static final class CreateCgroup {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_create",
                u32Of("prog_fd"), u32Of("target_fd"), u32Of("attach_type"), u32Of("flags"),
                u32Of("cgroup.relative_fd"), padding(), u64Of("cgroup.expected_revision"))
                .alias("cgroup.relative_id", "cgroup.relative_fd");

        public static final Field.U32 RELATIVE_FD = STRUCT.u32("cgroup.relative_fd");
        public static final Field.U32 RELATIVE_ID = STRUCT.u32("cgroup.relative_id");
        public static final Field.U64 EXPECTED_REVISION = STRUCT.u64("cgroup.expected_revision");

        private CreateCgroup() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_UPDATE}. */
    public static final class Update {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_update",
                u32Of("link_fd"), u32Of("new_prog_fd"), u32Of("flags"), u32Of("old_prog_fd"))
                .alias("new_map_fd", "new_prog_fd")
                .alias("old_map_fd", "old_prog_fd");

        public static final Field.U32 LINK_FD = STRUCT.u32("link_fd");
        public static final Field.U32 NEW_PROG_FD = STRUCT.u32("new_prog_fd");
        public static final Field.U32 NEW_MAP_FD = STRUCT.u32("new_map_fd");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");
        public static final Field.U32 OLD_PROG_FD = STRUCT.u32("old_prog_fd");
        public static final Field.U32 OLD_MAP_FD = STRUCT.u32("old_map_fd");

        private Update() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_LINK_DETACH}. */
    public static final class Detach {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "link_detach",
                u32Of("link_fd"));

        public static final Field.U32 LINK_FD = STRUCT.u32("link_fd");

        private Detach() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_ITER_CREATE}. */
    public static final class IterCreate {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "iter_create",
                u32Of("link_fd"), u32Of("flags"));

        public static final Field.U32 LINK_FD = STRUCT.u32("link_fd");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");

        private IterCreate() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(
                Create.STRUCT, CreateBtf.STRUCT, CreateIter.STRUCT, IterMap.STRUCT, IterCgroup.STRUCT, IterTask.STRUCT,
                CreatePerfEvent.STRUCT, CreateKprobeMulti.STRUCT,
                CreateTracing.STRUCT, CreateNetfilter.STRUCT, CreateTcx.STRUCT, CreateUprobeMulti.STRUCT,
                CreateNetkit.STRUCT, CreateCgroup.STRUCT, Update.STRUCT, Detach.STRUCT, IterCreate.STRUCT);
    }
}
