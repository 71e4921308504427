package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BtfSanitizerTest {

    private static final BtfType INT = new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32);
    private static final int PROTOTYPE = 3;
    private static final int PLACEHOLDER = 4;

    /**
     * One replacement.
     *
     * @param missing what the kernel lacks
     * @param type what stands at id 2, between an int and a prototype
     * @param replacement what has to stand there instead
     */
    record Rule(KernelFeature missing, BtfType type, BtfType replacement) {
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(KernelFeature.BTF_DATASEC, new BtfType.Var("v", 1, BtfType.Var.GLOBAL),
                        new BtfType.Int("v", 1, 0, 0, 8)),
                new Rule(KernelFeature.BTF_DECL_TAG, new BtfType.DeclTag("arg:ctx", 1, -1, false),
                        new BtfType.Int("arg:ctx", 1, 0, 0, 8)),
                new Rule(KernelFeature.BTF_DATASEC,
                        new BtfType.DataSec("?.data.x-y", 12, List.of(new BtfType.SectionVar(1, 4, 4))),
                        new BtfType.Struct("__data_x_y", 12, false, List.of(new BtfType.Member("int", 1, 32, 0)))),
                new Rule(KernelFeature.BTF_DATASEC, new BtfType.DataSec(".bss", 0, List.of()),
                        new BtfType.Struct("_bss", 0, false, List.of())),
                new Rule(KernelFeature.BTF_QMARK_DATASEC,
                        new BtfType.DataSec("?.struct_ops", 4, List.of(new BtfType.SectionVar(1, 0, 4))),
                        new BtfType.DataSec("_.struct_ops", 4, List.of(new BtfType.SectionVar(1, 0, 4)))),
                new Rule(KernelFeature.BTF_FUNC,
                        new BtfType.FuncProto(1, List.of(new BtfType.Param("a", 1), new BtfType.Param("", 0))),
                        new BtfType.Enum("", 4, false,
                                List.of(new BtfType.EnumValue("a", 1), new BtfType.EnumValue("param1", 0)))),
                new Rule(KernelFeature.BTF_FUNC, new BtfType.Func("f", PROTOTYPE, BtfType.Func.GLOBAL),
                        new BtfType.Typedef("f", PROTOTYPE)),
                new Rule(KernelFeature.BTF_GLOBAL_FUNC, new BtfType.Func("f", PROTOTYPE, BtfType.Func.GLOBAL),
                        new BtfType.Func("f", PROTOTYPE, BtfType.Func.STATIC)),
                new Rule(KernelFeature.BTF_GLOBAL_FUNC, new BtfType.Func("f", PROTOTYPE, BtfType.Func.EXTERN),
                        new BtfType.Func("f", PROTOTYPE, BtfType.Func.STATIC)),
                new Rule(KernelFeature.BTF_FLOAT, new BtfType.Float("double", 8),
                        new BtfType.Struct("", 8, false, List.of())),
                new Rule(KernelFeature.BTF_TYPE_TAG, new BtfType.TypeTag("user", 1, false), new BtfType.Const(1)),
                new Rule(KernelFeature.BTF_ENUM64,
                        new BtfType.Enum("e", 4, true, List.of(new BtfType.EnumValue("MINUS", -1))),
                        new BtfType.Enum("e", 4, false, List.of(new BtfType.EnumValue("MINUS", 0xffff_ffffL)))),
                new Rule(KernelFeature.BTF_ENUM64, new BtfType.Enum64("e", 8, true,
                        List.of(new BtfType.EnumValue("A", -1), new BtfType.EnumValue("B", 1L << 40))),
                        new BtfType.Union("e", 8, false, List.of(new BtfType.Member("A", PLACEHOLDER, 0, 0),
                                new BtfType.Member("B", PLACEHOLDER, 0, 0)))));
    }

    private static Btf types(BtfType second, ByteOrder order) {
        BtfBuilder types = new BtfBuilder();
        types.add(INT);
        types.add(second);
        types.add(new BtfType.FuncProto(1, List.of()));
        return types.build(order, "object");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void replacesWhatTheKernelLacks(Rule rule) {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            BtfSanitizer.Sanitized result = BtfSanitizer.sanitize(types(rule.type, order), f -> f != rule.missing);
            assertEquals(INT, result.btf().type(1));
            assertEquals(rule.replacement, result.btf().type(2));
            assertEquals(order, result.btf().order());
            assertEquals(1, result.changes().size());
            String change = result.changes().getFirst();
            assertTrue(change.contains(rule.missing.text())
                    && change.contains(rule.missing.since().toString()), change);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void leavesWhatTheKernelHas(Rule rule) {
        Btf btf = types(rule.type, ByteOrder.LITTLE_ENDIAN);
        BtfSanitizer.Sanitized result = BtfSanitizer.sanitize(btf, f -> true);
        assertSame(btf, result.btf());
        assertEquals(List.of(), result.changes());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aSecondTimeChangesNothing(Rule rule) {
        BtfSanitizer.Sanitized once =
                BtfSanitizer.sanitize(types(rule.type, ByteOrder.LITTLE_ENDIAN), f -> f != rule.missing);
        assertSame(once.btf(), BtfSanitizer.sanitize(once.btf(), f -> f != rule.missing).btf());
    }

    @ParameterizedTest
    @EnumSource(KernelFeature.class)
    void otherTypesDoNotDependOnFeatures(KernelFeature missing) {
        BtfBuilder types = new BtfBuilder();
        types.add(INT);
        types.add(new BtfType.Ptr(1));
        types.add(new BtfType.Array(1, 1, 2));
        types.add(new BtfType.Struct("s", 4, false, List.of(new BtfType.Member("m", 1, 0, 0))));
        types.add(new BtfType.Union("u", 4, false, List.of()));
        types.add(new BtfType.Enum("e", 4, false, List.of(new BtfType.EnumValue("A", 1))));
        types.add(new BtfType.Fwd("f", false));
        types.add(new BtfType.Typedef("t", 1));
        types.add(new BtfType.Volatile(1));
        types.add(new BtfType.Const(1));
        types.add(new BtfType.Restrict(2));
        Btf btf = types.build(ByteOrder.LITTLE_ENDIAN, "object");
        assertSame(btf, BtfSanitizer.sanitize(btf, f -> f != missing).btf());
    }

    @Test
    void asksOnceAndOnlyForWhatTypesNeed() {
        BtfBuilder types = new BtfBuilder();
        types.add(INT);
        types.add(new BtfType.Float("float", 4));
        types.add(new BtfType.Float("double", 8));
        types.add(new BtfType.Enum("e", 4, false, List.of()));
        List<KernelFeature> asked = new ArrayList<>();
        BtfSanitizer.sanitize(types.build(ByteOrder.LITTLE_ENDIAN, "object"), asked::add);
        assertEquals(List.of(KernelFeature.BTF_FLOAT), asked);
    }

    @Test
    void keepsIdsAndStringOffsets() {
        BtfBuilder types = new BtfBuilder();
        int line = types.string("    return 0;");
        types.add(new BtfType.Enum64("a", 8, false, List.of(new BtfType.EnumValue("A", 1))));
        types.add(new BtfType.Enum64("b", 8, false, List.of(new BtfType.EnumValue("B", 1))));
        types.add(INT);
        Btf btf = types.build(ByteOrder.LITTLE_ENDIAN, "object");
        BtfSanitizer.Sanitized result = BtfSanitizer.sanitize(btf, f -> false);
        assertEquals("    return 0;", result.btf().stringAt(line));
        assertEquals(INT, result.btf().type(3));
        assertEquals(5, result.btf().typeCount(), "one placeholder for all");
        assertEquals("2 type(s) replaced", result.changes().getFirst().split(":")[0]);
        assertEquals("a", result.btf().nameOf(1));
        assertEquals("b", result.btf().nameOf(2));
        assertEquals(8, result.btf().sizeBytes(1));
    }
}
