package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CNumberTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0", "00, 0", "250, 250", "+7, 7", "-1, -1", "0x10, 16", "0XfF, 255", "-0x10, -16", "017, 15", "-010, -8",
        "18446744073709551615, -1", "0xffffffffffffffff, -1", "01777777777777777777777, -1",
        "9223372036854775808, -9223372036854775808", "0x000000000000000000000001, 1",
    })
    void readsEveryBase(String text, long value) {
        assertEquals(OptionalLong.of(value), CNumber.parseUnsigned(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "-", "+", "0x", "08", "1f", "0xg", "--1", "0x-1", "1 ", " 1", "1u", "0b1", "1_000", "\u0661", "\uff11",
        "18446744073709551616", "0x10000000000000000",
    })
    void refusesWhatIsNoNumber(String text) {
        assertEquals(OptionalLong.empty(), CNumber.parseUnsigned(text));
    }
}
