package bpf4j.btf.core;

import static bpf4j.btf.core.Types.BOOL;
import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.U16;
import static bpf4j.btf.core.Types.U8;
import static bpf4j.btf.core.Types.UINT;
import static bpf4j.btf.core.Types.ULONG;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryAccessTest {

    private static final Types TYPES = Types.create();

    private record Case(int local, int target, long localBytes, long targetBytes, boolean legal) {
    }

    private static Stream<Case> cases() {
        Types t = TYPES;
        int signedChar = t.integer("char", 1, BtfType.Int.SIGNED | BtfType.Int.CHAR);
        int struct = t.struct("s", 12);
        int enum32 = t.enum32("e", v("A", 1));
        int enum64 = t.enum64("e", v("A", 1));
        return Stream.of(
                new Case(UINT, ULONG, 4, 8, true),
                new Case(UINT, BOOL, 4, 1, true),
                new Case(INT, UINT, 4, 4, true),
                new Case(INT, LONG, 4, 8, false),
                new Case(INT, ULONG, 4, 8, false),
                new Case(UINT, LONG, 4, 8, false),
                // Only the encoding that is exactly "signed" counts as signed here.
                new Case(signedChar, U16, 1, 2, true),
                new Case(enum32, enum64, 4, 8, false),
                new Case(enum32, enum32, 4, 4, true),
                new Case(VOID_PTR, t.ptr(INT), 8, 8, true),
                new Case(VOID_PTR, UINT, 8, 4, false),
                new Case(struct, t.struct("s", 16), 12, 16, false),
                new Case(t.floating("float", 4), t.floating("double", 8), 4, 8, false),
                // Arrays: the element is what a load reads.
                new Case(t.array(U8, 16), t.array(U8, 64), 1, 1, true),
                new Case(t.array(t.array(U16, 2), 2), t.array(U8, 3), 2, 1, true),
                new Case(t.array(INT, 2), t.array(LONG, 2), 4, 8, false),
                new Case(t.typedef("t", t.constant(U8)), t.typedef("u", UINT), 1, 4, true));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void comparesBothSides(Case c) {
        Btf btf = TYPES.build();
        FieldPlace local = new FieldPlace(btf, c.local, 0, 0, false);
        FieldPlace target = new FieldPlace(btf, c.target, 0, 0, false);
        assertEquals(new MemoryAccess(c.localBytes, c.targetBytes, c.legal), MemoryAccess.of(local, target));
        assertEquals(new MemoryAccess(c.targetBytes, c.localBytes, c.legal), MemoryAccess.of(target, local));
        assertEquals(c.localBytes != c.targetBytes, MemoryAccess.of(local, target).changesSize());
    }

    @Test
    void doesNotFollowBitfields() {
        Btf btf = Types.create().build();
        FieldPlace bits = new FieldPlace(btf, UINT, 3, 2, false);
        FieldPlace whole = new FieldPlace(btf, UINT, 0, 0, false);
        assertEquals(MemoryAccess.NONE, MemoryAccess.of(bits, bits));
        assertEquals(new MemoryAccess(0, 4, false), MemoryAccess.of(bits, whole));
        assertEquals(new MemoryAccess(4, 0, false), MemoryAccess.of(whole, bits));
    }

    @Test
    void letsPointersShrink() {
        BtfType pointer = new BtfType.Ptr(0);
        assertTrue(MemoryAccess.of(pointer, 8, pointer, 4).legal());
        assertFalse(MemoryAccess.of(pointer, 8, new BtfType.Int("unsigned int", 4, 0, 0, 32), 4).legal());
    }
}
