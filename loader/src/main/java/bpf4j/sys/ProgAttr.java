package bpf4j.sys;

import static bpf4j.sys.KernelStruct.bytesOf;
import static bpf4j.sys.KernelStruct.padding;
import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.util.List;

/**
 * The attrs of the commands on programs: {@code union bpf_attr} of {@code include/uapi/linux/bpf.h}.
 * Constants have the kernel's field names in capitals.
 */
public final class ProgAttr {

    private ProgAttr() {
    }

    /** The attr of {@link BpfCommand#BPF_PROG_LOAD}. */
    public static final class Load {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u32Of("prog_type"), u32Of("insn_cnt"), u64Of("insns"), u64Of("license"), u32Of("log_level"),
                u32Of("log_size"), u64Of("log_buf"), u32Of("kern_version"), u32Of("prog_flags"),
                bytesOf("prog_name", 16), u32Of("prog_ifindex"), u32Of("expected_attach_type"), u32Of("prog_btf_fd"),
                u32Of("func_info_rec_size"), u64Of("func_info"), u32Of("func_info_cnt"), u32Of("line_info_rec_size"),
                u64Of("line_info"), u32Of("line_info_cnt"), u32Of("attach_btf_id"), u32Of("attach_prog_fd"),
                u32Of("core_relo_cnt"), u64Of("fd_array"), u64Of("core_relos"), u32Of("core_relo_rec_size"),
                u32Of("log_true_size"), u32Of("prog_token_fd"), u32Of("fd_array_cnt"), u64Of("signature"),
                u32Of("signature_size"), u32Of("keyring_id"))
                .alias("attach_btf_obj_fd", "attach_prog_fd");

        public static final Field.U32 PROG_TYPE = STRUCT.u32("prog_type");
        public static final Field.U32 INSN_CNT = STRUCT.u32("insn_cnt");
        public static final Field.U64 INSNS = STRUCT.u64("insns");
        public static final Field.U64 LICENSE = STRUCT.u64("license");
        public static final Field.U32 LOG_LEVEL = STRUCT.u32("log_level");
        public static final Field.U32 LOG_SIZE = STRUCT.u32("log_size");
        public static final Field.U64 LOG_BUF = STRUCT.u64("log_buf");
        public static final Field.U32 KERN_VERSION = STRUCT.u32("kern_version");
        public static final Field.U32 PROG_FLAGS = STRUCT.u32("prog_flags");
        public static final Field.Bytes PROG_NAME = STRUCT.bytes("prog_name");
        public static final Field.U32 PROG_IFINDEX = STRUCT.u32("prog_ifindex");
        public static final Field.U32 EXPECTED_ATTACH_TYPE = STRUCT.u32("expected_attach_type");
        public static final Field.U32 PROG_BTF_FD = STRUCT.u32("prog_btf_fd");
        public static final Field.U32 FUNC_INFO_REC_SIZE = STRUCT.u32("func_info_rec_size");
        public static final Field.U64 FUNC_INFO = STRUCT.u64("func_info");
        public static final Field.U32 FUNC_INFO_CNT = STRUCT.u32("func_info_cnt");
        public static final Field.U32 LINE_INFO_REC_SIZE = STRUCT.u32("line_info_rec_size");
        public static final Field.U64 LINE_INFO = STRUCT.u64("line_info");
        public static final Field.U32 LINE_INFO_CNT = STRUCT.u32("line_info_cnt");
        public static final Field.U32 ATTACH_BTF_ID = STRUCT.u32("attach_btf_id");
        public static final Field.U32 ATTACH_PROG_FD = STRUCT.u32("attach_prog_fd");
        public static final Field.U32 ATTACH_BTF_OBJ_FD = STRUCT.u32("attach_btf_obj_fd");
        public static final Field.U32 CORE_RELO_CNT = STRUCT.u32("core_relo_cnt");
        public static final Field.U64 FD_ARRAY = STRUCT.u64("fd_array");
        public static final Field.U64 CORE_RELOS = STRUCT.u64("core_relos");
        public static final Field.U32 CORE_RELO_REC_SIZE = STRUCT.u32("core_relo_rec_size");
        public static final Field.U32 LOG_TRUE_SIZE = STRUCT.u32("log_true_size");
        public static final Field.U32 PROG_TOKEN_FD = STRUCT.u32("prog_token_fd");
        public static final Field.U32 FD_ARRAY_CNT = STRUCT.u32("fd_array_cnt");
        public static final Field.U64 SIGNATURE = STRUCT.u64("signature");
        public static final Field.U32 SIGNATURE_SIZE = STRUCT.u32("signature_size");
        public static final Field.U32 KEYRING_ID = STRUCT.u32("keyring_id");

