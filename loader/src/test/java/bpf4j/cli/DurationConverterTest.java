package bpf4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {

    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "2m,120000", "1h,3600000", "0s,0", "999999999ms,999999999", "90s,90000"})
    void readsAndWrites(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), converter.convert(text));
        assertEquals(Duration.ofMillis(millis), converter.convert(DurationConverter.text(Duration.ofMillis(millis))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 s", "-1s", "1.5s", "1d", "10S", "9999999999s", "\u0661s"})
    void refusesWhatIsNone(String text) {
        assertThrows(TypeConversionException.class, () -> converter.convert(text));
    }
}
