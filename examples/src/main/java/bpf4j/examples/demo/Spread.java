package bpf4j.examples.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What the same measurement gave in several rounds.
 *
 * @param median the middle one, or the mean of the middle two
 * @param min the smallest
 * @param max the largest
 */
public record Spread(double median, double min, double max) {

    /**
     * Looks at the rounds.
     *
     * @param rounds one number for each, at least one
     * @return their median and extent
     */
    public static Spread of(List<Double> rounds) {
        double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no rounds");
        }
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * Compares two measurements that took turns: the ratio is taken within each round, so that what slowed the machine
     * down in one round is in both parts of it.
     *
     * @param dividends one number for each round
     * @param divisors as many
     * @return the ratios' median and extent
     */
    public static Spread ofRatios(List<Double> dividends, List<Double> divisors) {
        if (dividends.size() != divisors.size()) {
            throw new IllegalArgumentException(dividends.size() + " rounds against " + divisors.size());
        }
        return of(IntStream.range(0, dividends.size()).mapToObj(i -> dividends.get(i) / divisors.get(i)).toList());
    }

    /**
     * Writes it as {@code 9.8 (9.7..10.1)}.
     *
     * @param digits how many digits after the point
     * @return the text
     */
    public String text(int digits) {
        String number = "%." + digits + "f";
        return String.format(Locale.ROOT, number + " (" + number + ".." + number + ")", median, min, max);
    }

    /**
     * Finds the sample below or at which a part of all samples lies.
     *
     * @param sorted the samples, ascending, at least one
     * @param percent the part, above 0 and up to 100
     * @return the smallest sample that has at least that part of the samples at or below it
     */
    public static long percentile(long[] sorted, double percent) {
        return sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
    }

    /**
     * Sorts what was measured.
     *
     * @param samples samples in any order
     * @param count how many of them count, from the first
     * @return these, ascending
     */
    public static long[] sorted(long[] samples, int count) {
        long[] sorted = Arrays.copyOf(samples, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
