package bpf4j.btf.structops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.KernelTypes;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class StructOpsKernelTest {

    private static KernelTypes kernel;

    @BeforeAll
    static void readKernel() throws IOException {
        kernel = KernelTypes.of(Btf.read(Path.of("/sys/kernel/btf/vmlinux")));
    }

    private static List<StructOpsPlan> plans(String fixture, ByteOrder order) throws IOException {
        return StructOpsObjects.fixture(fixture, order).stream().map(v -> StructOpsMatcher.match(v, kernel)).toList();
    }

    private static List<StructOpsPlan> plans(String fixture) throws IOException {
        return plans(fixture, ByteOrder.nativeOrder());
    }

    @Test
    void fitsTheCongestionControlOfTheExample() throws IOException {
        Path example = Fixtures.path("../examples/src/main/bpf/dctcp.bpf.o");
        List<StructOpsPlan> plans = StructOpsObjects.variables(example).stream()
                .map(v -> StructOpsMatcher.match(v, kernel)).toList();
        assertEquals(Set.of("dctcp", "dctcp_nouse"),
                plans.stream().map(p -> p.local().variable()).collect(Collectors.toSet()));
        for (StructOpsPlan plan : plans) {
            assertEquals(List.of(), plan.refused());
            assertEquals("bpf_" + plan.local().variable(), name(plan));
            for (MemberOutcome.ProgramSlot slot : plan.programSlots()) {
                assertTrue(slot.program().endsWith(slot.member()), slot.toString());
                BtfType.Member member = plan.kernel().opsType().members().get(slot.kernelMemberIndex());
                assertEquals(slot.member(), member.name());
                assertEquals(plan.kernel().opsOffsetBytes() + member.offsetBits() / 8, slot.valueOffsetBytes());
            }
        }
        StructOpsPrograms programs = StructOpsPrograms.assign(plans, List.of());
        assertEquals(plans.stream().flatMap(p -> p.local().programs().values().stream()).collect(Collectors.toSet()),
                programs.targets().keySet());
    }

    @Test
    void putsMembersWhereThisKernelHasThem() throws IOException {
        for (StructOpsPlan plan : plans("order")) {
            assertEquals("bpf4j_" + (plan.local().variable().equals("first") ? "order" : "second"), name(plan));
            for (MemberOutcome.ProgramSlot slot : plan.programSlots()) {
                assertEquals(slot.member(), slot.program());
            }
        }
        List<String> localOrder = plans("order").getFirst().local().struct().members().stream()
                .map(BtfType.Member::name).toList();
        List<String> kernelOrder = plans("order").getFirst().kernel().opsType().members().stream()
                .map(BtfType.Member::name).filter(localOrder::contains).toList();
        assertNotEquals(localOrder, kernelOrder, "the fixture must have an order of its own");
    }

    /** The name that the kernel would read out of the value. */
    private static String name(StructOpsPlan plan) {
        BtfType.Member member = plan.kernel().opsType().members().stream()
                .filter(m -> m.name().equals("name")).findFirst().orElseThrow();
        int start = (int) (plan.kernel().opsOffsetBytes() + member.offsetBits() / 8);
        return new String(Arrays.copyOfRange(plan.image(), start, start + 16), StandardCharsets.UTF_8)
                .replace("\0", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "both_sections", "flavor", "typedef", "missing_zero", "missing_bitfield_zero",
        "data_pointer", "nested_struct", "two_maps", "optional_link", "no_programs"})
    void acceptsFixtures(String name) throws IOException {
        List<StructOpsPlan> plans = plans(name);
        assertNotEquals(List.of(), plans);
        for (StructOpsPlan plan : plans) {
            assertEquals(List.of(), plan.refused());
        }
        StructOpsPrograms.assign(plans, List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "missing_nonzero, MEMBER_EXISTS, no_such_number",
        "missing_function, MEMBER_EXISTS, no_such_callback",
        "missing_bitfield_nonzero, MEMBER_EXISTS, no_such_bits_either",
        "bitfield, NO_BITFIELD, flags",
        "wrong_size, SAME_SIZE, flags",
        "wrong_array_size, SAME_SIZE, name",
        "wrong_kind, SAME_KIND, flags",
        "wrong_kind_pointer, SAME_KIND, name",
        "program_in_data_pointer, PROGRAM_FILLS_FUNCTION, owner"})
    void refusesOneMemberOfFixtures(String name, StructOpsRule rule, String member) throws IOException {
        List<StructOpsPlan> plans = plans(name);
        assertEquals(1, plans.size());
        assertEquals(List.of(member), plans.getFirst().refused().stream().map(MemberOutcome.Refused::member).toList());
        assertEquals(rule, plans.getFirst().refused().getFirst().rule());
    }

    @Test
    void refusesOneProgramInTwoSlots() throws IOException {
        List<StructOpsPlan> plans = plans("two_slots");
        StructOpsException e =
                assertThrows(StructOpsException.class, () -> StructOpsPrograms.assign(plans, List.of()));
        assertEquals(StructOpsRule.ONE_MEMBER_PER_PROGRAM, e.rule());
    }

    @Test
    void refusesATypeThatIsNoStructOps() {
        StructOpsException e = assertThrows(StructOpsException.class, () -> plans("unknown_type"));
        assertEquals(StructOpsRule.VALUE_TYPE_EXISTS, e.rule());
    }

    @Test
    void refusesAnObjectOfTheOtherByteOrder() {
        ByteOrder other = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        StructOpsException e = assertThrows(StructOpsException.class, () -> plans("order", other));
        assertEquals(StructOpsRule.SAME_BYTE_ORDER, e.rule());
    }
}
