package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({"*, '', true", "*, tcp, true", "tcp_*, tcp_, true", "tcp_*, tcp, false", "*_show, a_show_show, true",
            "a*b*c, aXbXbXc, true", "a*b*c, aXbXbX, false", "a?c, abc, true", "a?c, ac, false", "?, '', false",
            "tcp, tcp, true", "tcp, tcp_, false", "**a, ba, true", "a.b, axb, false", "*a*, bbb, false"})
    void starsAreAnyCharactersAndQuestionMarksOne(String pattern, String name, boolean matches) {
        assertEquals(matches, new Glob(pattern).matches(name));
    }

    @Test
    void patternThatKeepsTryingEnds() {
        Glob glob = new Glob("*a".repeat(500) + "b");
        String name = "a".repeat(10_000);
        assertFalse(assertTimeout(Duration.ofSeconds(10), () -> glob.matches(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a-b", "[a]", "a/b", "a\0"})
    void otherCharactersAreNoPattern(String text) {
        assertFalse(Glob.isValid(text));
    }

    @Test
    void symbolsAreMadeOfLettersDigitsDotsAndUnderscores() {
        assertTrue(Glob.isValid("tcp_v?_*.isra.0"));
    }
}
