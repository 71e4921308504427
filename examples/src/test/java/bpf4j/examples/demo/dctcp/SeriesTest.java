package bpf4j.examples.demo.dctcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {

    private static Series of(double... values) {
        Series.Recorder recorder = new Series.Recorder();
        for (int i = 0; i < values.length; i++) {
            recorder.add(1_000_000_000L * i, values[i]);
        }
        return recorder.series();
    }

    @Test
    void aWordIsReadAsWhatWasWritten() throws IOException {
        Series series = of(1.5, -2, 1e9);
        Series read = Series.parse(series.word());
        assertArrayEquals(series.nanos(), read.nanos());
        assertArrayEquals(series.values(), read.values());
        assertEquals(0, Series.parse(of().word()).size());
        assertTrue(!of().word().isBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,2,3", "1,2;3"})
    void whatIsNoSeriesIsRefused(String word) {
        assertThrows(IOException.class, () -> Series.parse(word));
    }

    @Test
    void aTimeHasItsBeginningButNotItsEnd() {
        Series part = of(0, 1, 2, 3).between(1_000_000_000L, 3_000_000_000L);
        assertArrayEquals(new double[] {1, 2}, part.values());
        assertEquals(0, of(0, 1).between(5_000_000_000L, 6_000_000_000L).size());
        assertEquals(0, of(0, 1).between(1_000_000_000L, 0).size());
    }

    @Test
    void growthIsPerSecond() {
        assertEquals(10, of(5, 8, 25).growthPerSecond());
        assertTrue(Double.isNaN(of(5).growthPerSecond()));
    }

    @Test
    void percentilesAreSamples() {
        assertEquals(2, of(4, 2, 3, 1).percentile(50));
        assertEquals(4, of(4, 2, 3, 1).percentile(99));
        assertEquals(1, of(4, 2, 3, 1).percentile(0));
        assertTrue(Double.isNaN(of().percentile(50)));
    }

    @Test
    void moreSamplesThanAtFirstAreKept() {
        double[] many = new double[5000];
        Arrays.setAll(many, i -> i);
        assertArrayEquals(many, of(many).values());
    }

    @Test
    void thinningKeepsPeaksAndOrder() {
        double[] values = new double[10_000];
        values[4321] = 7;
        values[6543] = -7;
        Series thin = of(values).thinned(100);
        assertTrue(thin.size() <= 101, () -> thin.size() + " samples");
        assertEquals(7, thin.percentile(100));
        assertEquals(-7, thin.percentile(0));
        long[] sorted = thin.nanos().clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, thin.nanos());
        assertEquals(3, of(1, 2, 3).thinned(100).size());
    }
}
