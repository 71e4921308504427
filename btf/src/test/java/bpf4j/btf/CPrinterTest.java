package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.Golden;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CPrinterTest {

    private final BtfBuilder builder = new BtfBuilder();
    private final int intId = builder.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
    private final int charId = builder.add(new BtfType.Int("char", 1, 0, 0, 8));
    private final int u32 = builder.add(new BtfType.Typedef("u32", intId));
    private final int sock = builder.add(new BtfType.Struct("sock", 4, false, List.of()));

    private int ptr(int id) {
        return builder.add(new BtfType.Ptr(id));
    }

    private int constant(int id) {
        return builder.add(new BtfType.Const(id));
    }

    private int array(int id, int count) {
        return builder.add(new BtfType.Array(id, intId, count));
    }

    private int function(int result, int... params) {
        return builder.add(new BtfType.FuncProto(result, IntStream.of(params)
                .mapToObj(p -> new BtfType.Param("", p)).toList()));
    }

    private Btf build() {
        return builder.build(ByteOrder.LITTLE_ENDIAN, "test");
    }

    private void assertDeclares(String declaration, String typeName, int id) {
        assertEquals(declaration, CPrinter.declare(build(), id, "x"));
        assertEquals(typeName, CPrinter.typeName(build(), id));
    }

    @Test
    void bases() {
        assertDeclares("void x", "void", 0);
        assertDeclares("int x", "int", intId);
        assertDeclares("u32 x", "u32", u32);
        assertDeclares("struct sock x", "struct sock", sock);
        assertDeclares("union u x", "union u", builder.add(new BtfType.Fwd("u", true)));
        assertDeclares("enum e x", "enum e", builder.add(new BtfType.Enum("e", 4, false, List.of())));
        assertDeclares("struct {...} x", "struct {...}", builder.add(new BtfType.Struct("", 0, false, List.of())));
        assertDeclares("union {...} x", "union {...}", builder.add(new BtfType.Union("", 0, false, List.of())));
        assertDeclares("enum {...} x", "enum {...}", builder.add(new BtfType.Enum64("", 8, false, List.of())));
        assertDeclares("double x", "double", builder.add(new BtfType.Float("double", 8)));
    }

    @Test
    void pointersAndArraysBindAsInC() {
        assertDeclares("struct sock *x", "struct sock *", ptr(sock));
        assertDeclares("int **x", "int **", ptr(ptr(intId)));
        assertDeclares("int x[4]", "int[4]", array(intId, 4));
        assertDeclares("int x[2][3]", "int[2][3]", array(array(intId, 3), 2));
        assertDeclares("int x[]", "int[]", array(intId, 0));
        assertDeclares("int *x[4]", "int *[4]", array(ptr(intId), 4));
        assertDeclares("int (*x)[4]", "int (*)[4]", ptr(array(intId, 4)));
        assertDeclares("int (*(*x)[2])[4]", "int (*(*)[2])[4]", ptr(array(ptr(array(intId, 4)), 2)));
    }

    @Test
    void functionsBindAsInC() {
        assertDeclares("int x(void)", "int (void)", function(intId));
        int pointer = ptr(function(intId, ptr(sock), u32));
        assertDeclares("int (*x)(struct sock *, u32)", "int (*)(struct sock *, u32)", pointer);
        assertDeclares("int (*x[3])(struct sock *, u32)", "int (*[3])(struct sock *, u32)", array(pointer, 3));
        assertDeclares("int (*x(void))(struct sock *, u32)", "int (*(void))(struct sock *, u32)", function(pointer));
        assertDeclares("void (*x)(int (*)(struct sock *, u32))", "void (*)(int (*)(struct sock *, u32))",
                ptr(function(0, pointer)));
        assertDeclares("int x(int, ...)", "int (int, ...)", function(intId, intId, 0));
    }

    @Test
    void qualifiersStandWhereTheyApply() {
        assertDeclares("const char x[16]", "const char[16]", array(constant(charId), 16));
        assertDeclares("const char x[16]", "const char[16]", constant(array(charId, 16)));
        assertDeclares("const char *x", "const char *", ptr(constant(charId)));
        assertDeclares("char *const x", "char *const", constant(ptr(charId)));
        assertDeclares("const char *const *x", "const char *const *", ptr(constant(ptr(constant(charId)))));
        assertDeclares("char *const x[4]", "char *const[4]", array(constant(ptr(charId)), 4));
        assertDeclares("const volatile int x", "const volatile int",
                constant(builder.add(new BtfType.Volatile(intId))));
        assertDeclares("void *restrict x", "void *restrict", builder.add(new BtfType.Restrict(ptr(0))));
        assertDeclares("const void *x", "const void *", ptr(constant(0)));
    }

    @Test
    void tagsStandBehindWhatTheyTag() {
        assertDeclares("struct sock __attribute__((btf_type_tag(\"rcu\"))) *x",
                "struct sock __attribute__((btf_type_tag(\"rcu\"))) *",
                ptr(builder.add(new BtfType.TypeTag("rcu", sock, false))));
        assertDeclares("int *__attribute__((btf_type_tag(\"user\"))) *x",
                "int *__attribute__((btf_type_tag(\"user\"))) *",
                ptr(builder.add(new BtfType.TypeTag("user", ptr(intId), false))));
        assertDeclares("int __attribute__((address_space(1))) *x", "int __attribute__((address_space(1))) *",
                ptr(builder.add(new BtfType.TypeTag("address_space(1)", intId, true))));
    }

    @Test
    void functionsAndVariablesHaveTheirOwnNames() {
        int func = builder.add(new BtfType.Func("connect", function(intId, ptr(sock)), BtfType.Func.STATIC));
        int var = builder.add(new BtfType.Var("counts", array(u32, 4), BtfType.Var.GLOBAL));
        int section = builder.add(new BtfType.DataSec(".bss", 16, List.of(new BtfType.SectionVar(var, 0, 16))));
        Btf btf = build();
        assertEquals("int connect(struct sock *)", CPrinter.typeName(btf, func));
        assertEquals("u32 counts[4]", CPrinter.typeName(btf, var));
        assertEquals("section .bss", CPrinter.typeName(btf, section));
        assertEquals("static int connect(struct sock *);", CPrinter.define(btf, func));
        assertEquals("u32 counts[4];", CPrinter.define(btf, var));
        assertEquals("/* section .bss, size 16 */\nu32 counts[4]; /* offset 0, size 16 */",
                CPrinter.define(btf, section));
    }

    @Test
    void definesStructsWithOffsetsFromTheOutermost() {
        int inner = builder.add(new BtfType.Struct("", 8, true, List.of(
                new BtfType.Member("a", intId, 3, 5), new BtfType.Member("b", charId, 32, 0))));
        int anonymous = builder.add(new BtfType.Union("", 8, false, List.of(
                new BtfType.Member("", inner, 0, 0), new BtfType.Member("sk", ptr(sock), 0, 0))));
        int values = builder.add(new BtfType.Enum("", 4, true, List.of(new BtfType.EnumValue("NO", -1))));
        int outer = builder.add(new BtfType.Struct("outer", 24, false, List.of(
                new BtfType.Member("name", array(charId, 4), 0, 0),
                new BtfType.Member("", anonymous, 64, 0),
                new BtfType.Member("kind", values, 128, 0))));
        assertEquals("""
                struct outer { /* size 24 */
                    char name[4]; /* offset 0 */
                    union { /* size 8 */
                        struct { /* size 8 */
                            int a : 5; /* offset 8, bit 3 */
                            char b; /* offset 12 */
                        }; /* offset 8 */
                        struct sock *sk; /* offset 8 */
                    }; /* offset 8 */
                    enum { /* size 4, signed */
                        NO = -1,
                    } kind; /* offset 16 */
                };""", CPrinter.define(build(), outer));
    }

    @Test
    void definesEverythingElse() {
        int values = builder.add(new BtfType.Enum64("big", 8, false, List.of(new BtfType.EnumValue("ALL", -1))));
        int anonymous = builder.add(new BtfType.Struct("", 0, false, List.of()));
        int named = builder.add(new BtfType.Typedef("pair_t", anonymous));
        int callback = builder.add(new BtfType.Typedef("callback_t", ptr(function(0, intId))));
        int external = builder.add(new BtfType.Var("jiffies", intId, BtfType.Var.EXTERN));
        Btf btf = build();
        assertEquals("enum big { /* size 8, unsigned */\n    ALL = 18446744073709551615,\n};",
                CPrinter.define(btf, values));
        assertEquals("typedef struct { /* size 0 */\n} pair_t;", CPrinter.define(btf, named));
        assertEquals("typedef void (*callback_t)(int);", CPrinter.define(btf, callback));
        assertEquals("extern int jiffies;", CPrinter.define(btf, external));
        assertEquals("int; /* size 4, signed */", CPrinter.define(btf, intId));
        assertEquals("typedef int u32;", CPrinter.define(btf, u32));
        assertEquals("void;", CPrinter.define(btf, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"btf_kinds-el", "core_synthetic-el"})
    void definesWhatACompilerWrote(String name) throws IOException {
        Btf btf = Btf.read(Fixtures.object(name + ".o"));
        StringBuilder text = new StringBuilder();
        for (int id = 1; id < btf.typeCount(); id++) {
            text.append("/* [").append(id).append("] */\n").append(CPrinter.define(btf, id)).append('\n');
        }
        Golden.check("golden/btf/" + name + ".c.txt", text.toString());
    }

    @Test
    void whatCannotBeReadIsNamedById() {
        int pointer = ptr(1000);
        Btf btf = build();
        assertEquals("type [" + pointer + "]", CPrinter.typeName(btf, pointer));
        assertEquals("type [-1] x", CPrinter.declare(btf, -1, "x"));
        assertEquals("type [99];", CPrinter.define(btf, 99));
    }

    @Test
    void namesStayOnTheirLineAndOfLimitedLength() {
        int odd = builder.add(new BtfType.Typedef("a\nb" + "c".repeat(4000), intId));
        String name = CPrinter.typeName(build(), odd);
        assertTrue(name.startsWith("a?bccc") && name.endsWith("c...") && name.length() < 600, name);
    }

    @Test
    void cyclesAreCutShort() {
        int pointer = builder.nextId();
        ptr(pointer);
        int array = builder.nextId();
        array(array, 7);
        int proto = builder.nextId();
        builder.add(new BtfType.FuncProto(proto,
                List.of(new BtfType.Param("a", proto), new BtfType.Param("b", proto))));
        int inside = builder.nextId();
        builder.add(new BtfType.Struct("", 8, false, List.of(new BtfType.Member("", inside, 0, 0),
                new BtfType.Member("", inside, 0, 0))));
        Btf btf = build();
        for (int id = pointer; id <= inside; id++) {
            assertTrue(CPrinter.typeName(btf, id).contains("..."));
            assertTrue(CPrinter.typeName(btf, id).length() < 20_000);
            assertTrue(CPrinter.define(btf, id).contains("..."));
            assertTrue(CPrinter.define(btf, id).length() < 300_000);
            assertFalse(CPrinter.typeName(btf, id).contains("\n"));
        }
    }

    @Test
    void enormousDefinitionsAreCutShort() {
        List<BtfType.Member> members = new ArrayList<>();
        for (int i = 0; i < 70_000; i++) {
            members.add(new BtfType.Member("member" + i, intId, i * 32L, 0));
        }
        int large = builder.add(new BtfType.Struct("large", 280_000, false, members));
        String text = CPrinter.define(build(), large);
        assertTrue(text.endsWith("\n    ...\n};") && text.length() < 300_000);
    }
}
