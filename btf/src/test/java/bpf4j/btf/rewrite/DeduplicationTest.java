package bpf4j.btf.rewrite;

import static bpf4j.btf.rewrite.DistilledBaseTest.btf;
import static bpf4j.btf.rewrite.DistilledBaseTest.own;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeduplicationTest {

    private static final BtfType.Int INT = new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32);
    private static final BtfType.Int LONG = new BtfType.Int("long", 8, BtfType.Int.SIGNED, 0, 64);

    private static BtfType struct(String name, int... members) {
        return new BtfType.Struct(name, 8L * members.length, false, Arrays.stream(members).mapToObj(id ->
                new BtfType.Member("m", id, 0, 0)).toList());
    }

    private static BtfType fwd(String name) {
        return new BtfType.Fwd(name, false);
    }

    private static BtfType proto(String paramName, int typeId) {
        return new BtfType.FuncProto(0, List.of(new BtfType.Param(paramName, typeId)));
    }

    private static BtfType enumeration(String name, String... values) {
        return new BtfType.Enum(name, 4, false, Arrays.stream(values).map(v -> new BtfType.EnumValue(v, 1)).toList());
    }

    private static Deduplication of(BtfType... types) {
        return Deduplication.of(btf(new BtfBuilder(), "types", List.of(types)));
    }

    private static List<BtfType> result(BtfType... types) {
        return own(of(types).result());
    }

    @Test
    void mergesWhatIsBuiltOfTheSame() {
        Deduplication deduplication = of(INT, new BtfType.Ptr(1), INT, new BtfType.Ptr(3), new BtfType.Const(4), LONG);
        assertEquals(List.of(INT, new BtfType.Ptr(1), new BtfType.Const(2), LONG), own(deduplication.result()));
        assertEquals(List.of(0, 1, 2, 1, 2, 3, 4),
                IntStream.range(0, 7).map(deduplication::newId).boxed().toList());
        assertEquals("types", deduplication.result().name());
    }

    /** {@code struct node { struct node *next; }}, twice. */
    @Test
    void mergesStructsThatPointToThemselves() {
        assertEquals(List.of(struct("node", 2), new BtfType.Ptr(1)),
                result(struct("node", 2), new BtfType.Ptr(1), struct("node", 4), new BtfType.Ptr(3)));
    }

    /** One unit has a pointer type twice and the other once, but nobody can see that from outside. */
    @Test
    void mergesGraphsOfDifferentForm() {
        assertEquals(List.of(struct("s", 2, 2), new BtfType.Ptr(0)),
                result(struct("s", 2, 2), new BtfType.Ptr(0), struct("s", 4, 5), new BtfType.Ptr(0),
                        new BtfType.Ptr(0)));
        assertEquals(List.of(struct("s", 2), new BtfType.Ptr(1)),
                result(struct("s", 2), new BtfType.Ptr(3), struct("s", 4), new BtfType.Ptr(1)));
    }

    @Test
    void keepsStructsApartThatDifferFarBelow() {
        BtfType[] types = {INT, LONG, struct("s", 5), struct("s", 6), new BtfType.Ptr(7), new BtfType.Ptr(8),
            struct("t", 1), struct("t", 2)};
        assertEquals(List.of(types), result(types));
    }

    @Test
    void givesDeclarationsTheDefinitionOfTheirDoubles() {
        BtfType[] types = {struct("user", 2), new BtfType.Ptr(3), fwd("s"), struct("user", 5), new BtfType.Ptr(6),
            struct("s", 7), INT, struct("s", 9), LONG};
        assertEquals(List.of(struct("user", 2), new BtfType.Ptr(3), struct("s", 4), INT, struct("s", 6), LONG),
                result(types));
    }

    @Test
    void definesADeclarationByTheOnlyDefinition() {
        assertEquals(List.of(new BtfType.Ptr(2), struct("s", 3), INT),
                result(new BtfType.Ptr(2), fwd("s"), struct("s", 4), INT));
        assertEquals(List.of(new BtfType.Ptr(2), enumeration("e", "A")),
                result(new BtfType.Ptr(2), enumeration("e"), enumeration("e", "A")));
    }

    @Test
    void leavesADeclarationWithTwoDefinitionsOrAnotherKind() {
        BtfType[] ambiguous = {new BtfType.Ptr(2), fwd("s"), struct("s", 4), INT, struct("s", 6), LONG};
        assertEquals(List.of(ambiguous), result(ambiguous));
        BtfType[] union = {new BtfType.Ptr(2), fwd("s"), new BtfType.Union("s", 4, false, List.of())};
        assertEquals(List.of(union), result(union));
        BtfType[] enums = {enumeration("e"), enumeration("e", "A"), enumeration("e", "B")};
        assertEquals(List.of(enums), result(enums));
    }

    /** One of the two cannot be both, so the third struct stays what it is. */
    @Test
    void givesADeclarationOneDefinition() {
        List<BtfType> result = result(struct("user", 2), new BtfType.Ptr(3), fwd("s"),
                struct("user", 5), new BtfType.Ptr(6), struct("s", 7), INT,
                struct("user", 9), new BtfType.Ptr(10), struct("s", 11), LONG);
        assertEquals(List.of("user", "", "s", "int", "user", "", "s", "long"),
                result.stream().map(BtfType::name).toList());
    }

    /** Headers are included with other names of parameters; the prototypes themselves stay apart. */
    @Test
    void passesOverNamesOfParametersInStructs() {
        assertEquals(List.of(INT, proto("a", 1), new BtfType.Ptr(2), struct("ops", 3), proto("b", 1),
                new BtfType.Ptr(5)),
                result(INT, proto("a", 1), new BtfType.Ptr(2), struct("ops", 3), proto("b", 1), new BtfType.Ptr(5),
                        struct("ops", 6)));
    }

    @Test
    void neverMergesVariablesAndSections() {
        BtfType variable = new BtfType.Var("v", 1, BtfType.Var.STATIC);
        BtfType.DataSec section = new BtfType.DataSec(".data", 0, List.of());
        assertEquals(List.of(INT, variable, variable, section, section), result(INT, variable, variable, section,
                section));
    }

    @Test
    void mergesWithABaseThatStaysAsItIs() {
        Btf base = btf(new BtfBuilder(), "base", List.of(INT, struct("s", 1), INT, fwd("t"), new BtfType.Ptr(4)));
        Btf split = btf(BtfBuilder.onBase(base), "split", List.of(INT, struct("s", 6), struct("own", 7),
                struct("t", 6), new BtfType.Ptr(9), fwd("t")));
        Deduplication deduplication = Deduplication.of(split);
        assertSame(base, deduplication.result().base().orElseThrow());
        assertEquals(List.of(struct("own", 2), struct("t", 1), new BtfType.Ptr(7)), own(deduplication.result()));
        assertEquals(3, deduplication.newId(3));
        assertEquals(4, deduplication.newId(11));
    }

    @Test
    void endsWithTypesThatCDoesNotKnow() {
        BtfType[] itself = {new BtfType.Ptr(1), new BtfType.Typedef("t", 3), new BtfType.Const(2)};
        assertEquals(List.of(itself), result(itself));
    }

    @Test
    void takesChainsAndCrowdsInTime() {
        int length = 20_000;
        BtfBuilder chains = new BtfBuilder();
        for (int i = 1; i <= length; i++) {
            chains.add(new BtfType.Ptr(i % length + 1));
        }
        for (int i = 0; i < length; i++) {
            chains.add(struct("s", length + 1 + (i + 1) % length));
        }
        BtfBuilder crowds = new BtfBuilder();
        crowds.add(INT);
        for (int i = 0; i < length; i++) {
            crowds.add(new BtfType.Array(1, 1, i));
            crowds.add(new BtfType.Ptr(2 + 6 * i));
            crowds.add(new BtfType.Ptr(3 + 6 * i));
            crowds.add(new BtfType.Ptr(4 + 6 * i));
            crowds.add(new BtfType.Ptr(5 + 6 * i));
            crowds.add(struct("s", 6 + 6 * i));
        }
        assertTimeout(Duration.ofSeconds(60), () -> {
            Btf result = Deduplication.of(chains.build(ByteOrder.LITTLE_ENDIAN, "chains")).result();
            assertEquals(length + 1, result.typeCount() - 1);
            result = Deduplication.of(crowds.build(ByteOrder.LITTLE_ENDIAN, "crowds")).result();
            assertTrue(result.typeCount() > 5 * length);
        });
    }
}
