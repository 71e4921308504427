package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceProbeTest {

    /** As long as a process makes them. */
    private static final String PREFIX = "p4194304_89abcdef";

    @ParameterizedTest
    @ValueSource(strings = {"do_x.isra.0+0x10", "lib-foo.so:func@GLIBC", "module:function", "a b/c"})
    void otherCharactersAreReplaced(String hint) {
        String name = TraceProbe.name(hint, PREFIX, 1);
        assertTrue(name.matches("[A-Za-z_][A-Za-z0-9_]*"), name);
        assertTrue(name.startsWith(PREFIX + "_1_"), name);
    }

    @Test
    void longNamesAreCutAndStayDifferent() {
        String hint = "a_function_with_a_name".repeat(10);
        String name = TraceProbe.name(hint, PREFIX, 1);
        assertEquals(63, name.length());
        assertNotEquals(name, TraceProbe.name(hint, PREFIX, 2));
        assertEquals(63, TraceProbe.name(hint, PREFIX, Integer.MAX_VALUE).length());
    }

    @Test
    void namesThatBecomeTheSameStayDifferent() {
        assertNotEquals(TraceProbe.name("a.b", PREFIX, 7), TraceProbe.name("a-b", PREFIX, 8));
    }
}
