package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Look-up by name, look-through of modifiers, sizes. */
class BtfLookupTest {

    private final BtfBuilder builder = new BtfBuilder();

    private Btf build() {
        return builder.build(ByteOrder.LITTLE_ENDIAN, "test");
    }

    private static BtfType struct(String name) {
        return new BtfType.Struct(name, 4, false, List.of());
    }

    @Test
    void findsByExactNameAndKind() {
        builder.add(new BtfType.Typedef("sock", 2));
        builder.add(struct("sock"));
        builder.add(new BtfType.Fwd("sock", false));
        Btf btf = build();
        assertEquals(1, btf.find("sock", BtfKind.BTF_KIND_TYPEDEF).orElseThrow());
        assertEquals(2, btf.find("sock", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(3, btf.find("sock", BtfKind.BTF_KIND_FWD).orElseThrow());
        assertTrue(btf.find("sock", BtfKind.BTF_KIND_UNION).isEmpty());
        assertTrue(btf.find("soc", BtfKind.BTF_KIND_STRUCT).isEmpty());
        assertTrue(btf.find("sock", BtfKind.BTF_KIND_UNKN).isEmpty());
    }

    @Test
    void ofDuplicatesTheFirstIdWins() {
        for (int i = 0; i < 50; i++) {
            builder.add(struct(i % 2 == 0 ? "even" : "odd"));
        }
        Btf btf = build();
        assertEquals(1, btf.find("even", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(2, btf.find("odd", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(IntStream.range(0, 25).map(i -> i * 2 + 2).boxed().toList(),
                btf.ownByEssentialName("odd").boxed().toList());
    }

    @Test
    void flavorsAreFoundByEssentialNameOnly() {
        builder.add(struct("task___old"));
        builder.add(struct("task"));
        builder.add(new BtfType.Int("task___x", 4, 0, 0, 32));
        builder.add(struct("task____x"));
        Btf btf = build();
        assertEquals(2, btf.find("task", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(1, btf.find("task___old", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(4, btf.find("task____x", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(List.of(1, 2, 3), btf.ownByEssentialName("task").boxed().toList());
        assertEquals(List.of(), btf.ownByEssentialName("task___old").boxed().toList());
    }

    @Test
    void theEmptyNameFindsNothing() {
        builder.add(struct(""));
        Btf btf = build();
        assertTrue(btf.find("", BtfKind.BTF_KIND_STRUCT).isEmpty());
        assertEquals(0, btf.ownByEssentialName("").count());
    }

    @Test
    void namesOutsideAsciiAreFound() {
        builder.add(struct("größe___v2"));
        Btf btf = build();
        assertEquals(1, btf.find("größe___v2", BtfKind.BTF_KIND_STRUCT).orElseThrow());
        assertEquals(List.of(1), btf.ownByEssentialName("größe").boxed().toList());
    }

    @Test
    void stripLooksThroughAllModifiersAndNothingElse() {
        builder.add(new BtfType.Int("int", 4, 1, 0, 32));
        builder.add(new BtfType.Typedef("a", 1));
        builder.add(new BtfType.Const(2));
        builder.add(new BtfType.Volatile(3));
        builder.add(new BtfType.Restrict(4));
        builder.add(new BtfType.TypeTag("rcu", 5, false));
        builder.add(new BtfType.Ptr(6));
        builder.add(new BtfType.Const(7));
        builder.add(new BtfType.Const(0));
        Btf btf = build();
        assertEquals(1, btf.strip(6));
        assertEquals(7, btf.strip(8));
        assertEquals(0, btf.strip(9));
        assertEquals(new BtfType.Ptr(6), btf.stripped(8));
    }

    @Test
    void sizes() {
        builder.add(new BtfType.Int("int", 4, 1, 0, 32));
        builder.add(new BtfType.Array(1, 1, 3));
        builder.add(new BtfType.Typedef("t", 2));
        builder.add(new BtfType.Array(3, 1, 5));
        builder.add(new BtfType.Array(1, 1, 0));
        builder.add(new BtfType.Var("v", 4, 0));
        builder.add(new BtfType.Ptr(0));
        builder.add(new BtfType.Enum64("e", 8, false, List.of()));
        builder.add(new BtfType.Float("long double", 16));
        builder.add(new BtfType.DataSec(".data..percpu", 185560, List.of()));
        Btf btf = build();
        assertEquals(List.of(4L, 12L, 12L, 60L, 0L, 60L, 8L, 8L, 16L, 185560L),
                IntStream.range(1, btf.typeCount()).mapToObj(btf::sizeBytes).toList());
    }

    @ParameterizedTest
    @EnumSource
    void pointersHaveEightBytesWhateverTheOrder(Order order) {
        builder.add(new BtfType.Ptr(0));
        assertEquals(8, builder.build(order.order, "test").sizeBytes(1));
    }

    enum Order {
        LITTLE(ByteOrder.LITTLE_ENDIAN), BIG(ByteOrder.BIG_ENDIAN);

        final ByteOrder order;

        Order(ByteOrder order) {
            this.order = order;
        }
    }

    @Test
    void whatHasNoSizeIsAnError() {
        builder.add(new BtfType.Fwd("f", false));
        builder.add(new BtfType.FuncProto(0, List.of()));
        builder.add(new BtfType.Func("f", 2, 0));
        builder.add(new BtfType.Array(1, 1, 1));
        Btf btf = build();
        for (int id = 0; id < btf.typeCount(); id++) {
            int each = id;
            assertThrows(BtfFormatException.class, () -> btf.sizeBytes(each));
        }
    }

    @Test
    void arraysWhoseSizeOverflowsAreAnError() {
        builder.add(new BtfType.Struct("s", 0xffff_ffffL, false, List.of()));
        builder.add(new BtfType.Array(1, 1, 0xffff_ffffL));
        builder.add(new BtfType.Array(2, 1, 0xffff_ffffL));
        Btf btf = build();
        assertThrows(BtfFormatException.class, () -> btf.sizeBytes(2));
        assertThrows(BtfFormatException.class, () -> btf.sizeBytes(3));
    }

    @Test
    void cyclesEndInAnError() {
        builder.add(new BtfType.Const(2));
        builder.add(new BtfType.Typedef("t", 1));
        builder.add(new BtfType.Array(3, 3, 1));
        builder.add(new BtfType.Const(4));
        Btf btf = build();
        for (int id : new int[] {1, 2, 4}) {
            assertThrows(BtfFormatException.class, () -> btf.strip(id));
        }
        for (int id : new int[] {1, 3, 4}) {
            assertThrows(BtfFormatException.class, () -> btf.sizeBytes(id));
        }
    }

    @Test
    void deepTypedefChainsEndInTheirTypeOrAnError() {
        builder.add(new BtfType.Int("int", 4, 1, 0, 32));
        for (int i = 1; i < 100_000; i++) {
            builder.add(new BtfType.Typedef("t", i));
        }
        Btf btf = build();
        assertEquals(1, btf.strip(100));
        assertEquals(4, btf.sizeBytes(100));
        assertThrows(BtfFormatException.class, () -> btf.strip(100_000));
        assertThrows(BtfFormatException.class, () -> btf.sizeBytes(100_000));
    }

    @Test
    void lookUpFromManyThreadsAtOnceFindsTheSame() {
        for (int i = 0; i < 5_000; i++) {
            builder.add(struct("s" + i));
        }
        Btf btf = build();
        assertTrue(IntStream.range(0, 5_000).parallel()
                .allMatch(i -> btf.find("s" + i, BtfKind.BTF_KIND_STRUCT).orElse(-1) == i + 1
                        && btf.type(i + 1).name().equals("s" + i)));
    }
}
