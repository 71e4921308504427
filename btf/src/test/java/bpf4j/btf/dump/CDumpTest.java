package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CDumpTest {

    private final BtfBuilder types = new BtfBuilder();
    private final int sint = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
    private final int u8 = types.add(new BtfType.Int("unsigned char", 1, 0, 0, 8));
    private final int u64 = types.add(new BtfType.Int("long unsigned int", 8, 0, 0, 64));

    @ParameterizedTest
    @ValueSource(strings = {"btf_kinds-el", "core_synthetic-el", "core_bitfield-el", "struct_ops_order-el"})
    void agreesWithGolden(String name) throws IOException {
        Golden.check("golden/btf/" + name + ".h.txt", body(Btf.read(Fixtures.object(name + ".o"))));
    }

    @Test
    void bigEndianIsTheSameText() throws IOException {
        assertEquals(CDump.of(Btf.read(Fixtures.object("btf_kinds-el.o"))).toString(),
                CDump.of(Btf.read(Fixtures.object("btf_kinds-eb.o"))).toString());
    }

    @Test
    void gapsAreBitfieldsWithoutNames() {
        struct("gaps", 32, member("a", u8, 0), member("b", u8, 24), member("c", u64, 128));
        check("""
                struct gaps {
                \tunsigned char a;
                \tlong: 16;
                \tunsigned char b;
                \tlong: 32;
                \tlong: 64;
                \tlong unsigned int c;
                \tlong: 64;
                };
                """);
    }

    @Test
    void aMemberAtAnOddPlacePacks() {
        struct("odd", 9, member("a", u8, 0), member("b", u64, 8));
        struct("cut", 9, member("b", u64, 0), member("a", u8, 64));
        check("""
                struct odd {
                \tunsigned char a;
                \tlong unsigned int b;
                } __attribute__((packed));

                struct cut {
                \tlong unsigned int b;
                \tunsigned char a;
                } __attribute__((packed));
                """);
    }

    @Test
    void bitfieldsAcrossAUnitPack() {
        struct("within", 8, bits("a", sint, 0, 20), bits("b", sint, 32, 20));
        struct("across", 5, bits("a", sint, 0, 20), bits("b", sint, 20, 20));
        struct("apart", 4, bits("a", sint, 0, 3), bits("b", sint, 8, 3));
        check("""
                struct within {
                \tint a: 20;
                \tint b: 20;
                };

                struct across {
                \tint a: 20;
                \tint b: 20;
                } __attribute__((packed));

                struct apart {
                \tint a: 3;
                \tlong: 5;
                \tint b: 3;
                };
                """);
    }

    @Test
    void aUnionComesToItsSize() {
        types.add(new BtfType.Union("small", 8, false, List.of(member("a", sint, 0))));
        types.add(new BtfType.Union("aligned", 64, false, List.of(member("a", sint, 0))));
        types.add(new BtfType.Union("odd", 12, false, List.of(member("a", u64, 0))));
        check("""
                union small {
                \tint a;
                \tlong: 64;
                };

                union aligned {
                \tint a;
                } __attribute__((aligned(64)));

                union odd {
                \tlong unsigned int a;
                \tunsigned char __size[12];
                } __attribute__((packed));
                """);
    }

    @Test
    void typesStandBehindWhatTheyNeed() {
        int outer = types.nextId();
        int inner = outer + 1;
        struct("outer", 16, member("in", inner, 0), member("next", outer + 2, 64));
        struct("inner", 8, member("back", outer + 2, 0));
        types.add(new BtfType.Ptr(outer));
        check("""
                struct outer;

                struct inner {
                \tstruct outer *back;
                };

                struct outer {
                \tstruct inner in;
                \tstruct outer *next;
                };
                """);
    }

    @Test
    void parametersDoNotDeclareTypes() {
        int late = types.nextId() + 3;
        int proto = types.add(new BtfType.FuncProto(0, List.of(new BtfType.Param("x", types.nextId() + 2),
                new BtfType.Param("", 0))));
        int pointer = types.add(new BtfType.Ptr(proto));
        types.add(new BtfType.Ptr(late));
        struct("late", 8, member("call", pointer, 0));
        check("""
                struct late;

                struct late {
                \tvoid (*call)(struct late *x, ...);
                };
                """);
    }

    @Test
    void declaratorsNest() {
        int proto = types.add(new BtfType.FuncProto(sint, List.of()));
        int pointer = types.add(new BtfType.Ptr(proto));
        int array = types.add(new BtfType.Array(pointer, u64, 3));
        int toArray = types.add(new BtfType.Ptr(array));
        int constant = types.add(new BtfType.Const(toArray));
        int returning = types.add(new BtfType.FuncProto(toArray, List.of(new BtfType.Param("", sint))));
        int toReturning = types.add(new BtfType.Ptr(returning));
        int matrix = types.add(new BtfType.Array(types.add(new BtfType.Array(u8, u64, 2)), u64, 4));
        int frozen = types.add(new BtfType.Const(matrix));
        struct("nested", 56, member("a", array, 0), member("b", constant, 192), member("c", toReturning, 256),
                member("d", frozen, 320));
        check("""
                struct nested {
                \tint (*a[3])(void);
                \tint (*(*const b)[3])(void);
                \tint (*(*(*c)(int))[3])(void);
                \tconst unsigned char d[4][2];
                \tlong: 64;
                };
                """);
    }

    @Test
    void namesThatAreTakenGetASuffix() {
        struct("same", 4, member("a", sint, 0));
        struct("same", 8, member("a", u64, 0));
        types.add(new BtfType.Union("same", 4, false, List.of(member("a", sint, 0))));
        types.add(new BtfType.Typedef("same", sint));
        struct("same___2", 4, member("int", sint, 0));
        int pointer = types.add(new BtfType.Ptr(types.add(new BtfType.Fwd("same", true))));
        struct("user", 8, member("p", pointer, 0));
        check("""
                struct same {
                \tint a;
                };

                struct same___3 {
                \tlong unsigned int a;
                };

                union same___4 {
                \tint a;
                };

                typedef int same;

                struct same___2 {
                \tint int_;
                };

                struct user {
                \tunion same___4 *p;
                };
                """);
    }

    @Test
    void enumerationsHaveTheirSizeAndValues() {
        types.add(new BtfType.Enum("byte", 1, false, List.of(value("A", 1))));
        types.add(new BtfType.Enum("two", 2, false, List.of(value("B", 1))));
        types.add(new BtfType.Enum64("wide", 8, false, List.of(value("C", -1), value("D", 1L << 40))));
        types.add(new BtfType.Enum64("least", 8, true, List.of(value("E", Long.MIN_VALUE), value("A", -5))));
        types.add(new BtfType.Enum64("narrow", 8, true, List.of(value("F", 1))));
        types.add(new BtfType.Enum("seen", 4, false, List.of()));
        types.add(new BtfType.Enum("", 4, false, List.of(value("false", 0), value("true", 1))));
        check("""
                enum byte {
                \tA = 1,
                } __attribute__((packed));

                enum two {
                \tB = 1,
                } __attribute__((mode(HI)));

                enum wide {
                \tC = 18446744073709551615ULL,
                \tD = 1099511627776LL,
                };

                enum least {
                \tE = (-9223372036854775807LL - 1),
                \tA___2 = -5,
                };

                enum narrow {
                \tF = 1,
                } __attribute__((mode(DI)));

                enum seen;

                #if !defined(__cplusplus) && __STDC_VERSION__ + 0 < 202311L
                enum {
                \tfalse = 0,
                \ttrue = 1,
                };

                #endif
                """);
    }

    @Test
    void numbersThatCHasNoWordsForAreDefined() {
        int rust = types.add(new BtfType.Int("u32", 4, 0, 0, 32));
        int small = types.add(new BtfType.Int("long int", 4, BtfType.Int.SIGNED, 0, 32));
        int big = types.add(new BtfType.Float("long double", 16));
        struct("numbers", 32, member("a", rust, 0), member("b", small, 32), member("c", big, 128));
        check("""
                typedef unsigned int u32;

                typedef signed int long_int;

                typedef struct { unsigned char bytes[16]; } __attribute__((aligned(16))) long_double;

                struct numbers {
                \tu32 a;
                \tlong_int b;
                \tlong_double c;
                };
                """);
    }

    @Test
    void tagsAreAttributes() {
        int user = types.add(new BtfType.TypeTag("user", sint, false));
        int space = types.add(new BtfType.TypeTag("address_space(1)", sint, true));
        int pointer = types.add(new BtfType.Ptr(user));
        int tagged = types.add(new BtfType.Ptr(space));
        int id = struct("tags", 16, member("a", pointer, 0), member("b", tagged, 64));
        types.add(new BtfType.DeclTag("a \"struct\"", id, -1, false));
        types.add(new BtfType.DeclTag("member", id, 1, false));
        check("""
                struct tags {
                \tint __btf_type_tag("user") *a;
                \tint __attribute__((address_space(1))) *b __btf_decl_tag("member");
                } __btf_decl_tag("a \\"struct\\"");
                """);
    }

    @Test
    void kernelFunctionsAreDeclared() {
        int object = types.nextId();
        struct("object", 4, member("a", sint, 0));
        int pointer = types.add(new BtfType.Ptr(object));
        int proto = types.add(new BtfType.FuncProto(pointer, List.of(new BtfType.Param("id", u64))));
        int kfunc = types.add(new BtfType.Func("bpf_object", proto, BtfType.Func.STATIC));
        int fast = types.add(new BtfType.Func("bpf_fast", proto, BtfType.Func.STATIC));
        types.add(new BtfType.Func("not_for_programs", proto, BtfType.Func.STATIC));
        types.add(new BtfType.Typedef("bpf_fast", sint));
        types.add(new BtfType.DeclTag("bpf_kfunc", kfunc, -1, false));
        types.add(new BtfType.DeclTag("bpf_fastcall", fast, -1, false));
        types.add(new BtfType.DeclTag("bpf_kfunc", fast, -1, false));
        check("""
                struct object {
                \tint a;
                };

                typedef int bpf_fast___2;

                #ifndef BPF_NO_KFUNC_PROTOTYPES
                extern struct object *bpf_object(long unsigned int id) __weak __ksym;
                extern struct object *bpf_fast(long unsigned int id) __weak __ksym __bpf_fastcall;
                #endif
                """);
    }

    @Test
    void nothingIsPushedWithoutAStruct() {
        types.add(new BtfType.Typedef("t", sint));
        check("typedef int t;\n");
        assertFalse(CDump.of(types.build(ByteOrder.LITTLE_ENDIAN, "test")).toString().contains("#pragma"));
    }

    @Test
    void aModuleBringsWhatItNeedsOfItsBase() {
        int needed = struct("needed", 4, member("a", sint, 0));
        struct("other", 4, member("a", sint, 0));
        Btf base = types.build(ByteOrder.LITTLE_ENDIAN, "vmlinux");
        BtfBuilder module = BtfBuilder.onBase(base);
        module.add(new BtfType.Struct("own", 4, false, List.of(member("n", needed, 0))));
        String text = CDump.of(module.build(ByteOrder.LITTLE_ENDIAN, "module")).toString();
        assertTrue(text.contains("struct needed {\n\tint a;\n};\n\nstruct own {\n\tstruct needed n;\n};\n"), text);
        assertFalse(text.contains("other"), text);
    }

    @Test
    void whatCCannotHaveIsRefused() {
        int id = types.nextId();
        struct("self", 8, member("a", id, 0));
        refused("contains itself");
        types.set(id, new BtfType.Struct("self", 8, false, List.of(member("a", u64, 0), member("b", u64, 32))));
        refused("starts before the one ahead of it ends");
        types.set(id, new BtfType.Struct("self", 4, false, List.of(member("a", u64, 0))));
        refused("larger than all");
        types.set(id, new BtfType.Typedef("self", types.add(new BtfType.Const(id))));
        refused("made of itself");
        types.set(id, new BtfType.Ptr(id));
        types.add(new BtfType.Typedef("circle", id));
        refused("nest deeper");
    }

    @Test
    void textOutOfProportionIsRefused() {
        types.add(new BtfType.Struct("hollow", 0xffff_ffffL, false, List.of()));
        refused("out of proportion");
    }

    /** Each struct holds the one before twice and has no name: the text would double with each. */
    @Test
    void structsWithoutNamesDoNotMultiply() {
        int inner = types.add(new BtfType.Struct("", 0, false, List.of()));
        for (int i = 0; i < 40; i++) {
            inner = types.add(new BtfType.Struct("", 0, false, List.of(member("a", inner, 0), member("b", inner, 0))));
        }
        struct("top", 0, member("a", inner, 0));
        refused("out of proportion");
    }

    private void refused(String problem) {
        Btf btf = types.build(ByteOrder.LITTLE_ENDIAN, "test");
        BtfFormatException e = assertThrows(BtfFormatException.class, () -> CDump.of(btf));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    private void check(String expected) {
        assertEquals(expected, body(types.build(ByteOrder.LITTLE_ENDIAN, "test")));
    }

    /** What stands between the frame's first and last lines. */
    private static String body(Btf btf) {
        List<String> lines = CDump.of(btf).toString().lines().toList();
        List<Integer> frame = IntStream.range(0, lines.size()).boxed()
                .filter(i -> lines.get(i).startsWith("#pragma")).toList();
        // Without a struct there is no pragma: the last of the macros comes before the types.
        int start = frame.isEmpty() ? lines.lastIndexOf("#define __btf_decl_tag(x)") + 2 : frame.getFirst() + 1;
        int end = frame.isEmpty() ? lines.size() - 1 : frame.getLast() - 1;
        return String.join("\n", lines.subList(start + 1, end)).strip() + "\n";
    }

    private int struct(String name, long size, BtfType.Member... members) {
        return types.add(new BtfType.Struct(name, size, true, List.of(members)));
    }

    private static BtfType.Member member(String name, int typeId, long offsetBits) {
        return new BtfType.Member(name, typeId, offsetBits, 0);
    }

    private static BtfType.Member bits(String name, int typeId, long offsetBits, int width) {
        return new BtfType.Member(name, typeId, offsetBits, width);
    }

    private static BtfType.EnumValue value(String name, long value) {
        return new BtfType.EnumValue(name, value);
    }
}
