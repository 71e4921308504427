package bpf4j.event;

/**
 * How far a ring buffer is. Positions count bytes since the map was made, records' headers and padding included, and
 * wrap as unsigned numbers.
 *
 * @param sizeBytes what fits in
 * @param availableBytes what is submitted or in the making, and not read: from 0 to {@code sizeBytes}
 * @param consumerPosition where reading is; as long as handlers run, up to a sixty-fourth of the size behind it
 * @param producerPosition where writing is
 * @param records how many records this reader gave to handlers
 * @param discarded how many records their programs discarded, of those that this reader came by
 */
public record RingBufferStats(long sizeBytes, long availableBytes, long consumerPosition, long producerPosition,
        long records, long discarded) {
}
