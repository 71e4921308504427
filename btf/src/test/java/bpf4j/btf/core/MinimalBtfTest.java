package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_ENUMVAL_VALUE;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_OFFSET;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_MATCHES;
import static bpf4j.btf.core.Types.ask;
import static bpf4j.btf.core.Types.m;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Bpftool;
import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.SameTypes;
import bpf4j.btf.rewrite.BtfMerge;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MinimalBtfTest {

    private static final List<CoreFixture> FIXTURES = CoreFixture.all();

    /** An object and the types that it is cut from. */
    private record Case(CoreFixture object, Path target) {

        Btf full() {
            return read(target);
        }

        @Override
        public String toString() {
            return object + " from " + target.getFileName();
        }
    }

    static Stream<Case> cases() {
        List<Path> targets = Fixtures.list("btf", ".btf");
        return FIXTURES.stream().flatMap(object -> targets.stream().map(target -> new Case(object, target)))
                .filter(c -> c.object.types().order() == c.full().order());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepsEveryAnswer(Case c) {
        assertSameAnswers(List.of(c.object), c.full(), minimal(List.of(c.object), c.full()));
    }

    /** bpftool reads objects of its own machine's byte order only. */
    static Stream<Case> nativeCases() {
        return cases().filter(c -> c.full().order() == ByteOrder.nativeOrder()
                && c.target.getFileName().toString().startsWith("core_"));
    }

    @ParameterizedTest
    @MethodSource("nativeCases")
    void hasTheTypesThatBpftoolKeeps(Case c, @TempDir Path folder) throws Exception {
        Bpftool.assumeInstalled();
        Path theirs = folder.resolve("theirs.btf");
        Bpftool.Run run = Bpftool.run("gen", "min_core_btf", c.target, theirs, Fixtures.object(c.object.name()));
        Btf ours = minimal(List.of(c.object), c.full());
        if (run.status() != 0) {
            assertTrue(answers(c.object, c.full()).contains("indefinite"), run.out());
            return;
        }
        assertSameTypes(ours, read(theirs));
    }

    /** The same holds of merged types: doubles agree with each other, and of them no more than one is needed. */
    @ParameterizedTest
    @MethodSource("cases")
    void mergedTypesGiveEveryAnswer(Case c) {
        BtfMerge twice = new BtfMerge();
        twice.add(c.full());
        twice.add(c.full());
        assertSameAnswers(List.of(c.object), c.full(), twice.build("merged"));
    }

    @Test
    void servesAllObjectsAtOnce() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            List<CoreFixture> objects = FIXTURES.stream().filter(f -> f.types().order() == order).toList();
            Btf full = read(Fixtures.path(order == ByteOrder.LITTLE_ENDIAN ? "btf/core_target_a-el.btf"
                    : "btf/core_target_a-eb.btf"));
            assertSameAnswers(objects, full, minimal(objects, full));
        }
    }

    @Test
    void keepsSizesAndTheMembersThatAreAskedFor() {
        Types target = Types.create();
        int inner = target.struct("inner", 8, m("a", Types.INT, 0), m("b", Types.INT, 4));
        int anonymous = target.union("", 8, m("in", inner), m("other", Types.LONG));
        target.struct("outer", 24, m("first", Types.LONG, 0), m("", anonymous, 8), m("last", Types.INT, 16));
        Types local = Types.create();
        int localInner = local.struct("inner", 4, m("b", Types.INT, 0));
        int outer = local.struct("outer", 8, m("in", localInner));
        Btf result = minimal(target.build(), local.build(), ask(BPF_CORE_FIELD_BYTE_OFFSET, outer, "0:0:0"));
        assertEquals(List.of("int", "inner", "", "outer"), names(result));
        assertEquals(List.of("b"), members(result, 2));
        assertEquals(List.of("in"), members(result, 3));
        assertEquals(List.of(""), members(result, 4));
        assertEquals(24, result.sizeBytes(4));
    }

    @Test
    void pointsToVoidWhereNobodyLooksFurther() {
        Types target = Types.create();
        int large = target.struct("large", 4, m("x", Types.INT));
        target.struct("holder", 8, m("p", target.ptr(large)));
        Types local = Types.create();
        int holder = local.struct("holder", 8, m("p", Types.VOID_PTR));
        Btf result = minimal(target.build(), local.build(), ask(BPF_CORE_FIELD_BYTE_OFFSET, holder, "0:0"));
        assertEquals(List.of(new BtfType.Ptr(0), new BtfType.Struct("holder", 8, true,
                List.of(new BtfType.Member("p", 1, 0, 0)))), List.of(result.type(1), result.type(2)));
        assertEquals(3, result.typeCount());
    }

    /** The same member is kept as {@code void *} for one question; for the other its pointee's name is what counts. */
    @Test
    void keepsTheReasonsOfMismatches() {
        Types target = Types.create();
        int large = target.struct("large", 4, m("x", Types.INT));
        target.struct("holder", 8, m("p", target.ptr(large)));
        Types local = Types.create();
        int holder = local.struct("holder", 8, m("p", Types.VOID_PTR));
        Btf full = target.build();
        CoreRelocation matches = ask(BPF_CORE_TYPE_MATCHES, holder, "0");
        Btf result = minimal(full, local.build(), ask(BPF_CORE_FIELD_EXISTS, holder, "0:0"), matches);
        CoreFixup.Patch patch = (CoreFixup.Patch) new CoreResolver(local.build(), result).resolve(matches);
        assertEquals(0, patch.targetValue());
        assertTrue(result.find("large", BtfKind.BTF_KIND_STRUCT).isPresent());
    }

    /** The field lies elsewhere in the two, which is an error with one of them gone as well as without. */
    @Test
    void keepsCandidatesThatDisagree() {
        Types target = Types.create();
        target.struct("s", 8, m("x", Types.INT, 0));
        target.struct("s", 8, m("x", Types.INT, 4));
        Types local = Types.create();
        int s = local.struct("s", 4, m("x", Types.INT));
        CoreRelocation field = ask(BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
        Btf result = minimal(target.build(), local.build(), field);
        assertThrows(CoreException.class, () -> new CoreResolver(local.build(), result).resolve(field));
    }

    /** The first relocation fits both candidates, the second only the latter, which then has to be there for it. */
    @Test
    void keepsAllCandidatesThatAgree() {
        Types target = Types.create();
        target.struct("s", 8, m("x", Types.INT, 0));
        target.struct("s", 8, m("x", Types.INT, 0), m("y", Types.INT, 4));
        Types local = Types.create();
        int s = local.struct("s", 8, m("x", Types.INT), m("y", Types.INT, 4));
        Btf result = minimal(target.build(), local.build(), ask(BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0"),
                ask(BPF_CORE_FIELD_BYTE_OFFSET, s, "0:1"));
        assertEquals(List.of("int", "s", "s"), names(result));
        assertEquals(List.of("x", "y"), members(result, 3));
    }

    @Test
    void keepsEnumerationsWhole() {
        Types target = Types.create();
        int e = target.enum32("e", v("A", 1), v("B", 2));
        target.typedef("e_t", e);
        Types local = Types.create();
        int localType = local.typedef("e_t", local.enum32("e", v("B", 7)));
        Btf result = minimal(target.build(), local.build(), ask(BPF_CORE_ENUMVAL_VALUE, localType, "0"));
        assertEquals(List.of("e", "e_t"), names(result));
        assertEquals(List.of(v("A", 1), v("B", 2)), ((BtfType.Enumeration) result.type(1)).values());
    }

    @Test
    void isEmptyWhereNothingIsFound() {
        Types local = Types.create();
        int s = local.struct("s", 4, m("x", Types.INT));
        Btf result = minimal(Types.create().build(), local.build(), ask(BPF_CORE_TYPE_EXISTS, s, "0"));
        assertEquals(1, result.typeCount());
        assertEquals(1, result.data().byteSize() - 24);
    }

    @Test
    void isWholeWhereItIsCutFromSplitBtf() {
        Types base = Types.create();
        int inner = base.struct("inner", 4, m("x", Types.INT));
        Types split = Types.on(base.build());
        split.struct("outer", 8, m("in", inner, 4));
        Types local = Types.create();
        int localInner = local.struct("inner", 4, m("x", Types.INT));
        int outer = local.struct("outer", 8, m("in", localInner));
        Btf result = minimal(split.build("module"), local.build(),
                ask(BPF_CORE_FIELD_BYTE_OFFSET, outer, "0:0:0"));
        assertTrue(result.base().isEmpty());
        assertEquals(List.of("int", "inner", "outer"), names(result));
    }

    @Test
    void refusesTheOtherByteOrder() {
        CoreFixture object = FIXTURES.stream().filter(f -> f.name().endsWith("-eb.o")).findFirst().orElseThrow();
        MinimalBtf minimal = new MinimalBtf(Types.create().build());
        BtfFormatException e = assertThrows(BtfFormatException.class,
                () -> minimal.add(object.types(), BtfExt.parse(object.ext(), object.types())));
        assertTrue(e.getMessage().contains("byte order differs from that of 'target'"), e.getMessage());
    }

    private static Btf minimal(Btf target, Btf local, CoreRelocation... relocations) {
        MinimalBtf minimal = new MinimalBtf(target);
        minimal.add(local, List.of(relocations));
        assertEquals(relocations.length, minimal.relocationCount());
        return minimal.build("minimal");
    }

    private static Btf minimal(List<CoreFixture> objects, Btf target) {
        MinimalBtf minimal = new MinimalBtf(target);
        objects.forEach(o -> minimal.add(o.types(), BtfExt.parse(o.ext(), o.types())));
        return minimal.build("minimal");
    }

    private static void assertSameTypes(Btf ours, Btf theirs) {
        assertEquals(List.of(), new SameTypes(ours, theirs).missing(), "only in ours");
        assertEquals(List.of(), new SameTypes(theirs, ours).missing(), "only in bpftool's");
    }

    private static void assertSameAnswers(List<CoreFixture> objects, Btf full, Btf minimal) {
        objects.forEach(o -> assertEquals(answers(o, full), answers(o, minimal), o::name));
    }

    private static List<String> answers(CoreFixture object, Btf target) {
        CoreResolver resolver = new CoreResolver(object.types(), target);
        List<String> answers = new ArrayList<>();
        for (CoreRelocation relocation : object.relocations()) {
            answers.add(answer(resolver, relocation));
        }
        return answers;
    }

    private static String answer(CoreResolver resolver, CoreRelocation relocation) {
        try {
            return switch (resolver.resolve(relocation)) {
                case CoreFixup.Patch p when relocation.kind() == CoreKind.BPF_CORE_TYPE_ID_TARGET ->
                    "found " + (p.targetValue() != 0);
                case CoreFixup.Patch p -> p.targetValue() + " " + p.access();
                case CoreFixup.Poison _ -> "poison";
            };
        } catch (CoreException e) {
            return "indefinite";
        }
    }

    private static List<String> names(Btf btf) {
        return IntStream.range(1, btf.typeCount()).mapToObj(btf::nameOf).toList();
    }

    private static List<String> members(Btf btf, int id) {
        return ((BtfType.Composite) btf.type(id)).members().stream().map(BtfType.Member::name).toList();
    }

    private static Btf read(Path path) {
        try {
            return Btf.read(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
