package bpf4j.examples.demo.dctcp;

/**
 * The port of the switch where packets queue.
 *
 * @param megabits how many megabits leave in a second
 * @param markAboveBytes packets are marked while more than this is queued
 * @param bufferBytes packets are dropped that would make the queue longer
 * @param delayMillis how long acknowledgements take besides
 */
record Bottleneck(int megabits, int markAboveBytes, int bufferBytes, int delayMillis) {

    private static final double BITS_PER_BYTE = 8;
    private static final double MARK_ABOVE_SECONDS = 0.0024;
    private static final double BUFFER_SECONDS = 0.020;
    private static final int PACKET_BYTES = 1514;
    private static final int BUFFER_PACKETS_MIN = 40;
    private static final int MARK_ABOVE_PACKETS_MIN = 5;

    /** A threshold of 2.4 ms and a buffer of 20 ms, and of some packets at least. */
    static Bottleneck of(int megabits, int delayMillis) {
        double bytesPerSecond = megabits * 1e6 / BITS_PER_BYTE;
        return new Bottleneck(megabits,
                Math.max(MARK_ABOVE_PACKETS_MIN * PACKET_BYTES, (int) (bytesPerSecond * MARK_ABOVE_SECONDS)),
                Math.max(BUFFER_PACKETS_MIN * PACKET_BYTES, (int) (bytesPerSecond * BUFFER_SECONDS)), delayMillis);
    }

    /** {@return how long something queued takes to leave} */
    double milliseconds(double queuedBytes) {
        return queuedBytes * BITS_PER_BYTE / megabits / 1e3;
    }

    @Override
    public String toString() {
        return "%d Mbit/s, marks above %.0f kB (%.1f ms), buffer of %.0f kB (%.1f ms)".formatted(megabits,
                markAboveBytes / 1e3, milliseconds(markAboveBytes), bufferBytes / 1e3, milliseconds(bufferBytes))
                + (delayMillis > 0 ? ", acknowledgements take " + delayMillis + " ms" : "");
    }
}
