package bpf4j.examples.demo.dctcp;

/**
 * What was seen of one connection. Round trips, queue and goodput are of the measured part, which leaves out its
 * beginning; packets are counted from its beginning to its end.
 *
 * @param congestionControl what the kernel says it has
 * @param sentBytes what the sender sent
 * @param receivedBytes what the receiver received
 * @param startNanos when it began
 * @param measuredNanos when its measured part began
 * @param endNanos when its measured part ended
 * @param acknowledged bytes that had arrived, over time
 * @param window the congestion window in packets, over time
 * @param queue the bytes in the switch's queue, over time
 * @param alpha DCTCP's alpha, over time
 * @param probe how many milliseconds other packets took through the queue and back
 * @param lostProbes how many of these did not come back
 * @param counts packets at the queue
 * @param retransmissions packets that were sent again
 */
record Flow(String congestionControl, long sentBytes, long receivedBytes, long startNanos, long measuredNanos,
        long endNanos, Series acknowledged, Series window, Series queue, Series alpha, Series probe, int lostProbes,
        SwitchPort.Counts counts, int retransmissions) {

    private static final double BITS_PER_BYTE = 8;

    /** {@return bits that arrived for the first time in a second, in millions} */
    double goodputMegabits() {
        return measured(acknowledged).growthPerSecond() * BITS_PER_BYTE / 1e6;
    }

    Series measuredProbe() {
        return measured(probe);
    }

    Series measuredQueue() {
        return measured(queue);
    }

    Series measuredWindow() {
        return measured(window);
    }

    Series measuredAlpha() {
        return measured(alpha);
    }

    double markedPercent() {
        return 100.0 * counts.marked() / Math.max(1, counts.packets());
    }

    private Series measured(Series series) {
        return series.between(measuredNanos, endNanos);
    }
}
