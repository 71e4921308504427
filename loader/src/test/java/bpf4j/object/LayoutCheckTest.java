package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutCheckTest {

    private static BpfObject object;

    @BeforeAll
    static void read() throws IOException {
        object = BpfObject.read(Fixtures.object("bindings-el.o"));
    }

    @Test
    void whatIsAsItWasPasses() {
        LayoutCheck.of(object, "struct odd").size(24).member("kind", 0, 8).member("all", 8, 32).member("second", 24, 16)
                .member("inside.deep", 48, 64).member("odd_bits", 112, 5).member("more_bits", 117, 11);
        LayoutCheck.of(object, "struct kinds").member("corners.y", object.btf().orElseThrow().sizeBytes(
                object.variable("kinds_value").typeId()) * 8 - 96, 32);
        LayoutCheck.of(object, "value unnamed").size(8).member("half", 0, 32);
        LayoutCheck.of(object, "variable odd_value").size(24);
    }

    @ParameterizedTest
    @CsvSource({"kind, 8, 8, 8, 0", "kind, 0, 16, 8, 0", "odd_bits, 112, 6, 5, 112"})
    void whatHasMovedIsNamed(String path, long offsetBits, long sizeBits, long foundBits, long foundAt) {
        ObjectFormatException e = assertThrows(ObjectFormatException.class,
                () -> LayoutCheck.of(object, "struct odd").member(path, offsetBits, sizeBits));
        assertEquals("bindings-el: struct odd: '%s' has %d bits at bit %d, and the Java code was made for %d at %d;"
                .formatted(path, foundBits, foundAt, sizeBits, offsetBits)
                + " the bindings have to be generated again", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            struct odd      | gone        | 0   | 8  | bindings-el: struct odd: has no member 'gone'
            struct odd      | inside.gone | 0   | 8  | bindings-el: struct odd: has no member 'inside.gone'
            struct odd      | kind.gone   | 0   | 8  | bindings-el: struct odd: has no member 'kind.gone'
            struct no_such  | x           | 0   | 8  | bindings-el: struct no_such: the object has no such type
            value no_such   | x           | 0   | 8  | bindings-el: value no_such: the object has no such type
            """)
    void whatIsMissingIsNamed(String root, String path, long offsetBits, long sizeBits, String message) {
        ObjectFormatException e = assertThrows(ObjectFormatException.class,
                () -> LayoutCheck.of(object, root).member(path, offsetBits, sizeBits));
        assertEquals(message + "; the bindings have to be generated again", e.getMessage());
    }

    @Test
    void anotherSizeIsNamed() {
        ObjectFormatException e = assertThrows(ObjectFormatException.class,
                () -> LayoutCheck.of(object, "struct odd").size(25));
        assertEquals("bindings-el: struct odd: has 24 bytes, and the Java code was made for 25;"
                + " the bindings have to be generated again", e.getMessage());
    }
}