        private Load() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_ATTACH} and {@link BpfCommand#BPF_PROG_DETACH}. */
    public static final class Attach {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "",
                u32Of("target_fd"), u32Of("attach_bpf_fd"), u32Of("attach_type"), u32Of("attach_flags"),
                u32Of("replace_bpf_fd"), u32Of("relative_fd"), u64Of("expected_revision"))
                .alias("target_ifindex", "target_fd")
                .alias("relative_id", "relative_fd");

        public static final Field.U32 TARGET_FD = STRUCT.u32("target_fd");
        public static final Field.U32 TARGET_IFINDEX = STRUCT.u32("target_ifindex");
        public static final Field.U32 ATTACH_BPF_FD = STRUCT.u32("attach_bpf_fd");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("attach_type");
        public static final Field.U32 ATTACH_FLAGS = STRUCT.u32("attach_flags");
        public static final Field.U32 REPLACE_BPF_FD = STRUCT.u32("replace_bpf_fd");
        public static final Field.U32 RELATIVE_FD = STRUCT.u32("relative_fd");
        public static final Field.U32 RELATIVE_ID = STRUCT.u32("relative_id");
        public static final Field.U64 EXPECTED_REVISION = STRUCT.u64("expected_revision");

        private Attach() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_TEST_RUN}. */
    public static final class TestRun {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "test",
                u32Of("prog_fd"), u32Of("retval"), u32Of("data_size_in"), u32Of("data_size_out"), u64Of("data_in"),
                u64Of("data_out"), u32Of("repeat"), u32Of("duration"), u32Of("ctx_size_in"), u32Of("ctx_size_out"),
                u64Of("ctx_in"), u64Of("ctx_out"), u32Of("flags"), u32Of("cpu"), u32Of("batch_size"));

        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");
        public static final Field.U32 RETVAL = STRUCT.u32("retval");
        public static final Field.U32 DATA_SIZE_IN = STRUCT.u32("data_size_in");
        public static final Field.U32 DATA_SIZE_OUT = STRUCT.u32("data_size_out");
        public static final Field.U64 DATA_IN = STRUCT.u64("data_in");
        public static final Field.U64 DATA_OUT = STRUCT.u64("data_out");
        public static final Field.U32 REPEAT = STRUCT.u32("repeat");
        public static final Field.U32 DURATION = STRUCT.u32("duration");
        public static final Field.U32 CTX_SIZE_IN = STRUCT.u32("ctx_size_in");
        public static final Field.U32 CTX_SIZE_OUT = STRUCT.u32("ctx_size_out");
        public static final Field.U64 CTX_IN = STRUCT.u64("ctx_in");
        public static final Field.U64 CTX_OUT = STRUCT.u64("ctx_out");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");
        public static final Field.U32 CPU = STRUCT.u32("cpu");
        public static final Field.U32 BATCH_SIZE = STRUCT.u32("batch_size");

        private TestRun() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_QUERY}. */
    public static final class Query {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "query",
                u32Of("target_fd"), u32Of("attach_type"), u32Of("query_flags"), u32Of("attach_flags"),
                u64Of("prog_ids"), u32Of("prog_cnt"), padding(), u64Of("prog_attach_flags"), u64Of("link_ids"),
                u64Of("link_attach_flags"), u64Of("revision"))
                .alias("target_ifindex", "target_fd")
                .alias("count", "prog_cnt");

        public static final Field.U32 TARGET_FD = STRUCT.u32("target_fd");
        public static final Field.U32 TARGET_IFINDEX = STRUCT.u32("target_ifindex");
        public static final Field.U32 ATTACH_TYPE = STRUCT.u32("attach_type");
        public static final Field.U32 QUERY_FLAGS = STRUCT.u32("query_flags");
        public static final Field.U32 ATTACH_FLAGS = STRUCT.u32("attach_flags");
        public static final Field.U64 PROG_IDS = STRUCT.u64("prog_ids");
        public static final Field.U32 PROG_CNT = STRUCT.u32("prog_cnt");
        public static final Field.U32 COUNT = STRUCT.u32("count");
        public static final Field.U64 PROG_ATTACH_FLAGS = STRUCT.u64("prog_attach_flags");
        public static final Field.U64 LINK_IDS = STRUCT.u64("link_ids");
        public static final Field.U64 LINK_ATTACH_FLAGS = STRUCT.u64("link_attach_flags");
        public static final Field.U64 REVISION = STRUCT.u64("revision");

        private Query() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_RAW_TRACEPOINT_OPEN}. */
    public static final class RawTracepoint {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "raw_tracepoint",
                u64Of("name"), u32Of("prog_fd"), padding(), u64Of("cookie"));

        public static final Field.U64 NAME = STRUCT.u64("name");
        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");
        public static final Field.U64 COOKIE = STRUCT.u64("cookie");

        private RawTracepoint() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_BIND_MAP}. */
    public static final class BindMap {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "prog_bind_map",
                u32Of("prog_fd"), u32Of("map_fd"), u32Of("flags"));

        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");
        public static final Field.U32 MAP_FD = STRUCT.u32("map_fd");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");

        private BindMap() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_STREAM_READ_BY_FD}. */
    public static final class StreamRead {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "prog_stream_read",
                u64Of("stream_buf"), u32Of("stream_buf_len"), u32Of("stream_id"), u32Of("prog_fd"));

        public static final Field.U64 STREAM_BUF = STRUCT.u64("stream_buf");
        public static final Field.U32 STREAM_BUF_LEN = STRUCT.u32("stream_buf_len");
        public static final Field.U32 STREAM_ID = STRUCT.u32("stream_id");
        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");

        private StreamRead() {
        }
    }

    /** The attr of {@link BpfCommand#BPF_PROG_ASSOC_STRUCT_OPS}. */
    public static final class AssocStructOps {
        public static final KernelStruct STRUCT = KernelStruct.of("union bpf_attr", "prog_assoc_struct_ops",
                u32Of("map_fd"), u32Of("prog_fd"), u32Of("flags"));

        public static final Field.U32 MAP_FD = STRUCT.u32("map_fd");
        public static final Field.U32 PROG_FD = STRUCT.u32("prog_fd");
        public static final Field.U32 FLAGS = STRUCT.u32("flags");

        private AssocStructOps() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(
                Load.STRUCT, Attach.STRUCT, TestRun.STRUCT, Query.STRUCT, RawTracepoint.STRUCT, BindMap.STRUCT,
                StreamRead.STRUCT, AssocStructOps.STRUCT);
    }
}
