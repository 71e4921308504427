package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.U8;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.ask;
import static bpf4j.btf.core.Types.bits;
import static bpf4j.btf.core.Types.m;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreKind;
import org.junit.jupiter.api.Test;

class FieldMatcherTest {

    private final Types local = Types.create();
    private final Types target = Types.create();

    private FieldMatcher matcher(int localId, String access) {
        AccessSpec spec = AccessSpec.parse(local.build("local"),
                ask(CoreKind.BPF_CORE_FIELD_BYTE_OFFSET, localId, access));
        return new FieldMatcher(spec, target.build(), new Effort());
    }

    private long offsetBytes(int localId, String access, int targetId) {
        FieldPlace place = matcher(localId, access).match(targetId);
        assertEquals(0, place.offsetBits() % 8);
        return place.offsetBits() / 8;
    }

    private String mismatch(int localId, String access, int targetId) {
        FieldMatcher matcher = matcher(localId, access);
        assertNull(matcher.match(targetId));
        return matcher.mismatch();
    }

    @Test
    void findsAMemberThatMoved() {
        int mine = local.struct("s", 8, m("a", INT, 0), m("b", INT, 4));
        int theirs = target.struct("s", 24, m("new", LONG, 0), m("b", INT, 8), m("a", LONG, 16));
        assertEquals(16, offsetBytes(mine, "0:0", theirs));
        assertEquals(8, offsetBytes(mine, "0:1", theirs));
    }

    @Test
    void scalesTheFirstIndexByTheTargetsSize() {
        int mine = local.struct("s", 8, m("a", INT, 0), m("b", INT, 4));
        int theirs = target.struct("s", 24, m("b", INT, 20));
        assertEquals(3 * 24 + 20, offsetBytes(mine, "3:1", theirs));
    }

    @Test
    void followsAnonymousUnion() {
        int mine = local.struct("s", 8, m("deep", INT, 4));
        int innermost = target.struct("", 12, m("other", INT, 0), m("deep", INT, 8));
        int union = target.union("", 12, m("x", INT, 0), m("", target.typedef("hidden_t", innermost), 0));
        int theirs = target.struct("s", 28, m("first", INT, 0), m("", union, 16));
        assertEquals(16 + 8, offsetBytes(mine, "0:0", theirs));
    }

    @Test
    void leavesTheObjectsOwnAnonymousUnion() {
        int union = local.union("", 8, m("x", INT, 0), m("y", INT, 0));
        int mine = local.struct("s", 12, m("first", INT, 0), m("", union, 4));
        int theirs = target.struct("s", 12, m("y", INT, 8));
        assertEquals(8, offsetBytes(mine, "0:1:1", theirs));
    }

    @Test
    void takesTheFirstMemberDepthFirst() {
        int mine = local.struct("s", 8, m("x", INT, 4));
        int inner = target.struct("", 4, m("x", INT, 0));
        int theirs = target.struct("s", 12, m("", inner, 8), m("x", INT, 0));
        assertEquals(8, offsetBytes(mine, "0:0", theirs));
    }

    @Test
    void goesOnAfterAnAnonymousMemberWhoseFieldDoesNotFit() {
        int mine = local.struct("s", 8, m("x", INT, 4));
        int misfit = target.struct("", 8, m("x", VOID_PTR, 0));
        int theirs = target.struct("s", 16, m("", misfit, 8), m("x", INT, 4));
        assertEquals(4, offsetBytes(mine, "0:0", theirs));
    }

    @Test
    void stopsAtTheFirstNamedMemberThatDoesNotFit() {
        int mine = local.struct("s", 8, m("x", INT, 4));
        int theirs = target.struct("s", 16, m("x", VOID_PTR, 8), m("x", INT, 4));
        assertEquals("member 'x' is 'void *' and not 'int'", mismatch(mine, "0:0", theirs));
    }

    @Test
    void comparesMemberNamesWithTheirFlavors() {
        int mine = local.struct("s", 8, m("x___old", INT, 4));
        int theirs = target.struct("s", 8, m("x", INT, 4));
        assertEquals("there is no member 'x___old'", mismatch(mine, "0:0", theirs));
    }

    @Test
    void followsStructsByMemberNamesAndNotByTheirTags() {
        int inner = local.struct("inner", 8, m("p", INT, 0), m("q", INT, 4));
        int mine = local.struct("s", 16, m("in", inner, 8));
        int other = target.union("renamed", 12, m("q", INT, 0));
        int theirs = target.struct("s", 24, m("in", target.constant(target.typedef("r", other)), 12));
        assertEquals(12, offsetBytes(mine, "0:0:1", theirs));
        assertEquals("there is no member 'p'", mismatch(mine, "0:0:0", theirs));
    }

