package bpf4j.sys;

import static bpf4j.sys.KernelStruct.u32Of;
import static bpf4j.sys.KernelStruct.u64Of;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Perf events: {@code perf_event_open(2)}, its structs and its requests, of {@code include/uapi/linux/perf_event.h}.
 * Constants have the kernel's names, fields the kernel's names in capitals. Calls return a result or a negated errno.
 */
public final class PerfEvent {

    /** {@code type}: counted by the processor. */
    public static final int PERF_TYPE_HARDWARE = 0;
    /** {@code type}: counted by the kernel. */
    public static final int PERF_TYPE_SOFTWARE = 1;
    /** {@code type}: a tracepoint, {@code config} being its id. */
    public static final int PERF_TYPE_TRACEPOINT = 2;
    /** {@code type}: a breakpoint. */
    public static final int PERF_TYPE_BREAKPOINT = 5;

    /** {@code config} of {@link #PERF_TYPE_HARDWARE}: cycles. */
    public static final long PERF_COUNT_HW_CPU_CYCLES = 0;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: time of a CPU, in nanoseconds. */
    public static final long PERF_COUNT_SW_CPU_CLOCK = 0;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: what programs write with {@code bpf_perf_event_output}. */
    public static final long PERF_COUNT_SW_BPF_OUTPUT = 10;

    /** {@code sample_type}: samples carry a size and as many bytes. */
    public static final long PERF_SAMPLE_RAW = 1 << 10;

    /** {@code flags}: closed by {@code exec}. */
    public static final long PERF_FLAG_FD_CLOEXEC = 1 << 3;

    /** A record's {@code type}: how many records there was no room for. */
    public static final int PERF_RECORD_LOST = 2;
    /** A record's {@code type}: a sample. */
    public static final int PERF_RECORD_SAMPLE = 9;

    private static final int REQUEST_TYPE = '$';

    private PerfEvent() {
    }

    /** What to open. Fields behind {@code sample_regs_intr} are zero, since the kernel is not shown them. */
    public static final class Attr {
        public static final KernelStruct STRUCT = KernelStruct.of("struct perf_event_attr", "",
                u32Of("type"), u32Of("size"), u64Of("config"), u64Of("sample_period"), u64Of("sample_type"),
                u64Of("read_format"), u64Of("disabled"), u32Of("wakeup_events"), u32Of("bp_type"), u64Of("config1"),
                u64Of("config2"), u64Of("branch_sample_type"), u64Of("sample_regs_user"), u32Of("sample_stack_user"),
                u32Of("clockid"), u64Of("sample_regs_intr"))
                .alias("sample_freq", "sample_period")
                .alias("wakeup_watermark", "wakeup_events")
                .alias("bp_addr", "config1")
                .alias("kprobe_func", "config1")
                .alias("uprobe_path", "config1")
                .alias("bp_len", "config2")
                .alias("kprobe_addr", "config2")
                .alias("probe_offset", "config2");

        public static final Field.U32 TYPE = STRUCT.u32("type");
        public static final Field.U32 SIZE = STRUCT.u32("size");
        public static final Field.U64 CONFIG = STRUCT.u64("config");
        public static final Field.U64 SAMPLE_PERIOD = STRUCT.u64("sample_period");
        public static final Field.U64 SAMPLE_FREQ = STRUCT.u64("sample_freq");
        public static final Field.U64 SAMPLE_TYPE = STRUCT.u64("sample_type");
        /** All bit fields; {@link Attr#DISABLED} and the like are their bits. */
        public static final Field.U64 BITS = STRUCT.u64("disabled");
        public static final Field.U32 WAKEUP_EVENTS = STRUCT.u32("wakeup_events");
        public static final Field.U32 WAKEUP_WATERMARK = STRUCT.u32("wakeup_watermark");
        public static final Field.U32 BP_TYPE = STRUCT.u32("bp_type");
        public static final Field.U64 CONFIG1 = STRUCT.u64("config1");
        public static final Field.U64 BP_ADDR = STRUCT.u64("bp_addr");
        public static final Field.U64 KPROBE_FUNC = STRUCT.u64("kprobe_func");
        public static final Field.U64 UPROBE_PATH = STRUCT.u64("uprobe_path");
        public static final Field.U64 CONFIG2 = STRUCT.u64("config2");
        public static final Field.U64 BP_LEN = STRUCT.u64("bp_len");
        public static final Field.U64 KPROBE_ADDR = STRUCT.u64("kprobe_addr");
        public static final Field.U64 PROBE_OFFSET = STRUCT.u64("probe_offset");

