package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.UINT;
import static bpf4j.btf.core.Types.VOID;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.m;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TypeMatcherTest {

    private static final Types TYPES = Types.create();

    /** Whether {@code target} has all of {@code local}, and the other way round. */
    private record Case(String what, int local, int target, boolean matches, boolean backwards) {

        @Override
        public String toString() {
            return what;
        }
    }

    private static Case both(String what, int first, int second, boolean matches) {
        return new Case(what, first, second, matches, matches);
    }

    private static Stream<Case> scalars() {
        Types t = TYPES;
        int two = t.enum32("e", v("A", 1), v("B", 2));
        int three = t.enum32("e___v2", v("B___x", 7), v("C", 8), v("A", 9));
        int typedefOfInt = t.typedef("one", INT);
        return Stream.of(
                both("void", VOID, VOID, true),
                both("void and a type", VOID, INT, false),
                both("integers of different names", INT, UINT, false),
                both("integers of one name and different sizes", INT, t.integer("int", 8, BtfType.Int.SIGNED), false),
                both("integers of one name and different signs", INT, t.integer("int", 4, 0), false),
                both("integers, other bits of the encoding", t.integer("x", 1, BtfType.Int.CHAR),
                        t.integer("x", 1, 0), true),
                both("typedefs of any name", typedefOfInt, t.typedef("two", t.constant(INT)), true),
                both("floats are not compared", t.floating("float", 4), t.floating("float", 4), false),
                new Case("enumeration with more values", two, three, true, false),
                both("enumerations that lack a value", two, t.enum32("e", v("A", 1), v("C", 2)), false),
                both("enumerations of different names", two, t.enum32("f", v("A", 1), v("B", 2)), false),
                both("enumerations of different sizes", two, t.enum64("e", v("A", 1), v("B", 2)), false),
                both("enumerations of both widths and one size", two,
                        t.add(new BtfType.Enum64("e", 4, true, List.of(v("A", 5), v("B", 6)))), true),
                both("arrays", t.array(INT, 3), t.array(typedefOfInt, 3), true),
                both("arrays of different lengths", t.array(INT, 3), t.array(INT, 4), false),
                both("arrays of different elements", t.array(INT, 3), t.array(UINT, 3), false),
                both("array and pointer", t.array(INT, 3), t.ptr(INT), false),
                both("pointers", t.ptr(INT), t.ptr(t.constant(INT)), true),
                both("pointers to different types", t.ptr(INT), t.ptr(LONG), false),
                both("pointers to void", VOID_PTR, t.ptr(t.constant(VOID)), true),
                both("prototypes", t.proto(INT, LONG, VOID_PTR), t.proto(INT, LONG, VOID_PTR), true),
                both("prototypes of different results", t.proto(INT, LONG), t.proto(VOID, LONG), false),
                both("prototypes of different parameters", t.proto(INT, LONG), t.proto(INT, INT), false),
                both("prototypes of different lengths", t.proto(INT), t.proto(INT, INT), false),
                both("functions", t.function("f", t.proto(INT)), t.function("f", t.proto(INT)), false));
    }

    private static Stream<Case> composites() {
        Types t = TYPES;
        int ab = t.struct("s", 8, m("a", INT), m("b", LONG));
        int cba = t.struct("s___v2", 24, m("c", INT), m("b___x", LONG), m("a", INT));
        int wrong = t.struct("s", 8, m("a", INT), m("b", INT));
        int empty = t.struct("s", 0);
        int union = t.union("s", 8, m("a", INT), m("b", LONG));
        int structFwd = t.fwd("s", false);
        int unionFwd = t.fwd("s", true);
        int inAnonymous = t.struct("s", 8, m("", t.struct("", 8, m("a", INT), m("b", LONG))), m("x", INT), m("y", INT));
        int twoUnnamed = t.struct("s", 8, m("", t.union("", 8, m("x", INT))), m("", t.struct("", 8, m("a", INT))));
        int unnamed = t.struct("s", 8, m("", t.struct("", 8, m("a", INT))));
        return Stream.of(
                new Case("members in another order, and more of them", ab, cba, true, false),
                both("member of another type", ab, wrong, false),
                new Case("no members", empty, ab, true, false),
                both("struct and union", ab, union, false),
                both("structs of different names", ab, t.struct("q", 8, m("a", INT), m("b", LONG)), false),
                both("members inside an anonymous struct are not looked up", ab, inAnonymous, false),
                new Case("unnamed members pair with any unnamed one that matches", unnamed, twoUnnamed, true, false),
                both("struct and its forward declaration", ab, structFwd, false),
                both("forward declarations", structFwd, t.fwd("s___x", false), true),
                both("forward declarations of struct and union", structFwd, unionFwd, false),
                both("pointers: contents do not count", t.ptr(ab), t.ptr(wrong), true),
                both("pointers: names do", t.ptr(ab), t.ptr(t.struct("q", 8)), false),
                both("pointers: kinds do", t.ptr(ab), t.ptr(union), false),
                both("pointers: struct and forward declaration", t.ptr(ab), t.ptr(structFwd), true),
                both("pointers: union and forward declaration", t.ptr(union), t.ptr(unionFwd), true),
                both("pointers: struct and forward declaration of a union", t.ptr(ab), t.ptr(unionFwd), false),
                both("pointers: union and forward declaration of a struct", t.ptr(union), t.ptr(structFwd), false),
                both("pointers: forward declarations", t.ptr(structFwd), t.ptr(t.fwd("s", false)), true),
                both("pointers: forward declarations that differ", t.ptr(structFwd), t.ptr(unionFwd), false),
                both("pointers: forward declaration and integer", t.ptr(t.fwd("int", false)), t.ptr(INT), false),
                both("callbacks: a parameter is behind the pointer", t.ptr(t.proto(VOID, ab)),
                        t.ptr(t.proto(VOID, wrong)), true),
                both("prototypes: a parameter is not", t.proto(VOID, ab), t.proto(VOID, wrong), false),
                both("members: a pointer of one does not count for the next",
                        t.struct("h", 8, m("p", t.ptr(ab)), m("v", ab)),
                        t.struct("h", 8, m("p", t.ptr(ab)), m("v", wrong)), false));
    }

    private static boolean test(Btf btf, int local, int target) {
        return new TypeMatcher(btf, btf, new Effort()).test(local, target);
    }

    @ParameterizedTest
    @MethodSource({"scalars", "composites"})
    void matches(Case c) {
        Btf btf = TYPES.build();
        assertEquals(c.matches, test(btf, c.local, c.target));
        assertEquals(c.backwards, test(btf, c.target, c.local), "backwards");
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
    void followsThirtyOneMembersOfMembersAndNoMore() {
        Types types = Types.create();
        int id = types.struct("s", 4);
        for (int i = 0; i < 31; i++) {
            id = types.struct("s", 4, m("x", id));
        }
        int deepest = id;
        int tooDeep = types.struct("s", 4, m("x", id));
        Btf btf = types.build();
        assertTrue(test(btf, deepest, deepest));
        assertThrows(UnresolvableException.class, () -> test(btf, tooDeep, tooDeep));
    }

    @Test
    void endsOnTypesThatReferToThemselves() {
        Types types = Types.create();
        int list = types.nextId();
        types.struct("list", 8, m("next", list + 1));
        types.ptr(list);
        int inItself = types.nextId();
        types.struct("in_itself", 8, m("self", inItself));
        Btf btf = types.build();
        assertTrue(test(btf, list, list));
        assertThrows(UnresolvableException.class, () -> test(btf, inItself, inItself));
    }

    @Test
    void endsOnMembersThatFanOut() {
        Types local = Types.create();
        Types target = Types.create();
        int localId = local.struct("leaf", 4, m("x", INT));
        int targetId = target.struct("leaf", 4, m("x", LONG));
        for (int i = 0; i < 25; i++) {
            localId = local.struct("s", 4, m("m", localId), m("m", localId), m("m", localId));
            targetId = target.struct("s", 4, m("m", targetId), m("m", targetId), m("m", targetId));
        }
        TypeMatcher bounded = new TypeMatcher(local.build(), target.build(), new Effort(100_000));
        int localRoot = localId;
        int targetRoot = targetId;
        assertThrows(UnresolvableException.class, () -> bounded.test(localRoot, targetRoot));
    }

    @Test
    void doesNotTakeOneFlavoredNameForAnother() {
        Types types = Types.create();
        int plain = types.struct("a____b", 4);
        int shorter = types.struct("a", 4);
        Btf btf = types.build();
        assertFalse(test(btf, plain, shorter));
        assertTrue(test(btf, plain, plain));
    }
}
