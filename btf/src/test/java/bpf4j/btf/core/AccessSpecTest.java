package bpf4j.btf.core;

import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.VOID;
import static bpf4j.btf.core.Types.ask;
import static bpf4j.btf.core.Types.m;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CoreKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessSpecTest {

    private final Types types = Types.create();
    private final int inner = types.struct("inner", 8, m("a", INT, 0), m("b", INT, 4));
    private final int matrix = types.array(types.array(INT, 3), 2);
    private final int anonymous = types.union("", 8, m("u", INT, 0), m("v", inner, 0));
    private final int outer = types.struct("outer", 72, m("first", INT, 0), m("", anonymous, 8),
            m("row", types.array(inner, 4), 16), m("matrix", matrix, 48), m("tail", types.array(inner, 0), 72));
    private final int alias = types.constant(types.typedef("outer_t", outer));
    private final int zeroInside = types.struct("zero_inside", 4, m("none", types.array(INT, 0), 0), m("last", INT, 0));
    private final int sized = types.struct("sized", 8, m("trailing", types.array(INT, 2), 0));
    private final int color = types.enum32("color___v2", v("RED", 0), v("GREEN", 5));
    private final Btf btf = types.build();

    private AccessSpec field(int typeId, String access) {
        return AccessSpec.parse(btf, ask(CoreKind.BPF_CORE_FIELD_EXISTS, typeId, access));
    }

    private void refuses(CoreKind kind, int typeId, String access, String problem) {
        BtfFormatException e = assertThrows(BtfFormatException.class,
                () -> AccessSpec.parse(btf, ask(kind, typeId, access)));
        assertTrue(e.getMessage().startsWith(".BTF.ext: CO-RE record for the instruction at 0x18 (" + kind
                + " of type [" + Integer.toUnsignedString(typeId) + "], access string '"), e.getMessage());
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0,           0,   struct outer",
        "2,        1152,   struct outer[2]",
        "0:0,         0,   struct outer.first",
        "0:1:0,      64,   struct outer.u",
        "0:1:1:1,    96,   struct outer.v.b",
        "0:2:3:1,   352,   struct outer.row[3].b",
        "1:2:0:0,   704,   struct outer[1].row[0].a",
        "0:3:1:2,   544,   struct outer.matrix[1][2]",
        "0:4:9:1,  1184,   struct outer.tail[9].b",
    })
    void addsUpOffsetsAndNamesThePath(String access, long offsetBits, String path) {
        AccessSpec spec = field(outer, access);
        assertEquals(offsetBits, spec.offsetBits());
        assertEquals(path, spec.path());
    }

    @Test
    void looksThroughTypedefsOfTheRoot() {
        AccessSpec spec = field(alias, "1:2");
        assertEquals(72 * 8 + 16 * 8, spec.offsetBits());
        assertEquals("const outer_t[1].row", spec.path());
    }

    @Test
    void leavesAnonymousMembersOutOfTheSteps() {
        assertEquals(List.of(new AccessSpec.Step.Element(outer, 0),
                new AccessSpec.Step.Member(anonymous, 1, m("v", inner, 0)),
                new AccessSpec.Step.Member(inner, 0, m("a", INT, 0))), field(outer, "0:1:1:0").steps());
    }

    @Test
    void readsEnumeratorsAndTypes() {
        AccessSpec value = AccessSpec.parse(btf, ask(CoreKind.BPF_CORE_ENUMVAL_VALUE, color, "1"));
        assertEquals(v("GREEN", 5), value.enumerator().orElseThrow());
        assertEquals("enum color___v2::GREEN", value.path());
        assertEquals("struct outer", AccessSpec.parse(btf, ask(CoreKind.BPF_CORE_TYPE_SIZE, outer, "0")).path());
    }

    @ParameterizedTest
    @CsvSource({"''", ":", ":0", "0:", "0::1", "-1", "0:-1", "0: 1", "+0", "0:a", "0x0", "2147483648",
        "0:99999999999999999999", "'0:\u0661'"})
    void refusesStringsThatAreNoIndices(String access) {
        refuses(CoreKind.BPF_CORE_FIELD_BYTE_OFFSET, outer, access, "ind");
    }

    @Test
    void acceptsSixtyFourIndicesAndNoMore() {
        int id = INT;
        for (int i = 0; i < 63; i++) {
            id = types.array(id, 1);
        }
        Btf deep = types.build();
        String access = "0" + ":0".repeat(63);
        assertEquals(64, AccessSpec.parse(deep, ask(CoreKind.BPF_CORE_FIELD_EXISTS, id, access)).steps().size());
        refuses(CoreKind.BPF_CORE_FIELD_EXISTS, outer, access + ":0", "more than 64 indices");
    }

    @Test
    void refusesIndicesThatTheTypesDoNotHave() {
        CoreKind kind = CoreKind.BPF_CORE_FIELD_EXISTS;
        refuses(kind, outer, "0:5", "index 5 of 5 members of 'struct outer'");
        refuses(kind, outer, "0:2:4", "index 4 of 4 array elements");
        refuses(kind, outer, "0:3:1:3", "index 3 of 3 array elements");
        refuses(kind, outer, "0:0:0", "'int' at index 2 has neither members nor elements");
        refuses(kind, sized, "0:0:2", "index 2 of 2 array elements");
        refuses(kind, zeroInside, "0:0:0", "index 0 of 0 array elements");
        refuses(kind, VOID, "0", "void has no size");
        refuses(kind, 999, "0", "there are");
        refuses(kind, -1, "0", "there are");
    }

    @Test
    void refusesAnAccessThatEndsWithoutAName() {
        refuses(CoreKind.BPF_CORE_FIELD_BYTE_OFFSET, outer, "0:1", "anonymous");
    }

    @Test
    void refusesEnormousOffsets() {
        int huge = types.array(outer, Integer.MAX_VALUE);
        Btf enormous = types.build();
        BtfFormatException e = assertThrows(BtfFormatException.class, () -> AccessSpec.parse(enormous,
                ask(CoreKind.BPF_CORE_FIELD_BYTE_OFFSET, types.typedef("huge", huge), "2147483647")));
        assertTrue(e.getMessage().contains("CO-RE record"), e.getMessage());
        BtfFormatException overflow = assertThrows(BtfFormatException.class, () -> AccessSpec.parse(enormous,
                ask(CoreKind.BPF_CORE_FIELD_BYTE_OFFSET, huge, "2147483647")));
        assertTrue(overflow.getMessage().contains("overflows"), overflow.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1", "0:0", "00:1"})
    void refusesAnyOtherStringForTypes(String access) {
        refuses(CoreKind.BPF_CORE_TYPE_EXISTS, outer, access, "whole type");
    }

    @Test
    void refusesWhatIsNoEnumerator() {
        refuses(CoreKind.BPF_CORE_ENUMVAL_EXISTS, color, "2", "not the index of one of 2 enumerators");
        refuses(CoreKind.BPF_CORE_ENUMVAL_EXISTS, color, "0:1", "not the index");
        refuses(CoreKind.BPF_CORE_ENUMVAL_VALUE, outer, "0", "no enumeration");
        refuses(CoreKind.BPF_CORE_TYPE_EXISTS, 999, "0", "there are");
    }
}
