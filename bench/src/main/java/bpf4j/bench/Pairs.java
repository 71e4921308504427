package bpf4j.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Figures of turns that alternated, ours and the peer's, in the same unit.
 *
 * @param ours one figure for each of our turns
 * @param peer one for each of the peer's, which followed ours of the same index
 */
record Pairs(double[] ours, double[] peer) {

    /** Takes turns: ours, the peer's, ours, the peer's. */
    static Pairs alternate(int pairs, DoubleSupplier ours, DoubleSupplier peer) {
        Pairs result = new Pairs(new double[pairs], new double[pairs]);
        for (int i = 0; i < pairs; i++) {
            result.ours[i] = ours.getAsDouble();
            result.peer[i] = peer.getAsDouble();
        }
        return result;
    }

    /** Takes one figure out of each turn. */
    static <T> Pairs of(List<T> ours, List<T> peer, ToDoubleFunction<T> figure) {
        return new Pairs(ours.stream().mapToDouble(figure).toArray(), peer.stream().mapToDouble(figure).toArray());
    }

    double oursMedian() {
        return median(ours);
    }

    double peerMedian() {
        return median(peer);
    }

    /** The ratio of the medians. */
    double ratio() {
        return oursMedian() / peerMedian();
    }

    double leastRatio() {
        return ratios()[0];
    }

    double greatestRatio() {
        return ratios()[ours.length - 1];
    }

    private double[] ratios() {
        double[] ratios = new double[ours.length];
        Arrays.setAll(ratios, i -> ours[i] / peer[i]);
        Arrays.sort(ratios);
        return ratios;
    }

    /** The ratio of the medians with the extent of the pairs' ratios: {@code 0.21 (0.20..0.23)}. */
    String ratioText() {
        return String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", ratio(), leastRatio(), greatestRatio());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(long[] values) {
        return median(Arrays.stream(values).asDoubleStream().toArray());
    }
}