    @Test
    void doesNotLookThroughPointers() {
        int mine = local.struct("s", 8, m("in", local.struct("inner", 8, m("p", INT, 0)), 0));
        int theirs = target.struct("s", 8, m("in", target.ptr(target.struct("inner", 8, m("p", INT, 0))), 0));
        assertEquals("member 'in' is 'struct inner *' and not 'struct inner'", mismatch(mine, "0:0:0", theirs));
    }

    @Test
    void scalesArrayIndicesByTheTargetsElement() {
        int mine = local.struct("s", 8, m("a", local.array(local.array(INT, 4), 4), 0));
        int theirs = target.struct("s", 99, m("a", target.array(target.array(LONG, 3), 2), 16));
        assertEquals(16 + 24 + 16, offsetBytes(mine, "0:0:1:2", theirs));
        assertEquals("the array has 2 elements, so there is no [2]", mismatch(mine, "0:0:2:0", theirs));
        assertEquals("the array has 3 elements, so there is no [3]", mismatch(mine, "0:0:1:3", theirs));
    }

    @Test
    void acceptsAnyIndexInATrailingFlexibleArray() {
        int mine = local.struct("s", 8, m("a", local.array(INT, 40), 0));
        int flexible = target.struct("s", 8, m("n", INT, 0), m("a", target.array(INT, 0), 8));
        assertEquals(8 + 30 * 4, offsetBytes(mine, "0:0:30", flexible));
        int inside = target.struct("s", 8, m("a", target.array(INT, 0), 8), m("n", INT, 0));
        assertEquals("the array has 0 elements, so there is no [30]", mismatch(mine, "0:0:30", inside));
    }

    @Test
    void doesNotTakeAnElementForAFlexibleArray() {
        int mine = local.struct("s", 8, m("a", local.array(local.array(INT, 4), 4), 0));
        int theirs = target.struct("s", 8, m("a", target.array(target.array(INT, 0), 4), 8));
        assertEquals("the array has 0 elements, so there is no [1]", mismatch(mine, "0:0:2:1", theirs));
    }

    @Test
    void refusesMembersOfWhatHasNone() {
        int mine = local.struct("s", 8, m("x", INT, 4));
        assertEquals("'int' is no struct or union, so there is no 'x'", mismatch(mine, "0:0", INT));
    }

    @Test
    void keepsTheWidthOfABitfield() {
        int mine = local.struct("s", 8, m("x", INT, 4));
        int theirs = target.struct("s", 8, bits("x", U8, 13, 3));
        Btf btf = target.build();
        FieldPlace place = matcher(mine, "0:0").match(theirs);
        assertEquals(new FieldPlace(place.btf(), U8, 13, 3, false), place);
        assertEquals(btf.name(), place.btf().name());
    }

    private int nested(Types types, int leaf, int levels) {
        int id = leaf;
        for (int i = 0; i < levels; i++) {
            id = types.struct("", 8, m("", id, 0));
        }
        return id;
    }

    @Test
    void goesSixtyFourStepsDeepAndNoFurther() {
        int mine = local.struct("s", 8, m("x", INT, 0));
        // The first index, the anonymous members and the field itself are steps.
        int leaf = target.struct("", 8, m("x", INT, 0));
        int deepest = target.struct("s", 8, m("", nested(target, leaf, 61), 0));
        int tooDeep = target.struct("s", 8, m("", nested(target, leaf, 62), 0));
        assertEquals(0, offsetBytes(mine, "0:0", deepest));
        assertThrows(UnresolvableException.class, () -> matcher(mine, "0:0").match(tooDeep));
    }

    @Test
    void endsOnAnonymousMembersOfThemselves() {
        int mine = local.struct("s", 8, m("x", INT, 0));
        int id = target.nextId();
        target.struct("s", 8, m("", id, 0), m("", id, 0));
        assertThrows(UnresolvableException.class, () -> matcher(mine, "0:0").match(id));
    }

    @Test
    void endsOnAnonymousMembersThatFanOut() {
        int mine = local.struct("s", 8, m("x", INT, 0));
        AccessSpec spec = AccessSpec.parse(local.build(), ask(CoreKind.BPF_CORE_FIELD_EXISTS, mine, "0:0"));
        int id = target.struct("", 8, m("y", INT, 0));
        for (int i = 0; i < 40; i++) {
            id = target.struct("", 8, m("", id, 0), m("", id, 0));
        }
        int root = id;
        FieldMatcher bounded = new FieldMatcher(spec, target.build(), new Effort(100_000));
        assertThrows(UnresolvableException.class, () -> bounded.match(root));
    }
}
