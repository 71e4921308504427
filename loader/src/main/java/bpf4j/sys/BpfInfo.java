package bpf4j.sys;

import static bpf4j.sys.KernelStruct.bytesOf;
import static bpf4j.sys.KernelStruct.padding;
import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What {@link BpfCommand#BPF_OBJ_GET_INFO_BY_FD} fills in: the info structs of {@code include/uapi/linux/bpf.h}.
 * Constants have the kernel's field names in capitals. The fields that all variants
 * of {@code bpf_link_info} begin with are in {@link Link}.
 */
public final class BpfInfo {

    private BpfInfo() {
    }

    /** Layout of {@code struct bpf_prog_info}. */
    public static final class Prog {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_prog_info", "",
                u32Of("type"), u32Of("id"), bytesOf("tag", 8), u32Of("jited_prog_len"), u32Of("xlated_prog_len"),
                u64Of("jited_prog_insns"), u64Of("xlated_prog_insns"), u64Of("load_time"), u32Of("created_by_uid"),
                u32Of("nr_map_ids"), u64Of("map_ids"), bytesOf("name", 16), u32Of("ifindex"), u32Of("gpl_compatible"),
                u64Of("netns_dev"), u64Of("netns_ino"), u32Of("nr_jited_ksyms"), u32Of("nr_jited_func_lens"),
                u64Of("jited_ksyms"), u64Of("jited_func_lens"), u32Of("btf_id"), u32Of("func_info_rec_size"),
                u64Of("func_info"), u32Of("nr_func_info"), u32Of("nr_line_info"), u64Of("line_info"),
                u64Of("jited_line_info"), u32Of("nr_jited_line_info"), u32Of("line_info_rec_size"),
                u32Of("jited_line_info_rec_size"), u32Of("nr_prog_tags"), u64Of("prog_tags"), u64Of("run_time_ns"),
                u64Of("run_cnt"), u64Of("recursion_misses"), u32Of("verified_insns"), u32Of("attach_btf_obj_id"),
                u32Of("attach_btf_id"));

        public static final Field.U32 TYPE = STRUCT.u32("type");
        public static final Field.U32 ID = STRUCT.u32("id");
        public static final Field.Bytes TAG = STRUCT.bytes("tag");
        public static final Field.U32 JITED_PROG_LEN = STRUCT.u32("jited_prog_len");
        public static final Field.U32 XLATED_PROG_LEN = STRUCT.u32("xlated_prog_len");
        public static final Field.U64 JITED_PROG_INSNS = STRUCT.u64("jited_prog_insns");
        public static final Field.U64 XLATED_PROG_INSNS = STRUCT.u64("xlated_prog_insns");
        public static final Field.U64 LOAD_TIME = STRUCT.u64("load_time");
        public static final Field.U32 CREATED_BY_UID = STRUCT.u32("created_by_uid");
        public static final Field.U32 NR_MAP_IDS = STRUCT.u32("nr_map_ids");
        public static final Field.U64 MAP_IDS = STRUCT.u64("map_ids");
        public static final Field.Bytes NAME = STRUCT.bytes("name");
        public static final Field.U32 IFINDEX = STRUCT.u32("ifindex");
        public static final Field.U32 GPL_COMPATIBLE_WORD = STRUCT.u32("gpl_compatible");
        public static final Field.U64 NETNS_DEV = STRUCT.u64("netns_dev");
        public static final Field.U64 NETNS_INO = STRUCT.u64("netns_ino");
        public static final Field.U32 NR_JITED_KSYMS = STRUCT.u32("nr_jited_ksyms");
        public static final Field.U32 NR_JITED_FUNC_LENS = STRUCT.u32("nr_jited_func_lens");
        public static final Field.U64 JITED_KSYMS = STRUCT.u64("jited_ksyms");
        public static final Field.U64 JITED_FUNC_LENS = STRUCT.u64("jited_func_lens");
        public static final Field.U32 BTF_ID = STRUCT.u32("btf_id");
        public static final Field.U32 FUNC_INFO_REC_SIZE = STRUCT.u32("func_info_rec_size");
        public static final Field.U64 FUNC_INFO = STRUCT.u64("func_info");
        public static final Field.U32 NR_FUNC_INFO = STRUCT.u32("nr_func_info");
        public static final Field.U32 NR_LINE_INFO = STRUCT.u32("nr_line_info");
        public static final Field.U64 LINE_INFO = STRUCT.u64("line_info");
        public static final Field.U64 JITED_LINE_INFO = STRUCT.u64("jited_line_info");
        public static final Field.U32 NR_JITED_LINE_INFO = STRUCT.u32("nr_jited_line_info");
        public static final Field.U32 LINE_INFO_REC_SIZE = STRUCT.u32("line_info_rec_size");
        public static final Field.U32 JITED_LINE_INFO_REC_SIZE = STRUCT.u32("jited_line_info_rec_size");
        public static final Field.U32 NR_PROG_TAGS = STRUCT.u32("nr_prog_tags");
        public static final Field.U64 PROG_TAGS = STRUCT.u64("prog_tags");
        public static final Field.U64 RUN_TIME_NS = STRUCT.u64("run_time_ns");
        public static final Field.U64 RUN_CNT = STRUCT.u64("run_cnt");
        public static final Field.U64 RECURSION_MISSES = STRUCT.u64("recursion_misses");
        public static final Field.U32 VERIFIED_INSNS = STRUCT.u32("verified_insns");
        public static final Field.U32 ATTACH_BTF_OBJ_ID = STRUCT.u32("attach_btf_obj_id");
        public static final Field.U32 ATTACH_BTF_ID = STRUCT.u32("attach_btf_id");

        /**
         * Reads {@code gpl_compatible}, the first bit of its word in the order of the machine.
         *
         * @param info the struct
         * @return whether the program's licence is compatible with the GPL
         */
        public static boolean gplCompatible(MemorySegment info) {
            int first = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 1 << 31;
            return (GPL_COMPATIBLE_WORD.get(info) & first) != 0;
        }

        private Prog() {
        }
    }

    /** Layout of {@code struct bpf_map_info}. */
    public static final class Map {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_map_info", "",
                u32Of("type"), u32Of("id"), u32Of("key_size"), u32Of("value_size"), u32Of("max_entries"),
                u32Of("map_flags"), bytesOf("name", 16), u32Of("ifindex"), u32Of("btf_vmlinux_value_type_id"),
                u64Of("netns_dev"), u64Of("netns_ino"), u32Of("btf_id"), u32Of("btf_key_type_id"),
                u32Of("btf_value_type_id"), u32Of("btf_vmlinux_id"), u64Of("map_extra"), u64Of("hash"),
                u32Of("hash_size"));

        public static final Field.U32 TYPE = STRUCT.u32("type");
        public static final Field.U32 ID = STRUCT.u32("id");
        public static final Field.U32 KEY_SIZE = STRUCT.u32("key_size");
        public static final Field.U32 VALUE_SIZE = STRUCT.u32("value_size");
        public static final Field.U32 MAX_ENTRIES = STRUCT.u32("max_entries");
        public static final Field.U32 MAP_FLAGS = STRUCT.u32("map_flags");
        public static final Field.Bytes NAME = STRUCT.bytes("name");
        public static final Field.U32 IFINDEX = STRUCT.u32("ifindex");
        public static final Field.U32 BTF_VMLINUX_VALUE_TYPE_ID = STRUCT.u32("btf_vmlinux_value_type_id");
        public static final Field.U64 NETNS_DEV = STRUCT.u64("netns_dev");
        public static final Field.U64 NETNS_INO = STRUCT.u64("netns_ino");
        public static final Field.U32 BTF_ID = STRUCT.u32("btf_id");
        public static final Field.U32 BTF_KEY_TYPE_ID = STRUCT.u32("btf_key_type_id");
        public static final Field.U32 BTF_VALUE_TYPE_ID = STRUCT.u32("btf_value_type_id");
        public static final Field.U32 BTF_VMLINUX_ID = STRUCT.u32("btf_vmlinux_id");
        public static final Field.U64 MAP_EXTRA = STRUCT.u64("map_extra");
        public static final Field.U64 HASH = STRUCT.u64("hash");
        public static final Field.U32 HASH_SIZE = STRUCT.u32("hash_size");

        private Map() {
        }
    }

    /** Layout of {@code struct bpf_btf_info}. */
    public static final class BtfObject {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_btf_info", "",
                u64Of("btf"), u32Of("btf_size"), u32Of("id"), u64Of("name"), u32Of("name_len"), u32Of("kernel_btf"));

        public static final Field.U64 BTF = STRUCT.u64("btf");
        public static final Field.U32 BTF_SIZE = STRUCT.u32("btf_size");
        public static final Field.U32 ID = STRUCT.u32("id");
        public static final Field.U64 NAME = STRUCT.u64("name");
        public static final Field.U32 NAME_LEN = STRUCT.u32("name_len");
        public static final Field.U32 KERNEL_BTF = STRUCT.u32("kernel_btf");

        private BtfObject() {
        }
    }

    /** Layout of {@code struct bpf_link_info} without what depends on the type of link. */
    public static final class Link {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"));

        public static final Field.U32 TYPE = STRUCT.u32("type");
        public static final Field.U32 ID = STRUCT.u32("id");
        public static final Field.U32 PROG_ID = STRUCT.u32("prog_id");

        private Link() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a raw tracepoint. */
    public static final class RawTracepointLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("raw_tracepoint.tp_name"),
                u32Of("raw_tracepoint.tp_name_len"), padding(), u64Of("raw_tracepoint.cookie"));

        public static final Field.U64 TP_NAME = STRUCT.u64("raw_tracepoint.tp_name");
        public static final Field.U32 TP_NAME_LEN = STRUCT.u32("raw_tracepoint.tp_name_len");
        public static final Field.U64 COOKIE = STRUCT.u64("raw_tracepoint.cookie");

        private RawTracepointLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a BTF target. */
    public static final class TracingLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("tracing.attach_type"),
                u32Of("tracing.target_obj_id"), u32Of("tracing.target_btf_id"), padding(), u64Of("tracing.cookie"));

        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("tracing.attach_type");
        public static final Field.U32 TARGET_OBJ_ID = STRUCT.u32("tracing.target_obj_id");
        public static final Field.U32 TARGET_BTF_ID = STRUCT.u32("tracing.target_btf_id");
        public static final Field.U64 COOKIE = STRUCT.u64("tracing.cookie");

        private TracingLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a cgroup. */
    public static final class CgroupLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("cgroup.cgroup_id"),
                u32Of("cgroup.attach_type"));

        public static final Field.U64 CGROUP_ID = STRUCT.u64("cgroup.cgroup_id");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("cgroup.attach_type");

        private CgroupLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of an iterator over map elements. */
    public static final class IterLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("iter.target_name"),
                u32Of("iter.target_name_len"), u32Of("iter.map.map_id"));

        public static final Field.U64 TARGET_NAME = STRUCT.u64("iter.target_name");
        public static final Field.U32 TARGET_NAME_LEN = STRUCT.u32("iter.target_name_len");
        public static final Field.U32 MAP_ID = STRUCT.u32("iter.map.map_id");

        private IterLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of an iterator over cgroups. */
    public static final class IterCgroupLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("iter.target_name"),
                u32Of("iter.target_name_len"), padding(), u64Of("iter.cgroup.cgroup_id"), u32Of("iter.cgroup.order"));

        public static final Field.U64 CGROUP_ID = STRUCT.u64("iter.cgroup.cgroup_id");
        public static final Field.U32 ORDER = STRUCT.u32("iter.cgroup.order");

        private IterCgroupLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of an iterator over tasks. */
    public static final class IterTaskLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("iter.target_name"),
                u32Of("iter.target_name_len"), padding(), u32Of("iter.task.tid"), u32Of("iter.task.pid"));

        public static final Field.U32 TID = STRUCT.u32("iter.task.tid");
        public static final Field.U32 PID = STRUCT.u32("iter.task.pid");

        private IterTaskLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a network namespace. */
    public static final class NetnsLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("netns.netns_ino"),
                u32Of("netns.attach_type"));

        public static final Field.U32 NETNS_INO = STRUCT.u32("netns.netns_ino");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("netns.attach_type");

        private NetnsLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of XDP. */
    public static final class XdpLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("xdp.ifindex"));

        public static final Field.U32 IFINDEX = STRUCT.u32("xdp.ifindex");

        private XdpLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of struct_ops. */
    public static final class StructOpsLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("struct_ops.map_id"));

        public static final Field.U32 MAP_ID = STRUCT.u32("struct_ops.map_id");

        private StructOpsLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a netfilter hook. */
    public static final class NetfilterLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("netfilter.pf"),
                u32Of("netfilter.hooknum"), u32Of("netfilter.priority"), u32Of("netfilter.flags"));

        public static final Field.U32 PF = STRUCT.u32("netfilter.pf");
        public static final Field.U32 HOOKNUM = STRUCT.u32("netfilter.hooknum");
        public static final Field.U32 PRIORITY = STRUCT.u32("netfilter.priority");
        public static final Field.U32 FLAGS = STRUCT.u32("netfilter.flags");

        private NetfilterLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of many kernel functions. */
    public static final class KprobeMultiLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("kprobe_multi.addrs"),
                u32Of("kprobe_multi.count"), u32Of("kprobe_multi.flags"), u64Of("kprobe_multi.missed"),
                u64Of("kprobe_multi.cookies"));

        public static final Field.U64 ADDRS = STRUCT.u64("kprobe_multi.addrs");
        public static final Field.U32 COUNT = STRUCT.u32("kprobe_multi.count");
        public static final Field.U32 FLAGS = STRUCT.u32("kprobe_multi.flags");
        public static final Field.U64 MISSED = STRUCT.u64("kprobe_multi.missed");
        public static final Field.U64 COOKIES = STRUCT.u64("kprobe_multi.cookies");

        private KprobeMultiLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of many places of a file. */
    public static final class UprobeMultiLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u64Of("uprobe_multi.path"),
                u64Of("uprobe_multi.offsets"), u64Of("uprobe_multi.ref_ctr_offsets"), u64Of("uprobe_multi.cookies"),
                u32Of("uprobe_multi.path_size"), u32Of("uprobe_multi.count"), u32Of("uprobe_multi.flags"),
                u32Of("uprobe_multi.pid"));

        public static final Field.U64 PATH = STRUCT.u64("uprobe_multi.path");
        public static final Field.U64 OFFSETS = STRUCT.u64("uprobe_multi.offsets");
        public static final Field.U64 REF_CTR_OFFSETS = STRUCT.u64("uprobe_multi.ref_ctr_offsets");
        public static final Field.U64 COOKIES = STRUCT.u64("uprobe_multi.cookies");
        public static final Field.U32 PATH_SIZE = STRUCT.u32("uprobe_multi.path_size");
        public static final Field.U32 COUNT = STRUCT.u32("uprobe_multi.count");
        public static final Field.U32 FLAGS = STRUCT.u32("uprobe_multi.flags");
        public static final Field.U32 PID = STRUCT.u32("uprobe_multi.pid");

        private UprobeMultiLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a perf event, up to its kind. */
    public static final class PerfEventLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("perf_event.type"));

        public static final Field.U32 PERF_EVENT_TYPE = STRUCT.u32("perf_event.type");

        private PerfEventLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a uprobe. */
    public static final class PerfUprobeLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("perf_event.type"), padding(),
                u64Of("perf_event.uprobe.file_name"), u32Of("perf_event.uprobe.name_len"),
                u32Of("perf_event.uprobe.offset"), u64Of("perf_event.uprobe.cookie"),
                u64Of("perf_event.uprobe.ref_ctr_offset"));

        public static final Field.U32 PERF_EVENT_TYPE = STRUCT.u32("perf_event.type");
        public static final Field.U64 FILE_NAME = STRUCT.u64("perf_event.uprobe.file_name");
        public static final Field.U32 NAME_LEN = STRUCT.u32("perf_event.uprobe.name_len");
        public static final Field.U32 OFFSET = STRUCT.u32("perf_event.uprobe.offset");
        public static final Field.U64 COOKIE = STRUCT.u64("perf_event.uprobe.cookie");
        public static final Field.U64 REF_CTR_OFFSET = STRUCT.u64("perf_event.uprobe.ref_ctr_offset");

        private PerfUprobeLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a kprobe. */
    public static final class PerfKprobeLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("perf_event.type"), padding(),
                u64Of("perf_event.kprobe.func_name"), u32Of("perf_event.kprobe.name_len"),
                u32Of("perf_event.kprobe.offset"), u64Of("perf_event.kprobe.addr"), u64Of("perf_event.kprobe.missed"),
                u64Of("perf_event.kprobe.cookie"));

        public static final Field.U32 PERF_EVENT_TYPE = STRUCT.u32("perf_event.type");
        public static final Field.U64 FUNC_NAME = STRUCT.u64("perf_event.kprobe.func_name");
        public static final Field.U32 NAME_LEN = STRUCT.u32("perf_event.kprobe.name_len");
        public static final Field.U32 OFFSET = STRUCT.u32("perf_event.kprobe.offset");
        public static final Field.U64 ADDR = STRUCT.u64("perf_event.kprobe.addr");
        public static final Field.U64 MISSED = STRUCT.u64("perf_event.kprobe.missed");
        public static final Field.U64 COOKIE = STRUCT.u64("perf_event.kprobe.cookie");

        private PerfKprobeLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a tracepoint. */
    public static final class PerfTracepointLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("perf_event.type"), padding(),
                u64Of("perf_event.tracepoint.tp_name"), u32Of("perf_event.tracepoint.name_len"), padding(),
                u64Of("perf_event.tracepoint.cookie"));

        public static final Field.U32 PERF_EVENT_TYPE = STRUCT.u32("perf_event.type");
        public static final Field.U64 TP_NAME = STRUCT.u64("perf_event.tracepoint.tp_name");
        public static final Field.U32 NAME_LEN = STRUCT.u32("perf_event.tracepoint.name_len");
        public static final Field.U64 COOKIE = STRUCT.u64("perf_event.tracepoint.cookie");

        private PerfTracepointLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of another perf event. */
    public static final class PerfOtherLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("perf_event.type"), padding(),
                u64Of("perf_event.event.config"), u32Of("perf_event.event.type"), padding(),
                u64Of("perf_event.event.cookie"));

        public static final Field.U32 PERF_EVENT_TYPE = STRUCT.u32("perf_event.type");
        public static final Field.U64 CONFIG = STRUCT.u64("perf_event.event.config");
        public static final Field.U32 EVENT_TYPE = STRUCT.u32("perf_event.event.type");
        public static final Field.U64 COOKIE = STRUCT.u64("perf_event.event.cookie");

        private PerfOtherLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of tcx. */
    public static final class TcxLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("tcx.ifindex"),
                u32Of("tcx.attach_type"));

        public static final Field.U32 IFINDEX = STRUCT.u32("tcx.ifindex");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("tcx.attach_type");

        private TcxLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of netkit. */
    public static final class NetkitLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("netkit.ifindex"),
                u32Of("netkit.attach_type"));

        public static final Field.U32 IFINDEX = STRUCT.u32("netkit.ifindex");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("netkit.attach_type");

        private NetkitLink() {
        }
    }

    /** Layout of {@code struct bpf_link_info} of a sockmap. */
    public static final class SockmapLink {
        public static final KernelStruct STRUCT = KernelStruct.of("struct bpf_link_info", "",
                u32Of("type"), u32Of("id"), u32Of("prog_id"), padding(), u32Of("sockmap.map_id"),
                u32Of("sockmap.attach_type"));

        public static final Field.U32 MAP_ID = STRUCT.u32("sockmap.map_id");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("sockmap.attach_type");

        private SockmapLink() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(
                Prog.STRUCT, Map.STRUCT, BtfObject.STRUCT, Link.STRUCT, RawTracepointLink.STRUCT, TracingLink.STRUCT,
                CgroupLink.STRUCT, IterLink.STRUCT, IterCgroupLink.STRUCT, IterTaskLink.STRUCT, NetnsLink.STRUCT,
                XdpLink.STRUCT, StructOpsLink.STRUCT,
                NetfilterLink.STRUCT, KprobeMultiLink.STRUCT, UprobeMultiLink.STRUCT, PerfEventLink.STRUCT,
                PerfUprobeLink.STRUCT, PerfKprobeLink.STRUCT, PerfTracepointLink.STRUCT, PerfOtherLink.STRUCT,
                TcxLink.STRUCT, NetkitLink.STRUCT, SockmapLink.STRUCT);
    }
}
