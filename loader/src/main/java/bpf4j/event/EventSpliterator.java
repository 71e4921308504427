package bpf4j.event;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Records as the elements of a stream, taken from the source no earlier than the stream wants them. */
final class EventSpliterator<T> implements Spliterator<T> {

    private final EventSource source;
    private final Function<MemorySegment, T> decoder;

    private EventSpliterator(EventSource source, Function<MemorySegment, T> decoder) {
        this.source = source;
        this.decoder = Objects.requireNonNull(decoder, "decoder");
    }

    static <T> Stream<T> stream(EventSource source, Function<MemorySegment, T> decoder) {
        return StreamSupport.stream(new EventSpliterator<>(source, decoder), false).onClose(source::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        int records;
        do {
            records = poll(1, action);
        } while (records == 0);
        return records != EventSource.CLOSED;
    }

    @Override
    public void forEachRemaining(Consumer<? super T> action) {
        int records;
        do {
            records = poll(Integer.MAX_VALUE, action);
        } while (records != EventSource.CLOSED);
    }

    private int poll(int maxRecords, Consumer<? super T> action) {
        try (RecordWindows windows = new RecordWindows(record ->
                action.accept(Objects.requireNonNull(decoder.apply(record), "the decoder's object")))) {
            return source.poll(EventSource.FOREVER, maxRecords, windows);
        }
    }

    @Override
    public Spliterator<T> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public int characteristics() {
        return ORDERED | NONNULL;
    }
}
