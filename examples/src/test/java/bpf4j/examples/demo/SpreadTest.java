package bpf4j.examples.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadTest {

    @Test
    void medianIsTheMiddleRoundWhateverTheirOrder() {
        assertEquals(new Spread(3, 1, 100), Spread.of(List.of(100.0, 1.0, 3.0)));
    }

    @Test
    void medianOfTwoIsBetweenThem() {
        assertEquals(new Spread(1.5, 1, 2), Spread.of(List.of(2.0, 1.0)));
    }

    @Test
    void ratiosAreTakenWithinARound() {
        // The second round was ten times as slow for both: that is no difference.
        assertEquals(new Spread(2, 2, 2), Spread.ofRatios(List.of(4.0, 40.0), List.of(2.0, 20.0)));
    }

    @Test
    void textTellsMedianAndExtent() {
        assertEquals("9.8 (9.7..10.1)", new Spread(9.84, 9.66, 10.12).text(1));
    }

    @Test
    void noRoundsAndUnequalRoundsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Spread.ofRatios(List.of(1.0), List.of(1.0, 2.0)));
    }

    @ParameterizedTest
    @CsvSource({"50, 50", "90, 90", "99, 99", "99.5, 100", "100, 100", "0.1, 1"})
    void percentileHasThatPartOfTheSamplesAtOrBelowIt(double percent, long expected) {
        assertEquals(expected, Spread.percentile(LongStream.rangeClosed(1, 100).toArray(), percent));
    }

    @Test
    void onlySamplesThatWereTakenAreSorted() {
        assertArrayEquals(new long[] {2, 5, 9}, Spread.sorted(new long[] {9, 2, 5, 0, 0}, 3));
    }
}
