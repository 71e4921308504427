package bpf4j.sys;

import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.util.List;

/**
 * The attrs of the commands that are the same for several kinds of objects, and of those on
 * BTF and tokens: {@code union bpf_attr} of {@code include/uapi/linux/bpf.h}.
 * Constants have the kernel's field names in capitals.
 */
public final class ObjectAttr {

    private ObjectAttr() {
    }

    /** The attr of {@link BpfCommand#BPF_OBJ_PIN} and {@link BpfCommand#BPF_OBJ_GET}. */
    public static final class Pin {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u64Of("pathname"), u32Of("bpf_fd"), u32Of("file_flags"), u32Of("path_fd"));

        public static final Field.U64 PATHNAME = STRUCT.u64("pathname");
        public static final Field.U32 BPF_FD = STRUCT.u32("bpf_fd");
        public static final Field.U32 FILE_FLAGS = STRUCT.u32("file_flags");
        public static final Field.U32 PATH_FD = STRUCT.u32("path_fd");

        private Pin() {
        }
    }

    /** The attr of the commands that end in {@code GET_NEXT_ID} and {@code GET_FD_BY_ID}. */
    public static final class GetId {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u32Of("start_id"), u32Of("next_id"), u32Of("open_flags"), u32Of("fd_by_id_token_fd"))
                .alias("prog_id", "start_id")
                .alias("map_id", "start_id")
                .alias("btf_id", "start_id")
                .alias("link_id", "start_id");

        public static final Field.U32 START_ID = STRUCT.u32("start_id");
        public static final Field.U32 PROG_ID = STRUCT.u32("prog_id");
        public static final Field.U32 MAP_ID = STRUCT.u32("map_id");
        public static final Field.U32 BTF_ID = STRUCT.u32("btf_id");
        public static final Field.U32 LINK_ID = STRUCT.u32("link_id");
        public static final Field.U32 NEXT_ID = STRUCT.u32("next_id");
        public static final Field.U32 OPEN_FLAGS = STRUCT.u32("open_flags");
        public static final Field.U32 FD_BY_ID_TOKEN_FD = STRUCT.u32("fd_by_id_token_fd");

        private GetId() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_OBJ_GET_INFO_BY_FD} (what it points to is in {@link BpfInfo}). */
    public static final class Info {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "info",
                u32Of("bpf_fd"), u32Of("info_len"), u64Of("info"));

        public static final Field.U32 BPF_FD = STRUCT.u32("bpf_fd");
        public static final Field.U32 INFO_LEN = STRUCT.u32("info_len");
        public static final Field.U64 INFO = STRUCT.u64("info");

        private Info() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_BTF_LOAD}. */
    public static final class BtfLoad {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u64Of("btf"), u64Of("btf_log_buf"), u32Of("btf_size"), u32Of("btf_log_size"), u32Of("btf_log_level"),
                u32Of("btf_log_true_size"), u32Of("btf_flags"), u32Of("btf_token_fd"));

        public static final Field.U64 BTF = STRUCT.u64("btf");
        public static final Field.U64 BTF_LOG_BUF = STRUCT.u64("btf_log_buf");
        public static final Field.U32 BTF_SIZE = STRUCT.u32("btf_size");
        public static final Field.U32 BTF_LOG_SIZE = STRUCT.u32("btf_log_size");
        public static final Field.U32 BTF_LOG_LEVEL = STRUCT.u32("btf_log_level");
        public static final Field.U32 BTF_LOG_TRUE_SIZE = STRUCT.u32("btf_log_true_size");
        public static final Field.U32 BTF_FLAGS = STRUCT.u32("btf_flags");
        public static final Field.U32 BTF_TOKEN_FD = STRUCT.u32("btf_token_fd");

        private BtfLoad() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_TASK_FD_QUERY}. */
    public static final class TaskFdQuery {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "task_fd_query",
                u32Of("pid"), u32Of("fd"), u32Of("flags"), u32Of("buf_len"), u64Of("buf"), u32Of("prog_id"),
                u32Of("fd_type"), u64Of("probe_offset"), u64Of("probe_addr"));

        public static final Field.U32 PID = STRUCT.u32("pid");
        public static final Field.U32 FD = STRUCT.u32("fd");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");
        public static final Field.U32 BUF_LEN = STRUCT.u32("buf_len");
        public static final Field.U64 BUF = STRUCT.u64("buf");
        public static final Field.U32 PROG_ID = STRUCT.u32("prog_id");
        public static final Field.U32 FD_TYPE = STRUCT.u32("fd_type");
        public static final Field.U64 PROBE_OFFSET = STRUCT.u64("probe_offset");
        public static final Field.U64 PROBE_ADDR = STRUCT.u64("probe_addr");

        private TaskFdQuery() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_ENABLE_STATS}. */
    public static final class EnableStats {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "enable_stats",
                u32Of("type"));

        public static final Field.U32 TYPE = STRUCT.u32("type");

        private EnableStats() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_TOKEN_CREATE}. */
    public static final class TokenCreate {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "token_create",
                u32Of("flags"), u32Of("bpffs_fd"));

        public static final Field.U32 FLAGS = STRUCT.u32("flags");
        public static final Field.U32 BPFFS_FD = STRUCT.u32("bpffs_fd");

        private TokenCreate() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(
                Pin.STRUCT, GetId.STRUCT, Info.STRUCT, BtfLoad.STRUCT, TaskFdQuery.STRUCT, EnableStats.STRUCT,
                TokenCreate.STRUCT);
    }
}
