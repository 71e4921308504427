package bpf4j.btf.structops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.BtfType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What compilers really write, in both byte orders, where it is not plain how BTF counts. */
class StructOpsFixtureTest {

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    private static List<String> membersWithValue(LocalStructOps local) {
        List<String> names = new ArrayList<>();
        for (BtfType.Member member : local.struct().members()) {
            if (local.hasValue(local.struct().members().indexOf(member))) {
                names.add(member.name());
            }
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("orders")
    void bitfieldsThatShareAByteAreToldApart(ByteOrder order) throws IOException {
        assertEquals(List.of("ssthresh", "undo_cwnd", "cong_avoid", "no_such_bits_either", "name"),
                membersWithValue(StructOpsObjects.fixture("missing_bitfield_nonzero", order).getFirst()));
        assertEquals(List.of("ssthresh", "undo_cwnd", "cong_avoid", "name"),
                membersWithValue(StructOpsObjects.fixture("missing_bitfield_zero", order).getFirst()));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void programsStandInTheSlotsOfTheirRelocations(ByteOrder order) throws IOException {
        for (LocalStructOps local : StructOpsObjects.fixture("order", order)) {
            local.programs().forEach((index, program) ->
                    assertEquals(program, local.struct().members().get(index).name()));
            assertEquals(local.variable().equals("first") ? 3 : 1, local.programs().size());
        }
    }
}
