package bpf4j.event;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Memory;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory and descriptors behind readers and writers, released together. Descriptors are duplicates: the map may be
 * closed before. Not safe for use by several threads; {@link Lifetime} sees to that.
 */
final class RingMemory implements AutoCloseable {

    /** {@code BPF_F_RB_OVERWRITE}, since Linux 6.19: what is not read in time is gone. */
    private static final int BPF_F_RB_OVERWRITE = 1 << 19;

    private final Step step;
    private final Arena scope = Arena.ofShared();
    private final List<Runnable> releases = new ArrayList<>();

    /**
     * A ring buffer, mapped.
     *
     * @param fd a descriptor of the map
     * @param consumerPage starts with the consumer's position
     * @param producerPage starts with the producer's position
     * @param data the data, twice
     */
    record Ring(Fd fd, MemorySegment consumerPage, MemorySegment producerPage, MemorySegment data) {
    }

    /** @param step what is said of a refusal */
    RingMemory(Step step) {
        this.step = step;
    }

    /** Has something released together with the memory, before it and before what was added earlier. */
    void add(Runnable release) {
        releases.add(release);
    }

    /** Duplicates the map's descriptor. */
    Fd duplicate(LoadedMap map, String description) {
        int number = map.descriptor().acquire();
        try {
            int copy = Fd.duplicate(number);
            if (copy < 0) {
                throw new KernelException(step, description, -copy);
            }
            Fd fd = Fd.owning(copy, description);
            releases.add(fd::close);
            return fd;
        } finally {
            map.descriptor().release();
        }
    }

    /** Maps a ring buffer that programs write to, or one that this process writes to. */
    Ring ring(LoadedMap map, MapType type, String description) {
        MapInfo info = require(map, type, description);
        if ((info.flags() & BPF_F_RB_OVERWRITE) != 0) {
            throw new KernelException(step, description, 0,
                    "it overwrites records that were not read (BPF_F_RB_OVERWRITE), which is not supported");
        }
        Fd fd = duplicate(map, description);
        long pageBytes = Memory.pageSizeBytes();
        long dataBytes = dataBytes(info.maxEntries());
        int both = Memory.PROT_READ | Memory.PROT_WRITE;
        boolean consumer = type == MapType.BPF_MAP_TYPE_RINGBUF;
        MemorySegment consumerPage = map(fd, 0, pageBytes, consumer ? both : Memory.PROT_READ, description);
        MemorySegment rest = map(fd, pageBytes, pageBytes + dataBytes, consumer ? Memory.PROT_READ : both, description);
        return new Ring(fd, consumerPage, rest.asSlice(0, pageBytes), rest.asSlice(pageBytes));
    }

    /** The data is mapped twice, which for the largest ring buffers is more than an {@code int} can say. */
    static long dataBytes(int maxEntries) {
        return 2 * Integer.toUnsignedLong(maxEntries);
    }

    /** Asks the kernel what kind of map it is, and refuses others. */
    MapInfo require(LoadedMap map, MapType type, String description) {
        MapInfo info = map.info();
        if (info.type() != type.ordinal()) {
            throw new KernelException(step, description, 0,
                    "the map is a %s, not a %s".formatted(MapType.nameOf(info.type()), type));
        }
        return info;
    }

    MemorySegment map(Fd fd, long offsetBytes, long sizeBytes, int protection, String description) {
        return switch (Memory.map(scope, fd, offsetBytes, sizeBytes, protection, Memory.MAP_SHARED)) {
            case Memory.Mapping.Mapped(MemorySegment memory) -> memory;
            case Memory.Mapping.Refused(int errno) -> throw new KernelException(step, description, errno,
                    errno == Errno.EPERM.number()
                            ? "its memory cannot be mapped: another descriptor, limit or security module forbids it"
                            : "its memory cannot be mapped");
        };
    }

    /** {@return memory that lasts as long as the mappings} */
    MemorySegment allocate(long sizeBytes) {
        return scope.allocate(sizeBytes, Long.BYTES);
    }

    /**
     * Unmaps and closes. A window that a native call of another thread is using at this moment keeps its memory: to
     * unmap it would crash that call.
     */
    @Override
    public void close() {
        releases.reversed().forEach(Runnable::run);
        try {
            scope.close();
        } catch (IllegalStateException e) {
            Log.LOGGER.log(Level.WARNING, "memory of an event buffer stays mapped: a native call is using it", e);
        }
    }

    private static final class Log {
        static final System.Logger LOGGER = System.getLogger(RingMemory.class.getName());
    }
}
