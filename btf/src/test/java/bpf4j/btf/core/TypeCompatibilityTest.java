package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.VOID;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.m;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TypeCompatibilityTest {

    private static final Types TYPES = Types.create();

    private record Case(String what, int first, int second, boolean fits) {

        @Override
        public String toString() {
            return what;
        }
    }

    private static Stream<Case> cases() {
        Types t = TYPES;
        int struct = t.struct("s", 4, m("a", INT));
        int other = t.struct("other", 8);
        int union = t.union("s", 4);
        int fwd = t.fwd("s", false);
        int enum32 = t.enum32("e", v("A", 1));
        int typedefOfInt = t.typedef("t", INT);
        return Stream.of(
                new Case("structs, whatever is in them", struct, t.struct("s___v2", 99), true),
                new Case("struct and union", struct, union, false),
                new Case("struct and forward declaration", struct, fwd, false),
                new Case("forward declarations of struct and union", fwd, t.fwd("s", true), true),
                new Case("enumerations of both widths", enum32, t.enum64("e"), true),
                new Case("integers of any size and sign", INT, t.integer("u8", 1, 0), true),
                new Case("integer with an offset inside", INT, t.integerWithOffset("bits"), false),
                new Case("integer and enumeration", INT, enum32, false),
                new Case("floats are not compared", t.floating("float", 4), t.floating("float", 4), false),
                new Case("pointers to structs of other names", t.ptr(struct), t.ptr(other), true),
                new Case("pointers to different kinds", t.ptr(struct), t.ptr(union), false),
                new Case("pointer to void and to struct", VOID_PTR, t.ptr(struct), false),
                new Case("pointers to void", VOID_PTR, t.ptr(VOID), true),
                new Case("arrays of any length", t.array(INT, 1), t.array(LONG, 9), true),
                new Case("arrays of different kinds", t.array(INT, 1), t.array(VOID_PTR, 1), false),
                new Case("typedefs of the same kind", typedefOfInt, t.typedef("t___x", LONG), true),
                new Case("typedefs of different kinds", typedefOfInt, t.typedef("t", VOID_PTR), false),
                new Case("typedef and what it stands for", typedefOfInt, INT, false),
                new Case("qualifiers below the root", t.ptr(t.constant(struct)), t.ptr(t.typedef("x", struct)), true),
                new Case("prototypes", t.proto(INT, struct, VOID_PTR), t.proto(LONG, other, VOID_PTR), true),
                new Case("prototypes of different lengths", t.proto(INT, INT), t.proto(INT, INT, INT), false),
                new Case("prototypes of different parameters", t.proto(INT, INT), t.proto(INT, VOID_PTR), false),
                new Case("prototypes of different results", t.proto(INT, INT), t.proto(VOID, INT), false),
                new Case("parameters without their qualifiers", t.proto(VOID, typedefOfInt), t.proto(VOID, INT), true),
                new Case("functions", t.function("f", t.proto(INT)), t.function("f", t.proto(INT)), false));
    }

    private static boolean test(Btf btf, int first, int second) {
        return new TypeCompatibility(btf, btf, new Effort()).test(first, second);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holdsBothWays(Case c) {
        Btf btf = TYPES.build();
        assertEquals(c.fits, test(btf, c.first, c.second));
        assertEquals(c.fits, test(btf, c.second, c.first));
    }

    @Test
    void followsThirtyOnePointersAndNoMore() {
        Types types = Types.create();
        int id = INT;
        for (int i = 0; i < 31; i++) {
            id = types.ptr(id);
        }
        int deepest = id;
        int tooDeep = types.ptr(id);
        Btf btf = types.build();
        assertTrue(test(btf, deepest, deepest));
        assertThrows(UnresolvableException.class, () -> test(btf, tooDeep, tooDeep));
    }

    @Test
    void followsThirtyTwoParametersOfParametersAndNoMore() {
        Types types = Types.create();
        int id = types.proto(INT);
        for (int i = 0; i < 32; i++) {
            id = types.proto(INT, id);
        }
        int deepest = id;
        int tooDeep = types.proto(INT, id);
        Btf btf = types.build();
        assertTrue(test(btf, deepest, deepest));
        assertThrows(UnresolvableException.class, () -> test(btf, tooDeep, tooDeep));
    }

    @Test
    void endsOnPrototypesThatFanOut() {
        Types types = Types.create();
        int id = types.proto(INT);
        for (int i = 0; i < 30; i++) {
            id = types.proto(INT, id, id, id);
        }
        int root = id;
        Btf btf = types.build();
        TypeCompatibility bounded = new TypeCompatibility(btf, btf, new Effort(100_000));
        assertThrows(UnresolvableException.class, () -> bounded.test(root, root));
    }
}
