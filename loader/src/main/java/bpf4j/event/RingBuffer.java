package bpf4j.event;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.Epoll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads ring buffers: maps of type {@code BPF_MAP_TYPE_RINGBUF}, one or several, with one wait for all. Records of one
 * map come in the order of their reservation; between maps there is no order.
 *
 * <p>A ring buffer has one reader in the whole system: another one, of this process or not, would take records away
 * from this one. Reading starts at the position that the last reader left; if its process died in a handler, records of
 * up to a sixty-fourth of the buffer are seen once more.
 *
 * <p>The source of a record, in {@link RecordHandler#onRecord}, is the index of its map in the call of {@link #open}.
 * The reader lasts on its own: the object that the maps belong to may be closed. Which thread may do what: {@link
 * EventSource}.
 */
public final class RingBuffer implements EventSource {

    private final String description;
    private final Lifetime lifetime;
    private final Polling polling;
    private final List<RingReader> readers;

    /** @param lifetime releases the memory of the readers, and the wait point */
    RingBuffer(String description, Lifetime lifetime, WaitPoint waitPoint, List<RingReader> readers) {
        this.description = description;
        this.lifetime = lifetime;
        this.readers = List.copyOf(readers);
        this.polling = new Polling(description, lifetime, waitPoint, new RoundRobin(this.readers));
    }

    /**
     * Opens ring buffers for reading.
     *
     * @param map a map of type {@code BPF_MAP_TYPE_RINGBUF}
     * @param more others, to be read together with it
     * @return the reader, the caller's to close
     * @throws bpf4j.kernel.KernelException if a map is of another type, or the kernel refuses
     * @throws IllegalStateException if the object that a map belongs to is closed
     */
    public static RingBuffer open(LoadedMap map, LoadedMap... more) {
        List<LoadedMap> maps = Stream.concat(Stream.of(map), Stream.of(more)).toList();
        String description = maps.stream().map(LoadedMap::name).collect(Collectors.joining("', '",
                maps.size() == 1 ? "ring buffer '" : "ring buffers '", "'"));
        RingMemory memory = new RingMemory(Step.READ_EVENTS);
        try {
            Lifetime lifetime = new Lifetime(memory::close);
            EventPoll waitPoint = new EventPoll(Step.READ_EVENTS, description);
            memory.add(waitPoint::close);
            List<RingReader> readers = new ArrayList<>();
            for (LoadedMap each : maps) {
                String name = "ring buffer '" + each.name() + "'";
                RingMemory.Ring ring = memory.ring(each, MapType.BPF_MAP_TYPE_RINGBUF, name);
                waitPoint.watch(ring.fd(), Epoll.EPOLLIN);
                readers.add(new RingReader(name, readers.size(), ring.consumerPage(), ring.producerPage(), ring.data(),
                        lifetime));
            }
            return new RingBuffer(description, lifetime, waitPoint, readers);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    @Override
    public int consume(int maxRecords, RecordHandler handler) {
        return polling.consume(maxRecords, handler);
    }

    @Override
    public int poll(Duration timeout, int maxRecords, RecordHandler handler) {
        return polling.poll(timeout, maxRecords, handler);
    }

    /**
     * Looks how far reading and writing are.
     *
     * @return a snapshot for each map, in the order of {@link #open}
     * @throws IllegalStateException if this is closed
     */
    public List<RingBufferStats> stats() {
        if (!lifetime.enter()) {
            throw new IllegalStateException(description + ": is closed");
        }
        try {
            return readers.stream().map(RingReader::stats).toList();
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
