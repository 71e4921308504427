package bpf4j.sys;

import static bpf4j.sys.KernelStruct.bytesOf;
import static bpf4j.sys.KernelStruct.padding;
import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.util.List;

/**
 * The attrs of the commands on maps: {@code union bpf_attr} of {@code include/uapi/linux/bpf.h}.
 * Constants have the kernel's field names in capitals.
 */
public final class MapAttr {

    private MapAttr() {
    }

    /** The attr of {@link BpfCommand#BPF_MAP_CREATE}. */
    public static final class Create {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u32Of("map_type"), u32Of("key_size"), u32Of("value_size"), u32Of("max_entries"), u32Of("map_flags"),
                u32Of("inner_map_fd"), u32Of("numa_node"), bytesOf("map_name", 16), u32Of("map_ifindex"),
                u32Of("btf_fd"), u32Of("btf_key_type_id"), u32Of("btf_value_type_id"),
                u32Of("btf_vmlinux_value_type_id"), u64Of("map_extra"), u32Of("value_type_btf_obj_fd"),
                u32Of("map_token_fd"), u64Of("excl_prog_hash"), u32Of("excl_prog_hash_size"));

        public static final Field.U32 MAP_TYPE = STRUCT.u32("map_type");
        public static final Field.U32 KEY_SIZE = STRUCT.u32("key_size");
        public static final Field.U32 VALUE_SIZE = STRUCT.u32("value_size");
        public static final Field.U32 MAX_ENTRIES = STRUCT.u32("max_entries");
        public static final Field.U32 MAP_FLAGS = STRUCT.u32("map_flags");
        public static final Field.U32 INNER_MAP_FD = STRUCT.u32("inner_map_fd");
        public static final Field.U32 NUMA_NODE = STRUCT.u32("numa_node");
        public static final Field.Bytes MAP_NAME = STRUCT.bytes("map_name");
        public static final Field.U32 MAP_IFINDEX = STRUCT.u32("map_ifindex");
        public static final Field.U32 BTF_FD = STRUCT.u32("btf_fd");
        public static final Field.U32 BTF_KEY_TYPE_ID = STRUCT.u32("btf_key_type_id");
        public static final Field.U32 BTF_VALUE_TYPE_ID = STRUCT.u32("btf_value_type_id");
        public static final Field.U32 BTF_VMLINUX_VALUE_TYPE_ID = STRUCT.u32("btf_vmlinux_value_type_id");
        public static final Field.U64 MAP_EXTRA = STRUCT.u64("map_extra");
        public static final Field.U32 VALUE_TYPE_BTF_OBJ_FD = STRUCT.u32("value_type_btf_obj_fd");
        public static final Field.U32 MAP_TOKEN_FD = STRUCT.u32("map_token_fd");
        public static final Field.U64 EXCL_PROG_HASH = STRUCT.u64("excl_prog_hash");
        public static final Field.U32 EXCL_PROG_HASH_SIZE = STRUCT.u32("excl_prog_hash_size");

        private Create() {
        }
    }

    /**
     * The attr of the commands on one element, {@link BpfCommand#BPF_MAP_GET_NEXT_KEY} and, with the descriptor alone,
     * {@link BpfCommand#BPF_MAP_FREEZE}.
     */
    public static final class Elem {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u32Of("map_fd"), padding(), u64Of("key"), u64Of("value"), u64Of("flags"))
                .alias("next_key", "value");

        public static final Field.U32 MAP_FD = STRUCT.u32("map_fd");
        public static final Field.U64 KEY = STRUCT.u64("key");
        public static final Field.U64 VALUE = STRUCT.u64("value");
        public static final Field.U64 NEXT_KEY = STRUCT.u64("next_key");
        public static final Field.U64 FLAGS = STRUCT.u64("flags");

        private Elem() {
        }
    }

    /** The attr of the four commands on many elements. */
    public static final class Batch {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "batch",
                u64Of("in_batch"), u64Of("out_batch"), u64Of("keys"), u64Of("values"), u32Of("count"), u32Of("map_fd"),
                u64Of("elem_flags"), u64Of("flags"));

        public static final Field.U64 IN_BATCH = STRUCT.u64("in_batch");
        public static final Field.U64 OUT_BATCH = STRUCT.u64("out_batch");
        public static final Field.U64 KEYS = STRUCT.u64("keys");
        public static final Field.U64 VALUES = STRUCT.u64("values");
        public static final Field.U32 COUNT = STRUCT.u32("count");
        public static final Field.U32 MAP_FD = STRUCT.u32("map_fd");
        public static final Field.U64 ELEM_FLAGS = STRUCT.u64("elem_flags");
        public static final Field.U64 FLAGS = STRUCT.u64("flags");

        private Batch() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(
                Create.STRUCT, Elem.STRUCT, Batch.STRUCT);
    }
}
