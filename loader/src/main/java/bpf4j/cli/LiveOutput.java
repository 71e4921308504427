package bpf4j.cli;

import bpf4j.event.EventSource;
import bpf4j.event.PerfBuffer;
import bpf4j.event.RingBuffer;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.MapType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What programs say while they are attached: records of ring and perf buffers, and the kernel's trace. Owns the
 * readers.
 */
final class LiveOutput implements AutoCloseable {

    /** How often a reader looks whether it is to end; records themselves are there at once. */
    private static final Duration ROUND = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LiveLines lines;
    private final Runnable onReaderGone;
    private final List<EventSource> sources = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private TracePipe trace;
    private volatile boolean ending;

    /** @param onReaderGone is told when nobody reads standard output any more */
    LiveOutput(LiveLines lines, Runnable onReaderGone) {
        this.lines = lines;
        this.onReaderGone = onReaderGone;
    }

    /**
     * Opens what an object writes records to.
     *
     * @param others names of maps that other processes have, and may read
     */
    void open(LoadedObject object, EventTypes types, Set<String> others) {
        for (LoadedMap map : object.maps()) {
            if (others.contains(map.name())) {
                continue;
            }
            if (map.spec().is(MapType.BPF_MAP_TYPE_RINGBUF)) {
                add(RingBuffer.open(map), new EventPrinter(map.name(), false, types.of(map.name()), lines));
            } else if (map.spec().is(MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY)) {
                add(PerfBuffer.open(map), new EventPrinter(map.name(), true, types.of(map.name()), lines));
            }
        }
    }

    /** Opens the kernel's trace. {@return what is to be said about it} */
    Optional<String> openTrace() {
        TracePipe opened = TracePipe.open();
        trace = opened;
        add("bpf4j-trace", () -> {
            if (!opened.print(lines)) {
                onReaderGone.run();
            }
        });
        return TracePipe.warning();
    }

    /** Begins to print. Until then the buffers keep what is written. */
    void start() {
        threads.forEach(Thread::start);
    }

    private void add(EventSource source, EventPrinter printer) {
        sources.add(source);
        add("bpf4j-events", () -> {
            int count = 1;
            // What was written before the programs were detached is printed after.
            while (count != EventSource.CLOSED && !(ending && count == 0)) {
                count = source.poll(ending ? Duration.ZERO : ROUND, printer);
                if (count > 0 && !lines.flush()) {
                    onReaderGone.run();
                    return;
                }
            }
        });
    }

    private void add(String name, Runnable reading) {
        threads.add(Thread.ofPlatform().name(name).daemon().unstarted(reading));
    }

    /** Prints what is there, and ends. Idempotent. */
    @Override
    public void close() {
        if (ending) {
            return;
        }
        ending = true;
        sources.forEach(EventSource::wakeUp);
        if (trace != null) {
            trace.close();
        }
        try {
            for (Thread thread : threads) {
                // A thread that was never started cannot be waited for.
                if (thread.getState() != Thread.State.NEW) {
                    thread.join(PATIENCE);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sources.forEach(EventSource::close);
        lines.flush();
    }
}
