package bpf4j.btf.structops;

import static bpf4j.btf.structops.Types.m;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructOpsMatcherTest {

    static final byte[] NONE = {};

    /** One member on both sides; {@code value} fills its bytes, from the first. */
    record Pair(String label, Function<Types, Types.M> local, Function<Types, Types.M> kernel, byte[] value,
            StructOpsRule rule, String localType, String kernelType) {

        Pair(String label, Function<Types, Types.M> local, Function<Types, Types.M> kernel, byte[] value) {
            this(label, local, kernel, value, null, null, null);
        }

        @Override
        public String toString() {
            return label;
        }
    }

    private final Types object = Types.create();
    private final Types kernel = Types.create();

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private StructOpsPlan match(LocalStructOps local) {
        return StructOpsMatcher.match(local, KernelTypes.of(kernel.build(local.btf().order(), "vmlinux")));
    }

    private StructOpsPlan match(int type, byte... value) {
        return match(object.variable("mine", type, Arrays.copyOf(value, 256)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void copiesMembersToWhereTheKernelHasThem(ByteOrder order) {
        kernel.ops("ops", m("init", kernel.callback), m("key", kernel.u32), m("flags", kernel.u32),
                m("exit", kernel.callback), m("name", kernel.array(kernel.u8, 16)), m("owner", kernel.pointer(0)));
        int type = object.struct("ops", m("name", object.array(object.u8, 16)), m("flags", object.u32),
                m("exit", object.callback), m("init", object.callback));
        byte[] bytes = ByteBuffer.allocate(40).order(order).put("hello".getBytes()).putInt(16, 0x01020304).array();
        LocalStructOps local = object.variable(order, "mine", type, bytes)
                .withDeclaredProgram(24, "stop").withDeclaredProgram(32, "start");

        StructOpsPlan plan = match(local);

        assertEquals(List.of(
                new MemberOutcome.Copy("name", 4, 0, 64 + 24, 16),
                new MemberOutcome.Copy("flags", 2, 16, 64 + 12, 4),
                new MemberOutcome.ProgramSlot("exit", "stop", 3, 64 + 16),
                new MemberOutcome.ProgramSlot("init", "start", 0, 64)), plan.outcomes());
        byte[] expected = ByteBuffer.allocate(64 + 48).order(order)
                .putInt(64 + 12, 0x01020304).put(64 + 24, "hello".getBytes()).array();
        assertArrayEquals(expected, plan.image());
    }

    @Test
    void findsTheKernelsTypesByNameWithoutFlavor() {
        int opsId = kernel.ops("ops", m("init", kernel.callback));
        StructOpsPlan plan = match(object.struct("ops___v2", m("init", object.callback)));
        assertEquals(opsId, plan.kernel().opsTypeId());
        assertEquals("bpf_struct_ops_ops", plan.kernel().btf().nameOf(plan.kernel().valueTypeId()));
        assertEquals(72, plan.kernel().valueSizeBytes());
        assertEquals(64, plan.kernel().opsOffsetBytes());
        assertEquals(Optional.empty(), plan.kernel().module());
    }

    @Test
    void leavesMembersThatTheObjectLacksZero() {
        kernel.ops("ops", m("init", kernel.callback), m("flags", kernel.u32));
        StructOpsPlan plan = match(object.struct("ops", m("flags", object.u32)), (byte) 7);
        assertArrayEquals(Types.zero(8), Arrays.copyOfRange(plan.image(), 64, 72));
        assertEquals(7, plan.image()[72]);
    }

    static Stream<Pair> fitting() {
        byte[] one = {1};
        return Stream.of(
                new Pair("typedef on one side", t -> m("x", typedef(t, t.u32)), t -> m("x", t.u32), one),
                new Pair("qualifiers", t -> m("x", t.builder.add(new BtfType.Const(t.u32))), t -> m("x", t.u32), one),
                new Pair("integers of one size and other sign", t -> m("x", t.u32),
                        t -> m("x", t.builder.add(new BtfType.Int("s32", 4, BtfType.Int.SIGNED, 0, 32))), one),
                new Pair("nested struct", t -> m("x", t.struct("pair", m("a", t.u32), m("b", t.u32))),
                        t -> m("x", t.struct("pair", m("b", t.u64))), one),
                new Pair("array of other elements", t -> m("x", t.array(t.u8, 8)), t -> m("x", t.array(t.u32, 2)), one),
                new Pair("enum of other values", t -> m("x", enumeration(t, 4)), t -> m("x", enumeration(t, 4)), one),
                new Pair("anonymous union", t -> m("", union(t, 4)), t -> m("", union(t, 4)), one),
                new Pair("null function pointer against a data pointer", t -> m("x", t.callback),
                        t -> m("x", t.pointer(t.u32)), NONE),
                new Pair("null data pointer", t -> m("owner", t.pointer(0)), t -> m("owner", t.pointer(t.u64)), NONE));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void acceptsMembers(Pair pair) {
        kernel.ops("ops", m("before", kernel.u8), pair.kernel().apply(kernel));
        StructOpsPlan plan = match(object.struct("ops", pair.local().apply(object)), pair.value());
        assertEquals(List.of(), plan.refused());
        byte[] image = plan.requireLoadable().image();
        BtfType.Member member = plan.kernel().opsType().members().get(1);
        int offsetBytes = (int) (64 + member.offsetBits() / 8);
        assertEquals(pair.value().length, image[offsetBytes], "the value arrives at " + member);
    }

    static Stream<Pair> refused() {
        byte[] one = {1};
        return Stream.of(
                new Pair("no such member, not zero", t -> m("x", t.u64), t -> m("y", t.u64), new byte[] {0, 0, 0, 4},
                        StructOpsRule.MEMBER_EXISTS, "u64 x", ""),
                new Pair("name with flavor", t -> m("x___v1", t.u32), t -> m("x", t.u32), one,
                        StructOpsRule.MEMBER_EXISTS, "u32 x___v1", ""),
                new Pair("name inside an anonymous struct", t -> m("x", t.u32),
                        t -> m("", t.struct("", m("x", t.u32))), one, StructOpsRule.MEMBER_EXISTS, "u32 x", ""),
                new Pair("bitfield in the object", t -> new Types.M("x", t.u32, 3), t -> m("x", t.u32), one,
                        StructOpsRule.NO_BITFIELD, "u32 x : 3", "u32 x"),
                new Pair("bitfield in the kernel", t -> m("x", t.u32), t -> new Types.M("x", t.u32, 3), NONE,
                        StructOpsRule.NO_BITFIELD, "u32 x", "u32 x : 3"),
                new Pair("bitfields on both sides, zero", t -> new Types.M("x", t.u32, 3),
                        t -> new Types.M("x", t.u32, 3), NONE, StructOpsRule.NO_BITFIELD, "u32 x : 3", "u32 x : 3"),
                new Pair("integer and pointer", t -> m("x", t.u64), t -> m("x", t.callback), NONE,
                        StructOpsRule.SAME_KIND, "u64 x", "u32 (*x)(u64 argument)"),
                new Pair("pointer and integer", t -> m("x", t.pointer(t.u32)), t -> m("x", t.u64), NONE,
                        StructOpsRule.SAME_KIND, "u32 *x", "u64 x"),
                new Pair("struct and union", t -> m("x", t.struct("s", m("a", t.u32))), t -> m("x", union(t, 4)), NONE,
                        StructOpsRule.SAME_KIND, "struct s x", "union u x"),
                new Pair("enum and enum64", t -> m("x", enumeration(t, 8)), t -> m("x", enumeration64(t)), NONE,
                        StructOpsRule.SAME_KIND, "enum e x", "enum e x"),
                new Pair("enum and integer", t -> m("x", enumeration(t, 4)), t -> m("x", t.u32), NONE,
                        StructOpsRule.SAME_KIND, "enum e x", "u32 x"),
                new Pair("other integer size", t -> m("x", t.u32), t -> m("x", t.u64), NONE,
                        StructOpsRule.SAME_SIZE, "u32 x", "u64 x"),
                new Pair("other array length", t -> m("x", t.array(t.u8, 16)), t -> m("x", t.array(t.u8, 32)), NONE,
                        StructOpsRule.SAME_SIZE, "u8 x[16]", "u8 x[32]"),
                new Pair("other struct size", t -> m("x", t.struct("s", m("a", t.u32))),
                        t -> m("x", t.struct("s", m("a", t.u64))), NONE, StructOpsRule.SAME_SIZE,
                        "struct s x", "struct s x"),
                new Pair("address of data", t -> m("x", t.pointer(0)), t -> m("x", t.pointer(0)), one,
                        StructOpsRule.POINTER_HOLDS_PROGRAM, "void *x", "void *x"),
                new Pair("address in a function pointer", t -> m("x", t.callback), t -> m("x", t.callback), one,
                        StructOpsRule.POINTER_HOLDS_PROGRAM, "u32 (*x)(u64 argument)", "u32 (*x)(u64 argument)"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesMembers(Pair pair) {
        kernel.ops("ops", pair.kernel().apply(kernel), m("flags", kernel.u32));
        StructOpsPlan plan =
                match(object.struct("ops", pair.local().apply(object), m("flags", object.u32)), pair.value());

        assertEquals(1, plan.refused().size(), () -> plan.outcomes().toString());
        assertEquals(2, plan.outcomes().size(), "the members behind are matched all the same");
        StructOpsException e = assertThrows(StructOpsException.class, plan::requireLoadable);
        assertEquals("mine", e.variable());
        assertEquals(pair.local().apply(object).name(), e.member());
        assertEquals(pair.rule(), e.rule());
        assertEquals(pair.localType(), e.localType());
        assertEquals(pair.kernelType(), e.kernelType());
        assertTrue(e.getMessage().startsWith("struct_ops 'mine': member '" + e.member() + "': "), e.getMessage());
        assertThrows(StructOpsException.class, plan::image);
    }

    @Test
    void skipsMissingMembersThatAreZero() {
        kernel.ops("ops", m("flags", kernel.u32));
        StructOpsPlan plan = match(object.struct("ops", m("extra", object.u64), m("callback", object.callback),
                m("flags", object.u32)));
        assertEquals(List.of("extra", "callback"), plan.skipped().stream().map(MemberOutcome.Skipped::member).toList());
        assertEquals(List.of(), plan.requireLoadable().programSlots());
    }

    @Test
    void refusesAProgramInAMissingSlotUntilItIsTakenOut() {
        kernel.ops("ops", m("flags", kernel.u32));
        LocalStructOps local = object.variable("mine", object.struct("ops", m("extra", object.callback)), Types.zero(8))
                .withDeclaredProgram(0, "newer");
        MemberOutcome.Refused refused = match(local).refused().getFirst();
        assertEquals(StructOpsRule.MEMBER_EXISTS, refused.rule());
        assertTrue(refused.reason().contains("'newer'"), refused.reason());

        StructOpsPlan plan = match(local.withoutProgram("extra"));
        assertEquals(List.of(), plan.refused());
        assertEquals(Optional.of("newer"), plan.skipped().getFirst().displacedProgram());
    }

    @Test
    void ignoresWhatCompilersLeaveInSlotsOfPrograms() {
        kernel.ops("ops", m("init", kernel.callback));
        LocalStructOps local = object.variable("mine", object.struct("ops", m("init", object.callback)),
                new byte[] {0x40, 0, 0, 0, 0, 0, 0, 0}).withDeclaredProgram(0, "start");
        assertEquals(List.of(new MemberOutcome.ProgramSlot("init", "start", 0, 64)), match(local).outcomes());
        assertEquals(List.of(new MemberOutcome.NullPointer("init", 0, 64)),
                match(local.withoutProgram("init")).outcomes());
        assertArrayEquals(Types.zero(72), match(local).image());
    }

    @Test
    void refusesAProgramWhereTheKernelHasADataPointer() {
        kernel.ops("ops", m("init", kernel.pointer(kernel.u32)));
        LocalStructOps local = object.variable("mine", object.struct("ops", m("init", object.callback)), Types.zero(8))
                .withDeclaredProgram(0, "start");
        MemberOutcome.Refused refused = match(local).refused().getFirst();
        assertEquals(StructOpsRule.PROGRAM_FILLS_FUNCTION, refused.rule());
        assertEquals("u32 *init", refused.kernelType());
    }

    @Test
    void looksThroughTypedefsOfFunctionPointers() {
        int proto = kernel.builder.add(new BtfType.FuncProto(0, List.of()));
        kernel.ops("ops", m("init", typedef(kernel, kernel.pointer(typedef(kernel, proto)))));
        LocalStructOps local = object.variable("mine", object.struct("ops", m("init", object.callback)), Types.zero(8))
                .withDeclaredProgram(0, "start");
        assertEquals(1, match(local).requireLoadable().programSlots().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void decidesAMissingBitfieldByItsOwnBits(int setBit) {
        for (ByteOrder order : orders().toList()) {
            Types local = Types.create();
            kernel.ops("ops", m("flags", kernel.u32));
            int type = local.struct("ops", new Types.M("a", local.u32, 5), new Types.M("b", local.u32, 7),
                    new Types.M("c", local.u32, 4));
            byte[] bytes = new byte[4];
            bytes[setBit / 8] = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 << setBit % 8 : 0x80 >> setBit % 8);
            String owner = setBit < 5 ? "a" : setBit < 12 ? "b" : "c";

            StructOpsPlan plan = match(local.variable(order, "mine", type, bytes));

            assertEquals(List.of(owner), plan.refused().stream().map(MemberOutcome.Refused::member).toList());
            assertEquals(StructOpsRule.MEMBER_EXISTS, plan.refused().getFirst().rule());
            assertEquals(2, plan.skipped().size());
        }
    }

    @Test
    void pairsAnonymousMembersWithTheKernelsFirst() {
        kernel.ops("ops", m("", union(kernel, 4)), m("", union(kernel, 8)));
        int type = object.struct("ops", m("flags", object.u32), m("", union(object, 4)));
        StructOpsPlan plan = match(object.variable("mine", type, new byte[] {0, 0, 0, 0, 5, 0, 0, 0}));
        assertEquals(new MemberOutcome.Copy("", 0, 4, 64, 4), plan.outcomes().get(1));
    }

    @Test
    void neverLetsTwoValuesGoToOnePlace() {
        kernel.ops("ops", m("", union(kernel, 4)));
        int type = object.struct("ops", m("", union(object, 4)), m("", union(object, 4)));
        MemberOutcome.Refused refused = match(type, new byte[] {1, 0, 0, 0, 2}).refused().getFirst();
        assertEquals(StructOpsRule.ONE_VALUE_PER_MEMBER, refused.rule());
        assertTrue(refused.reason().startsWith("anonymous member 1 "), refused.reason());
    }

    @Test
    void keepsTheValueWhenALaterTwinIsZero() {
        kernel.ops("ops", m("", union(kernel, 4)));
        int type = object.struct("ops", m("", union(object, 4)), m("", union(object, 4)));
        StructOpsPlan plan = match(type, (byte) 1);
        assertEquals(1, plan.image()[64]);
        assertEquals(1, plan.skipped().size());
    }

    @Test
    void refusesAKernelOfTheOtherByteOrder() {
        kernel.ops("ops", m("flags", kernel.u32));
        LocalStructOps local = object.variable(ByteOrder.BIG_ENDIAN, "mine",
                object.struct("ops", m("flags", object.u32)), Types.zero(4));
        KernelTypes littleEndian = KernelTypes.of(kernel.build("vmlinux"));
        StructOpsException e =
                assertThrows(StructOpsException.class, () -> StructOpsMatcher.match(local, littleEndian));
        assertEquals(StructOpsRule.SAME_BYTE_ORDER, e.rule());
    }

    private static int typedef(Types t, int id) {
        return t.builder.add(new BtfType.Typedef("name_t", id));
    }

    private static int union(Types t, int sizeBytes) {
        return t.builder.add(new BtfType.Union("u", sizeBytes, false, List.of(new BtfType.Member("a", t.u32, 0, 0))));
    }

    private static int enumeration(Types t, int sizeBytes) {
        return t.builder.add(new BtfType.Enum("e", sizeBytes, false, List.of(new BtfType.EnumValue("ONE", 1))));
    }

    private static int enumeration64(Types t) {
        return t.builder.add(new BtfType.Enum64("e", 8, false, List.of(new BtfType.EnumValue("ONE", 1))));
    }
}
