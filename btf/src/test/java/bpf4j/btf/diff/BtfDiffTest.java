package bpf4j.btf.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.diff.TypeDifference.Change;
import bpf4j.btf.diff.TypeDifference.Kind;
import bpf4j.btf.diff.TypeDifference.Part;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BtfDiffTest {

    private final BtfBuilder before = builder();
    private final BtfBuilder after = builder();

    private static BtfBuilder builder() {
        BtfBuilder builder = new BtfBuilder();
        builder.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        builder.add(new BtfType.Int("long", 8, BtfType.Int.SIGNED, 0, 64));
        return builder;
    }

    private List<TypeDifference> differences(String... names) {
        return BtfDiff.between(build(before), build(after), Set.of(names));
    }

    private static Btf build(BtfBuilder builder) {
        return builder.build(ByteOrder.LITTLE_ENDIAN, "test");
    }

    private static BtfType.Struct struct(String name, long size, BtfType.Member... members) {
        return new BtfType.Struct(name, size, true, List.of(members));
    }

    private static BtfType.Member member(String name, int typeId, long offsetBits, int width) {
        return new BtfType.Member(name, typeId, offsetBits, width);
    }

    @Test
    void idsAndOrderDoNotMatter() {
        before.add(struct("a", 4, member("x", 1, 0, 0)));
        before.add(new BtfType.Typedef("t", 3));
        after.add(new BtfType.Typedef("t", 4));
        after.add(struct("a", 4, member("x", 1, 0, 0)));
        assertEquals(List.of(), differences());
    }

    @Test
    void typesComeAndGo() {
        before.add(struct("gone", 0));
        after.add(new BtfType.Union("fresh", 0, false, List.of()));
        assertEquals(List.of(new TypeDifference(Kind.STRUCT, "gone", Change.REMOVED, List.of()),
                new TypeDifference(Kind.UNION, "fresh", Change.ADDED, List.of())), differences());
    }

    @Test
    void membersMoveAndChange() {
        before.add(struct("s", 16, member("stays", 1, 0, 0), member("moves", 1, 32, 0), member("goes", 1, 64, 0),
                member("becomes", 1, 96, 0), member("bits", 1, 100, 3)));
        after.add(struct("s", 24, member("stays", 1, 0, 0), member("comes", 1, 32, 0), member("moves", 1, 64, 0),
                member("becomes", 2, 96, 0), member("bits", 1, 100, 4)));
        assertEquals(List.of(new TypeDifference(Kind.STRUCT, "s", Change.CHANGED, List.of(
                new Part("", Change.RESIZED, "16 bytes", "24 bytes"),
                new Part("moves", Change.MOVED, "4", "8"),
                new Part("goes", Change.REMOVED, "int at 8", ""),
                new Part("becomes", Change.RETYPED, "int", "long"),
                new Part("becomes", Change.RESIZED, "4 bytes", "8 bytes"),
                new Part("bits", Change.RESIZED, "3 bits", "4 bits"),
                new Part("comes", Change.ADDED, "", "int at 4")))), differences());
    }

    @Test
    void membersOfStructsWithoutNamesAreMembers() {
        int plain = before.add(struct("", 8, member("x", 1, 32, 0)));
        before.add(struct("s", 16, member("", plain, 64, 0), member("in", plain, 0, 0)));
        after.add(struct("s", 16, member("x", 1, 96, 0), member("in", after.nextId() + 1, 0, 0)));
        after.add(struct("", 8, member("x", 1, 0, 0)));
        assertEquals(List.of(new TypeDifference(Kind.STRUCT, "s", Change.CHANGED,
                List.of(new Part("in.x", Change.MOVED, "4", "0")))), differences());
    }

    @Test
    void enumeratorsFunctionsAndVariablesAreCompared() {
        before.add(new BtfType.Enum("", 4, false, List.of(new BtfType.EnumValue("A", 1))));
        after.add(new BtfType.Enum("", 4, false, List.of(new BtfType.EnumValue("A", 2))));
        after.add(new BtfType.Enum("", 4, false, List.of(new BtfType.EnumValue("B", 3))));
        int old = before.add(new BtfType.FuncProto(1, List.of(new BtfType.Param("x", 1))));
        before.add(new BtfType.Func("renamed", old, BtfType.Func.STATIC));
        before.add(new BtfType.Func("longer", old, BtfType.Func.STATIC));
        before.add(new BtfType.Var("v", 1, BtfType.Var.GLOBAL));
        int same = after.add(new BtfType.FuncProto(1, List.of(new BtfType.Param("y", 1))));
        int fresh = after.add(new BtfType.FuncProto(2, List.of(new BtfType.Param("y", 1), new BtfType.Param("", 0))));
        after.add(new BtfType.Func("renamed", same, BtfType.Func.GLOBAL));
        after.add(new BtfType.Func("longer", fresh, BtfType.Func.STATIC));
        after.add(new BtfType.Var("v", 2, BtfType.Var.GLOBAL));
        assertEquals(List.of(
                new TypeDifference(Kind.ENUM, "", Change.CHANGED, List.of(new Part("A", Change.CHANGED, "1", "2"),
                        new Part("B", Change.ADDED, "", "3"))),
                new TypeDifference(Kind.FUNCTION, "longer", Change.CHANGED,
                        List.of(new Part("", Change.RETYPED, "int (int)", "long (int, ...)"))),
                new TypeDifference(Kind.VARIABLE, "v", Change.CHANGED,
                        List.of(new Part("", Change.RETYPED, "int", "long")))), differences());
    }

    @Test
    void severalTypesOfOneNameArePaired() {
        before.add(struct("s", 4, member("x", 1, 0, 0)));
        before.add(struct("s", 8, member("y", 2, 0, 0)));
        after.add(struct("s", 8, member("y", 2, 0, 0)));
        after.add(struct("s", 4, member("x", 1, 0, 0)));
        after.add(struct("s", 0));
        assertEquals(List.of(new TypeDifference(Kind.STRUCT, "s", Change.ADDED, List.of())), differences());
    }

    @Test
    void onlyWhatIsNamedIsCompared() {
        after.add(struct("a", 0));
        after.add(struct("b", 0));
        assertEquals(List.of("b"), differences("b").stream().map(TypeDifference::name).toList());
    }
}
