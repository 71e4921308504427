package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.U8;
import static bpf4j.btf.core.Types.VOID;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.btf.Btf;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldCompatibilityTest {

    private static final Types TYPES = Types.create();

    private record Case(String what, int first, int second, boolean fits) {

        @Override
        public String toString() {
            return what;
        }
    }

    private static Stream<Case> cases() {
        Types t = TYPES;
        int struct = t.struct("s", 4);
        int union = t.union("u", 4);
        int enum32 = t.enum32("e", v("A", 1));
        int tagged = t.enum32("e___v2", v("B", 2));
        int other = t.enum32("other", v("A", 1));
        int nameless = t.enum32("", v("A", 1));
        int enum64 = t.enum64("e", v("A", 1));
        int fwd = t.fwd("f", false);
        return Stream.of(
                new Case("structs of any name", struct, t.struct("other", 99), true),
                new Case("struct and union", struct, union, true),
                new Case("struct and integer", struct, INT, false),
                new Case("struct and forward declaration", struct, t.fwd("s", false), false),
                new Case("pointers to anything", VOID_PTR, t.ptr(struct), true),
                new Case("pointer and integer of the same size", VOID_PTR, LONG, false),
                new Case("floats of any size", t.floating("float", 4), t.floating("double", 8), true),
                new Case("float and integer", t.floating("float", 4), INT, false),
                new Case("integers of any size and sign", U8, LONG, true),
                new Case("integer and one with an offset inside", INT, t.integerWithOffset("bits"), false),
                new Case("integer and enumeration", INT, enum32, false),
                new Case("enumerations and flavors", enum32, tagged, true),
                new Case("enumerations of different names", enum32, other, false),
                new Case("enumeration and a nameless one", other, nameless, true),
                new Case("enumerations of both widths", enum32, enum64, true),
                new Case("enumerations of both widths and different names", other, enum64, false),
                new Case("forward declarations", fwd, t.fwd("f___x", true), true),
                new Case("forward declarations of different names", fwd, t.fwd("g", false), false),
                new Case("arrays of different lengths", t.array(INT, 3), t.array(LONG, 8), true),
                new Case("arrays of what does not fit", t.array(INT, 3), t.array(VOID_PTR, 3), false),
                new Case("arrays of arrays and arrays", t.array(t.array(INT, 2), 2), t.array(INT, 4), false),
                new Case("array and its element", t.array(INT, 1), INT, false),
                new Case("typedefs and qualifiers do not count", t.typedef("a", t.constant(INT)), INT, true),
                new Case("void", VOID, VOID, false),
                new Case("prototypes", t.proto(INT), t.proto(INT), false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holdsBothWays(Case c) {
        Btf btf = TYPES.build();
        assertEquals(c.fits, FieldCompatibility.test(btf, c.first, btf, c.second, new Effort()));
        assertEquals(c.fits, FieldCompatibility.test(btf, c.second, btf, c.first, new Effort()));
    }

    @Test
    void endsOnAnArrayOfItself() {
        Types types = Types.create();
        int id = types.array(types.nextId(), 1);
        Btf btf = types.build();
        assertThrows(UnresolvableException.class, () -> FieldCompatibility.test(btf, id, btf, id, new Effort()));
    }
}
