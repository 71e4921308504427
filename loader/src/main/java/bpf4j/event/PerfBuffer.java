package bpf4j.event;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Epoll;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.MapCalls;
import bpf4j.sys.Memory;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a perf buffer: a map of type {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY} that programs write to with {@code
 * bpf_perf_event_output}, with memory for each CPU. For kernels before 5.8, and for programs that are written so; a
 * {@link RingBuffer} needs less memory, keeps the order between CPUs, and refuses records instead of losing them.
 *
 * <p>The source of a record, in {@link RecordHandler#onRecord}, is its CPU. Records of one CPU come in order. The
 * kernel pads the data of a record, so {@code sizeBytes} is up to seven bytes more than what the program wrote, and is
 * 4 modulo 8. Each is copied to the start of eight bytes before the handler sees it. Records for which there was no
 * room are counted: {@link RecordHandler#onLost} and {@link #lostRecords}.
 *
 * <p>CPUs that are not online when this is opened are left out; a program on one that comes up later is told {@code
 * ENOENT}. The slots of the map are this reader's while it is open: a second reader takes them over, and the close of
 * either empties them, unless they read different CPUs. Which thread may do what: {@link EventSource}.
 */
public final class PerfBuffer implements EventSource {

    private final String description;
    private final Lifetime lifetime;
    private final Polling polling;
    private final List<PerfReader> readers = new ArrayList<>();
    private final List<Integer> cpus = new ArrayList<>();

    private PerfBuffer(LoadedMap map, PerfBufferOptions options) {
        description = "perf buffer '" + map.name() + "'";
        RingMemory memory = new RingMemory(Step.READ_EVENTS);
        lifetime = new Lifetime(memory::close);
        try {
            EventPoll waitPoint = new EventPoll(Step.READ_EVENTS, description);
            memory.add(waitPoint::close);
            MapInfo info = memory.require(map, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY, description);
            Fd slots = memory.duplicate(map, description);
            MapCalls calls = new BpfCalls(map.kernel()).maps();
            MemorySegment copy = memory.allocate(PerfReader.MAX_RECORD_BYTES);
            for (int cpu : chosen(options.cpus(), info)) {
                int number = openEvent(cpu, options);
                if (number == -Errno.ENODEV.number() && options.cpus().isEmpty()) {
                    // Went offline since the list was read.
                    continue;
                }
                openCpu(cpu, Fd.owning(checked(number), description), memory, options, copy, waitPoint);
                insert(calls, slots, cpu, number, memory);
            }
            polling = new Polling(description, lifetime, waitPoint, new RoundRobin(readers));
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /** Those that were asked for, or all that are possible. */
    private List<Integer> chosen(List<Integer> wanted, MapInfo info) {
        List<Integer> usable = CpuList.online().numbers().stream()
                .filter(cpu -> Integer.compareUnsigned(cpu, info.maxEntries()) < 0).toList();
        for (int cpu : wanted) {
            if (!usable.contains(cpu)) {
                throw new KernelException(Step.READ_EVENTS, description, 0,
                        "CPU %d is not online, or the map has no slot for it".formatted(cpu));
            }
        }
        return wanted.isEmpty() ? usable : wanted;
    }

    private void openCpu(int cpu, Fd event, RingMemory memory, PerfBufferOptions options, MemorySegment copy,
            EventPoll waitPoint) {
        memory.add(event::close);
        long pageBytes = Memory.pageSizeBytes();
        MemorySegment mapped = memory.map(event, 0, pageBytes + options.pagesPerCpu() * pageBytes,
                Memory.PROT_READ | Memory.PROT_WRITE, description);
        waitPoint.watch(event, Epoll.EPOLLIN);
        checked(PerfEvent.enable(event.number()));
        readers.add(new PerfReader(description, cpu, mapped.asSlice(0, pageBytes),
                mapped.asSlice(pageBytes).asReadOnly(), copy, lifetime));
        cpus.add(cpu);
    }

    /** From here on programs write; the slot is emptied before the event is closed. */
    private void insert(MapCalls calls, Fd slots, int cpu, int event, RingMemory memory) {
        MemorySegment key = number(cpu);
        checked(calls.update(slots.number(), key, number(event), LoadedMap.BPF_ANY));
        memory.add(() -> calls.delete(slots.number(), key));
    }

    private static MemorySegment number(int value) {
        return MemorySegment.ofArray(new int[] {value});
    }

    private static int openEvent(int cpu, PerfBufferOptions options) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, PerfEvent.PERF_TYPE_SOFTWARE);
            PerfEvent.Attr.CONFIG.set(attr, PerfEvent.PERF_COUNT_SW_BPF_OUTPUT);
            PerfEvent.Attr.SAMPLE_TYPE.set(attr, PerfEvent.PERF_SAMPLE_RAW);
            PerfEvent.Attr.SAMPLE_PERIOD.set(attr, 1);
            if (options.wakeUpBytes() > 0) {
                PerfEvent.Attr.BITS.set(attr, PerfEvent.Attr.WATERMARK);
                PerfEvent.Attr.WAKEUP_WATERMARK.set(attr, options.wakeUpBytes());
            } else {
                PerfEvent.Attr.WAKEUP_EVENTS.set(attr, options.wakeUpRecords());
            }
            return PerfEvent.open(attr, -1, cpu);
        }
    }

    private int checked(int result) {
        if (result < 0) {
            throw KernelException.refused(Step.READ_EVENTS, description,
                    MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY.name(), -result);
        }
        return result;
    }

    /**
     * Opens a perf buffer with {@link PerfBufferOptions#defaults}.
     *
     * @param map a map of type {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY}
     * @return the reader, the caller's to close
     * @throws KernelException if the map is of another type, or the kernel refuses
     * @throws IllegalStateException if the object that the map belongs to is closed
     */
    public static PerfBuffer open(LoadedMap map) {
        return open(map, PerfBufferOptions.defaults());
    }

    /**
     * Opens a perf buffer.
     *
     * @param map a map of type {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY}
     * @param options how
     * @return the reader, the caller's to close
     * @throws KernelException if the map is of another type, a CPU that was asked for cannot be read, or the kernel
     *     refuses
     * @throws IllegalStateException if the object that the map belongs to is closed
     */
    public static PerfBuffer open(LoadedMap map, PerfBufferOptions options) {
        return new PerfBuffer(map, options);
    }

    @Override
    public int consume(int maxRecords, RecordHandler handler) {
        return polling.consume(maxRecords, handler);
    }

    @Override
    public int poll(Duration timeout, int maxRecords, RecordHandler handler) {
        return polling.poll(timeout, maxRecords, handler);
    }

    /** {@return the CPUs that are read, ascending} */
    public List<Integer> cpus() {
        return List.copyOf(cpus);
    }

    /** {@return how many records were given to handlers; also after a close} */
    public long records() {
        return readers.stream().mapToLong(PerfReader::records).sum();
    }

    /**
     * {@return how many records were lost because there was no room, as far as the kernel has said so; also after a
     * close} It says so with the next record that there is room for.
     */
    public long lostRecords() {
        return readers.stream().mapToLong(PerfReader::lost).sum();
    }

    /**
     * Looks how far reading and writing are.
     *
     * @return a snapshot for each CPU that is read, in the order of {@link #cpus}
     * @throws IllegalStateException if this is closed
     */
    public List<PerfBufferStats> stats() {
        if (!lifetime.enter()) {
            throw new IllegalStateException(description + ": is closed");
        }
        try {
            return readers.stream().map(PerfReader::stats).toList();
        } finally {
            lifetime.leave();
        }
    }

    @Override
    public void wakeUp() {
        polling.wakeUp();
    }

    @Override
    public int epollFd() {
        return polling.epollFd();
    }

    @Override
    public boolean isOpen() {
        return polling.isOpen();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        polling.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
