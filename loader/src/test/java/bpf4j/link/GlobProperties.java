package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class GlobProperties {

    @Property
    void agreesWithARegularExpression(@ForAll @Chars({'a', 'b', '.', '*', '?'}) @StringLength(max = 8) String pattern,
            @ForAll @Chars({'a', 'b', '.'}) @StringLength(max = 10) String name) {
        String regex = pattern.replace(".", "\\.").replace("*", ".*").replace('?', '.');
        assertEquals(Pattern.matches(regex, name), new Glob(pattern).matches(name));
    }
}
