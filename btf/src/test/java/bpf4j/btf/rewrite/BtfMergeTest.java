package bpf4j.btf.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.btf.Bpftool;
import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.SameTypes;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BtfMergeTest {

    /** What a linker changes by resolving symbols, and what the compiler's loader reads from symbols. */
    private static final Predicate<BtfType> LINKED =
            type -> type instanceof BtfType.Var || type instanceof BtfType.DataSec || type instanceof BtfType.Func
                    || type instanceof BtfType.DeclTag;

    static Stream<List<String>> linkable() {
        return Stream.of(List.of("maps"), List.of("btf_kinds"), List.of("core_synthetic"), List.of("struct_ops_order"),
                List.of("core_synthetic", "maps"), List.of("maps", "core_synthetic", "btf_kinds"),
                List.of("btf_kinds", "core_target_a"), List.of("core_target_a", "struct_ops_order"));
    }

    /** bpftool links objects of its own machine's byte order only. */
    @ParameterizedTest
    @MethodSource("linkable")
    void hasTheTypesOfObjectsThatBpftoolLinks(List<String> names, @TempDir Path folder) throws Exception {
        Bpftool.assumeInstalled();
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "bpftool links little-endian objects here");
        Path linked = folder.resolve("linked.o");
        Object[] words = Stream.concat(Stream.of("gen", "object", linked),
                names.stream().map(Fixtures::nativeObject)).toArray();
        Bpftool.Run run = Bpftool.run(words);
        assertEquals(0, run.status(), run.out());
        BtfMerge merge = new BtfMerge();
        for (String name : names) {
            merge.add(Btf.read(Fixtures.nativeObject(name)));
        }
        Btf ours = merge.build("ours");
        Btf theirs = Btf.read(linked);
        assertEquals(List.of(), new SameTypes(ours, theirs).missing(LINKED.negate()), "only in ours");
        assertEquals(List.of(), new SameTypes(theirs, ours).missing(LINKED.negate()), "only in bpftool's");
        assertEquals(count(theirs, LINKED.negate()), count(ours, LINKED.negate()));
    }

    @Test
    void ofOneIsItsDeduplication() throws IOException {
        Btf kinds = Btf.read(Fixtures.object("btf_kinds-eb.o"));
        BtfMerge merge = new BtfMerge();
        merge.add(kinds);
        assertArrayEquals(bytes(Deduplication.of(kinds).result()), bytes(merge.build("kinds")));
    }

    @Test
    void joinsSectionsOfOneName() {
        BtfMerge merge = new BtfMerge();
        merge.add(withVariable("a", 4));
        merge.add(withVariable("b", 4));
        Btf result = merge.build("merged");
        assertEquals(List.of(new BtfType.Int("int", 4, 1, 0, 32), new BtfType.Var("a", 1, BtfType.Var.GLOBAL),
                new BtfType.DataSec(".data", 8, List.of(new BtfType.SectionVar(2, 0, 4),
                        new BtfType.SectionVar(4, 4, 4))),
                new BtfType.Var("b", 1, BtfType.Var.GLOBAL)),
                IntStream.range(1, result.typeCount()).mapToObj(result::type).toList());
    }

    private static Btf withVariable(String name, int sizeBytes) {
        BtfBuilder builder = new BtfBuilder();
        builder.add(new BtfType.Int("int", sizeBytes, 1, 0, 32));
        builder.add(new BtfType.Var(name, 1, BtfType.Var.GLOBAL));
        builder.add(new BtfType.DataSec(".data", sizeBytes, List.of(new BtfType.SectionVar(2, 0, sizeBytes))));
        return builder.build(ByteOrder.LITTLE_ENDIAN, name);
    }

    @Test
    void takesTypesOfBothSidesOfASplit() {
        Btf base = withVariable("a", 4);
        BtfBuilder split = BtfBuilder.onBase(base);
        split.add(new BtfType.Ptr(1));
        BtfMerge merge = new BtfMerge();
        merge.add(split.build(ByteOrder.LITTLE_ENDIAN, "split"));
        Btf result = merge.build("merged");
        assertEquals(new BtfType.Ptr(1), result.type(4));
        assertEquals(5, result.typeCount());
    }

    @Test
    void refusesTwoByteOrdersAndNothing() {
        BtfMerge merge = new BtfMerge();
        assertThrows(IllegalStateException.class, () -> merge.build("nothing"));
        merge.add(withVariable("a", 4));
        Btf other = new BtfBuilder().build(ByteOrder.BIG_ENDIAN, "other");
        assertThrows(BtfFormatException.class, () -> merge.add(other));
    }

    private static long count(Btf btf, Predicate<BtfType> counted) {
        return IntStream.range(1, btf.typeCount()).mapToObj(btf::type).filter(counted).count();
    }

    private static byte[] bytes(Btf btf) {
        return btf.data().toArray(ValueLayout.JAVA_BYTE);
    }
}