        /** Counts only once it is enabled. */
        public static final long DISABLED = bit(0);
        /** Children inherit the event. */
        public static final long INHERIT = bit(1);
        /** Does not count user space. */
        public static final long EXCLUDE_USER = bit(4);
        /** Does not count the kernel. */
        public static final long EXCLUDE_KERNEL = bit(5);
        /** {@code sample_freq} is meant, not {@code sample_period}. */
        public static final long FREQ = bit(10);
        /** {@code wakeup_watermark} is meant, not {@code wakeup_events}. */
        public static final long WATERMARK = bit(14);

        private Attr() {
        }

        /** The first bit field is at the least significant end, or at the most significant on big-endian machines. */
        private static long bit(int index) {
            return 1L << (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? index : Long.SIZE - 1 - index);
        }
    }

    /** The page before the data of a mapped event. */
    public static final class MmapPage {
        public static final KernelStruct STRUCT = KernelStruct.of("struct perf_event_mmap_page", "",
                u32Of("version"), u32Of("compat_version"), MemoryLayout.paddingLayout(1024 - 2 * Integer.BYTES),
                u64Of("data_head"), u64Of("data_tail"), u64Of("data_offset"), u64Of("data_size"));

        public static final Field.U64 DATA_HEAD = STRUCT.u64("data_head");
        public static final Field.U64 DATA_TAIL = STRUCT.u64("data_tail");
        public static final Field.U64 DATA_OFFSET = STRUCT.u64("data_offset");
        public static final Field.U64 DATA_SIZE = STRUCT.u64("data_size");

        private MmapPage() {
        }
    }

    /** {@return all layouts of this class} */
    static List<KernelStruct> all() {
        return List.of(Attr.STRUCT, MmapPage.STRUCT);
    }

    /**
     * Opens an event: {@code perf_event_open(2)}, closed by {@code exec}. The size in the attr is filled in here.
     *
     * @param attr an {@link Attr#STRUCT}; what it points to is kept alive by the caller
     * @param pid the process, 0 for this thread, -1 for all
     * @param cpu the CPU, -1 for any
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int open(MemorySegment attr, int pid, int cpu) {
        Attr.SIZE.set(attr, Attr.STRUCT.sizeBytes());
        try {
            return Fd.lift((int) SystemCall.call(Architecture.current().perfEventOpen(), SystemCall.address(attr), pid,
                    cpu, -1, PERF_FLAG_FD_CLOEXEC));
        } finally {
            Reference.reachabilityFence(attr);
        }
    }

    /**
     * Lets an event count: {@code PERF_EVENT_IOC_ENABLE}.
     *
     * @param fd the event
     * @return 0 or a negated errno
     */
    public static int enable(int fd) {
        return Syscall.ioctl(fd, Requests.ENABLE, 0);
    }

    /**
     * Stops an event from counting: {@code PERF_EVENT_IOC_DISABLE}.
     *
     * @param fd the event
     * @return 0 or a negated errno
     */
    public static int disable(int fd) {
        return Syscall.ioctl(fd, Requests.DISABLE, 0);
    }

    /**
     * Has a program run at an event until the event is closed: {@code PERF_EVENT_IOC_SET_BPF}.
     *
     * @param fd the event
     * @param programFd the program
     * @return 0 or a negated errno
     */
    public static int setProgram(int fd, int programFd) {
        return Syscall.ioctl(fd, Requests.SET_BPF, programFd);
    }

    /** Numbers that differ between machines, so not asked for before they are needed. */
    private static final class Requests {
        static final int ENABLE = Architecture.current().requestWithoutArgument(REQUEST_TYPE, 0);
        static final int DISABLE = Architecture.current().requestWithoutArgument(REQUEST_TYPE, 1);
        static final int SET_BPF = Architecture.current().requestThatWrites(REQUEST_TYPE, 8, Integer.BYTES);
    }
}
