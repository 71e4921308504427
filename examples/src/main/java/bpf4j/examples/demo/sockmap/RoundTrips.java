package bpf4j.examples.demo.sockmap;

import bpf4j.examples.demo.Spread;
import bpf4j.examples.net.BareStream;
import bpf4j.examples.net.TcpInfo;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * What one connection took for its round trips: the time from before a request is sent until its answer is there.
 *
 * @param count how many there were
 * @param p50Nanos half of them took at most this
 * @param p90Nanos nine tenths of them
 * @param p99Nanos all but a hundredth of them
 * @param meanNanos their mean
 * @param intact whether each answer was its request
 * @param dataSegmentsOut packets with data that left by TCP meanwhile
 * @param dataSegmentsIn packets with data that came by TCP meanwhile
 */
record RoundTrips(int count, long p50Nanos, long p90Nanos, long p99Nanos, double meanNanos, boolean intact,
        long dataSegmentsOut, long dataSegmentsIn) {

    /** The head of a connection, by which the server knows what comes: a size, and whether there is no delay. */
    static final int HEAD_BYTES = 2 * Integer.BYTES;

    private static final int COUNT_MAX = 1 << 18;
    /** However slow the machine. */
    private static final int COUNT_MIN = 100;
    private static final long SEED = 793;
    /** Each request is another part of the same random bytes, so that an answer is no earlier one. */
    private static final int STARTS = 4096;

    /**
     * Connects, and goes back and forth.
     *
     * @param server where the server listens
     * @param content what to send
     * @param warmUpNanos how long before it counts: the sockets are filed then, the code compiled, the caches filled
     * @param nanos how long it counts
     * @return what was measured
     */
    static RoundTrips measure(InetSocketAddress server, Case content, long warmUpNanos, long nanos) throws IOException {
        try (TcpSocket socket = TcpSocket.open(server.getAddress());
                Arena arena = Arena.ofConfined()) {
            socket.setNoDelay(content.noDelay());
            socket.connect(server);
            BareStream stream = socket.bareStream();
            MemorySegment requests = random(arena, content.sizeBytes() + STARTS);
            MemorySegment answer = arena.allocate(Math.max(HEAD_BYTES, content.sizeBytes()));
            introduce(stream, content, arena, answer);

            long[] samples = new long[COUNT_MAX];
            talk(stream, requests, answer, content.sizeBytes(), warmUpNanos, samples);
            TcpInfo before = socket.info();
            int count = talk(stream, requests, answer, content.sizeBytes(), nanos, samples);
            TcpInfo after = socket.info();
            return of(samples, Math.abs(count), count > 0, after.dataSegmentsOut() - before.dataSegmentsOut(),
                    after.dataSegmentsIn() - before.dataSegmentsIn());
        }
    }

    private static MemorySegment random(Arena arena, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        new SplittableRandom(SEED).nextBytes(bytes);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    private static void introduce(BareStream stream, Case content, Arena arena, MemorySegment answer)
            throws IOException {
        MemorySegment head = arena.allocateFrom(ValueLayout.JAVA_INT, content.sizeBytes(), content.noDelay() ? 1 : 0);
        stream.send(head, 0, HEAD_BYTES);
        if (!stream.receive(answer, HEAD_BYTES)) {
            throw new IOException("the server hung up");
        }
    }

    /** {@return how many round trips there were, negative if an answer was not its request} */
    private static int talk(BareStream stream, MemorySegment requests, MemorySegment answer, int sizeBytes, long nanos,
            long[] samples) throws IOException {
        int count = 0;
        boolean intact = true;
        long end = System.nanoTime() + nanos;
        long now;
        do {
            int offset = count % STARTS;
            long start = System.nanoTime();
            stream.send(requests, offset, sizeBytes);
            if (!stream.receive(answer, sizeBytes)) {
                throw new IOException("the server hung up");
            }
            now = System.nanoTime();
            samples[count++] = now - start;
            // Outside of what is measured, and the same for both ways.
            intact &= MemorySegment.mismatch(answer, 0, sizeBytes, requests, offset, offset + sizeBytes) < 0;
        } while ((now - end < 0 || count < COUNT_MIN) && count < COUNT_MAX);
        return intact ? count : -count;
    }

    private static RoundTrips of(long[] samples, int count, boolean intact, long dataSegmentsOut, long dataSegmentsIn) {
        long[] sorted = Spread.sorted(samples, count);
        double sum = 0;
        for (long sample : sorted) {
            sum += sample;
        }
        return new RoundTrips(count, Spread.percentile(sorted, 50), Spread.percentile(sorted, 90),
                Spread.percentile(sorted, 99), sum / count, intact, dataSegmentsOut, dataSegmentsIn);
    }

    /** {@return how many there are in a second, one after the other} */
    double perSecond() {
        return 1e9 / meanNanos;
    }

    /** {@return a line for {@link #parse}} */
    String line() {
        StringJoiner line = new StringJoiner(" ");
        for (Object field : new Object[] {count, p50Nanos, p90Nanos, p99Nanos, meanNanos, intact, dataSegmentsOut,
                dataSegmentsIn}) {
            line.add(field.toString());
        }
        return line.toString();
    }

    static RoundTrips parse(String line) throws IOException {
        String[] fields = line.split(" ");
        if (fields.length != 8) {
            throw new IOException("the client says: " + line);
        }
        return new RoundTrips(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
                Long.parseLong(fields[3]), Double.parseDouble(fields[4]), Boolean.parseBoolean(fields[5]),
                Long.parseLong(fields[6]), Long.parseLong(fields[7]));
    }
}
