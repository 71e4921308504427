package bpf4j.sys;

/** The commands of {@code bpf(2)}: {@code enum bpf_cmd} of {@code include/uapi/linux/bpf.h}. */
public enum BpfCommand {
    /** Makes a map. */
    BPF_MAP_CREATE(true),
    /** Reads one element of a map. */
    BPF_MAP_LOOKUP_ELEM(false),
    /** Writes one element of a map; registers a struct_ops map. */
    BPF_MAP_UPDATE_ELEM(false),
    /** Deletes one element of a map. */
    BPF_MAP_DELETE_ELEM(false),
    /** Steps through the keys of a map. */
    BPF_MAP_GET_NEXT_KEY(false),
    /** Verifies and loads a program. */
    BPF_PROG_LOAD(true),
    /** Pins an object in a BPF file system. */
    BPF_OBJ_PIN(false),
    /** Opens a pinned object. */
    BPF_OBJ_GET(true),
    /** Attaches a program without a link. */
    BPF_PROG_ATTACH(false),
    /** Detaches what {@link #BPF_PROG_ATTACH} attached. */
    BPF_PROG_DETACH(false),
    /** Runs a program on given input. */
    BPF_PROG_TEST_RUN(false),
    /** Steps through the ids of all programs. */
    BPF_PROG_GET_NEXT_ID(false),
    /** Steps through the ids of all maps. */
    BPF_MAP_GET_NEXT_ID(false),
    /** Opens a program by id. */
    BPF_PROG_GET_FD_BY_ID(true),
    /** Opens a map by id. */
    BPF_MAP_GET_FD_BY_ID(true),
    /** Describes a program, map, BTF or link. */
    BPF_OBJ_GET_INFO_BY_FD(false),
    /** Lists the programs attached to a target. */
    BPF_PROG_QUERY(false),
    /** Attaches a program to a raw tracepoint, or to the BTF target that it was loaded for. */
    BPF_RAW_TRACEPOINT_OPEN(true),
    /** Verifies and loads BTF. */
    BPF_BTF_LOAD(true),
    /** Opens BTF by id. */
    BPF_BTF_GET_FD_BY_ID(true),
    /** Describes the perf event behind a file descriptor of a task. */
    BPF_TASK_FD_QUERY(false),
    /** Takes one element out of a map. */
    BPF_MAP_LOOKUP_AND_DELETE_ELEM(false),
    /** Makes a map read-only for user space. */
    BPF_MAP_FREEZE(false),
    /** Steps through the ids of all BTF. */
    BPF_BTF_GET_NEXT_ID(false),
    /** Reads many elements of a map. */
    BPF_MAP_LOOKUP_BATCH(false),
    /** Takes many elements out of a map. */
    BPF_MAP_LOOKUP_AND_DELETE_BATCH(false),
    /** Writes many elements of a map. */
    BPF_MAP_UPDATE_BATCH(false),
    /** Deletes many elements of a map. */
    BPF_MAP_DELETE_BATCH(false),
    /** Attaches a program, or a struct_ops map, by a link. */
    BPF_LINK_CREATE(true),
    /** Replaces the program or map of a link. */
    BPF_LINK_UPDATE(false),
    /** Opens a link by id. */
    BPF_LINK_GET_FD_BY_ID(true),
    /** Steps through the ids of all links. */
    BPF_LINK_GET_NEXT_ID(false),
    /** Collects run-time statistics while the descriptor is open. */
    BPF_ENABLE_STATS(true),
    /** Opens an iterator of an iterator link. */
    BPF_ITER_CREATE(true),
    /** Detaches a link that stays open. */
    BPF_LINK_DETACH(false),
    /** Keeps a map alive as long as a program. */
    BPF_PROG_BIND_MAP(false),
    /** Makes a token from a BPF file system. */
    BPF_TOKEN_CREATE(true),
    /** Reads what a program wrote to a stream. */
    BPF_PROG_STREAM_READ_BY_FD(false),
    /** Associates a program with a struct_ops map. */
    BPF_PROG_ASSOC_STRUCT_OPS(false);

    /** The newer name of {@link #BPF_PROG_TEST_RUN}. */
    public static final BpfCommand BPF_PROG_RUN = BPF_PROG_TEST_RUN;

    private final boolean returnsFd;

    BpfCommand(boolean returnsFd) {
        this.returnsFd = returnsFd;
    }

    /** {@return the kernel's number of the command} */
    public int number() {
        return ordinal();
    }

    /** {@return whether the command's result is a new file descriptor} */
    public boolean returnsFd() {
        return returnsFd;
    }
}
