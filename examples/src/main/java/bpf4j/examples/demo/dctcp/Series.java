package bpf4j.examples.demo.dctcp;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A number over time.
 *
 * @param nanos when, by the machine's monotonic clock, which all processes share; ascending
 * @param values what it was then
 */
record Series(long[] nanos, double[] values) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final String BETWEEN_SAMPLES = ";";
    private static final String BETWEEN_NUMBERS = ",";

    /** Collects samples. For one thread. */
    static final class Recorder {

        private long[] nanos = new long[1024];
        private double[] values = new double[1024];
        private int count;

        void add(long nanoTime, double value) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            nanos[count] = nanoTime;
            values[count++] = value;
        }

        Series series() {
            return new Series(Arrays.copyOf(nanos, count), Arrays.copyOf(values, count));
        }
    }

    int size() {
        return nanos.length;
    }

    /** {@return the samples of a time, without its end} */
    Series between(long startNanos, long endNanos) {
        int from = indexOf(startNanos);
        int to = Math.max(from, indexOf(endNanos));
        return new Series(Arrays.copyOfRange(nanos, from, to), Arrays.copyOfRange(values, from, to));
    }

    /** {@return the first sample that is not before a time} */
    private int indexOf(long nanoTime) {
        int index = Arrays.binarySearch(nanos, nanoTime);
        return index >= 0 ? index : -index - 1;
    }

    double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** {@return the smallest value that has so much of all values at or below it} */
    double percentile(double percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
    }

    /** {@return how much it grew in a second, from the first sample to the last} */
    double growthPerSecond() {
        int last = size() - 1;
        return last < 1 ? Double.NaN : (values[last] - values[0]) / (nanos[last] - nanos[0]) * NANOS_PER_SECOND;
    }

    double last() {
        return size() == 0 ? Double.NaN : values[size() - 1];
    }

    /** {@return the times in seconds since a moment} */
    double[] secondsSince(long startNanos) {
        return Arrays.stream(nanos).mapToDouble(time -> (time - startNanos) / NANOS_PER_SECOND).toArray();
    }

    /** {@return a word for {@link #parse}} */
    String word() {
        StringBuilder word = new StringBuilder(16 * size());
        for (int i = 0; i < size(); i++) {
            word.append(i == 0 ? "" : BETWEEN_SAMPLES).append(nanos[i]).append(BETWEEN_NUMBERS).append(values[i]);
        }
        return word.isEmpty() ? BETWEEN_SAMPLES : word.toString();
    }

    static Series parse(String word) throws IOException {
        String[] samples = word.equals(BETWEEN_SAMPLES) ? new String[0] : word.split(BETWEEN_SAMPLES);
        Recorder recorder = new Recorder();
        for (String sample : samples) {
            String[] numbers = sample.split(BETWEEN_NUMBERS);
            if (numbers.length != 2) {
                throw new IOException("no sample: " + sample);
            }
            recorder.add(Long.parseLong(numbers[0]), Double.parseDouble(numbers[1]));
        }
        return recorder.series();
    }

    /** {@return about so many of the samples, each the largest or the smallest of some that follow each other} */
    Series thinned(int count) {
        int together = Math.max(1, 2 * size() / count);
        Recorder recorder = new Recorder();
        for (int start = 0; start < size(); start += together) {
            int end = Math.min(start + together, size());
            int from = start;
            int low = IntStream.range(from, end).reduce((a, b) -> values[b] < values[a] ? b : a).orElseThrow();
            int high = IntStream.range(from, end).reduce((a, b) -> values[b] > values[a] ? b : a).orElseThrow();
            recorder.add(nanos[Math.min(low, high)], values[Math.min(low, high)]);
            if (low != high) {
                recorder.add(nanos[Math.max(low, high)], values[Math.max(low, high)]);
            }
        }
        return recorder.series();
    }
}
