package bpf4j.btf.rewrite;

import static bpf4j.btf.rewrite.DistilledBaseTest.btf;
import static bpf4j.btf.rewrite.DistilledBaseTest.own;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.SameTypes;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BaseRelocationTest {

    private static final BtfType.Int INT = new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32);
    private static final BtfType.Int CHAR = new BtfType.Int("char", 1, 0, 0, 8);

    private static BtfType struct(String name, long sizeBytes, BtfType.Member... members) {
        return new BtfType.Struct(name, sizeBytes, false, List.of(members));
    }

    private static BtfType.Member member(int typeId) {
        return new BtfType.Member("m", typeId, 0, 0);
    }

    private static Btf base(BtfType... types) {
        return btf(new BtfBuilder(), "kernel", List.of(types));
    }

    private static Btf on(Btf base, BtfType... types) {
        return btf(BtfBuilder.onBase(base), "module", List.of(types));
    }

    /** Onto a kernel with the same types in another order and number. */
    @Test
    void findsTypesByName() {
        Btf module = on(base(INT, struct("s", 4)), new BtfType.Ptr(2), new BtfType.Const(1),
                new BtfType.Typedef("t", 3));
        Btf kernel = base(CHAR, struct("s", 8, member(1)), new BtfType.Typedef("int", 1), INT);
        Btf relocated = BaseRelocation.of(module, kernel);
        assertEquals(kernel, relocated.base().orElseThrow());
        assertEquals(5, relocated.firstOwnId());
        assertEquals(List.of(new BtfType.Ptr(2), new BtfType.Const(4), new BtfType.Typedef("t", 5)), own(relocated));
    }

    @Test
    void wantsTheSizeOfWhatIsContained() {
        Btf base = base(INT, struct("s", 4));
        Btf grown = base(INT, struct("s", 8));
        assertEquals(List.of(new BtfType.Ptr(2)), own(BaseRelocation.of(on(base, new BtfType.Ptr(2)), grown)));
        Btf contains = on(base, new BtfType.Array(4, 1, 2), new BtfType.Const(2), struct("own", 8, member(3)));
        assertEquals("module: struct s: 'kernel' has none of 4 bytes", assertThrows(BaseMismatchException.class,
                () -> BaseRelocation.of(contains, grown)).getMessage());
        assertEquals(own(contains), own(BaseRelocation.of(contains, base)));
    }

    @Test
    void choosesAmongTypesOfOneNameBySize() {
        Btf module = on(base(struct("s", 4)), new BtfType.Ptr(1));
        assertEquals(List.of(new BtfType.Ptr(2)),
                own(BaseRelocation.of(module, base(struct("s", 8), struct("s", 4)))));
        BaseMismatchException e = assertThrows(BaseMismatchException.class,
                () -> BaseRelocation.of(module, base(struct("s", 4), struct("s", 4))));
        assertEquals("module: struct s: 'kernel' has 2 that it could be: [1, 2]", e.getMessage());
    }

    @Test
    void comparesIntegersFloatsAndEnumerations() {
        refuses(INT, new BtfType.Int("int", 8, BtfType.Int.SIGNED, 0, 64));
        refuses(INT, new BtfType.Int("int", 4, 0, 0, 32));
        refuses(new BtfType.Float("double", 8), new BtfType.Float("double", 16));
        refuses(new BtfType.Enum("e", 4, false, List.of()), new BtfType.Enum("e", 8, false, List.of()));
        refuses(struct("s", 4), new BtfType.Union("s", 4, false, List.of()));
        refuses(new BtfType.Fwd("s", false), new BtfType.Fwd("s", true));
        refuses(new BtfType.Fwd("s", true), struct("s", 4));
        accepts(new BtfType.Enum("e", 8, false, List.of()),
                new BtfType.Enum64("e", 8, true, List.of(new BtfType.EnumValue("A", 1))));
        accepts(new BtfType.Fwd("s", false), struct("s", 4));
        accepts(new BtfType.Fwd("s", true), new BtfType.Fwd("s", true));
    }

    private static void refuses(BtfType wanted, BtfType there) {
        BaseMismatchException e = assertThrows(BaseMismatchException.class,
                () -> BaseRelocation.of(on(base(wanted), new BtfType.Ptr(1)), base(there)));
        assertTrue(e.getMessage().contains("'kernel' has none"), e.getMessage());
    }

    private static void accepts(BtfType wanted, BtfType there) {
        assertEquals(List.of(new BtfType.Ptr(1)),
                own(BaseRelocation.of(on(base(wanted), new BtfType.Ptr(1)), base(there))));
    }

    @Test
    void refusesWhatIsNoDistilledBase() {
        Btf kernel = base(INT, struct("", 4), new BtfType.Ptr(1));
        assertThrows(BtfFormatException.class, () -> BaseRelocation.of(on(base(struct("", 4))), kernel));
        assertThrows(BtfFormatException.class, () -> BaseRelocation.of(on(base(new BtfType.Ptr(0))), kernel));
        assertThrows(IllegalArgumentException.class, () -> BaseRelocation.of(kernel, kernel));
        Btf other = new BtfBuilder().build(ByteOrder.BIG_ENDIAN, "other");
        assertThrows(BtfFormatException.class, () -> BaseRelocation.of(on(base(INT)), other));
    }

    @Test
    void endsAtArraysThatContainThemselves() {
        Btf module = on(base(INT), new BtfType.Array(2, 1, 2), struct("s", 4, member(2)));
        assertThrows(BtfFormatException.class, () -> BaseRelocation.of(module, base(INT)));
    }

    /** Back on its own base, and on a kernel where everything lies elsewhere, a module's types are what they were. */
    @Property(tries = 200)
    void isTheInverseOfDistillation(@ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int structs) {
        CompilationUnits program = new CompilationUnits(seed, structs, false);
        Btf base = Deduplication.of(program.units(3)).result();
        Btf both = program.units(6);
        Btf split = Deduplication.of(program.on(base, 6)).result();
        Btf other = Deduplication.of(CompilationUnits.concatenated(both, base)).result();
        DistilledBase parts = DistilledBase.of(split);
        assertSame(split, BaseRelocation.of(parts.split(), base));
        assertSame(split, BaseRelocation.of(parts.split(), other));
    }

    private static void assertSame(Btf split, Btf relocated) {
        SameTypes same = new SameTypes(split, relocated);
        int shift = relocated.firstOwnId() - split.firstOwnId();
        for (int id = split.firstOwnId(); id < split.typeCount(); id++) {
            assertTrue(same.equal(id, id + shift));
        }
    }
}
