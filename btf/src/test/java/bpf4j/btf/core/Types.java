package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Types for tests, in few words. The integers and {@code void *} are there from the start, with the same ids in each.
 */
final class Types {

    static final int VOID = 0;
    static final int INT = 1;
    static final int UINT = 2;
    static final int LONG = 3;
    static final int ULONG = 4;
    static final int U8 = 5;
    static final int U16 = 6;
    static final int BOOL = 7;
    static final int VOID_PTR = 8;

    private final BtfBuilder builder;

    private Types(BtfBuilder builder) {
        this.builder = builder;
    }

    static Types create() {
        Types types = new Types(new BtfBuilder());
        types.integer("int", 4, BtfType.Int.SIGNED);
        types.integer("unsigned int", 4, 0);
        types.integer("long", 8, BtfType.Int.SIGNED);
        types.integer("unsigned long", 8, 0);
        types.integer("unsigned char", 1, 0);
        types.integer("unsigned short", 2, 0);
        types.integer("_Bool", 1, BtfType.Int.BOOL);
        types.ptr(VOID);
        return types;
    }

    static Types on(Btf base) {
        return new Types(BtfBuilder.onBase(base));
    }

    Btf build() {
        return build(ByteOrder.LITTLE_ENDIAN, "target");
    }

    Btf build(String name) {
        return build(ByteOrder.LITTLE_ENDIAN, name);
    }

    Btf build(ByteOrder order, String name) {
        return builder.build(order, name);
    }

    int add(BtfType type) {
        return builder.add(type);
    }

    void set(int id, BtfType type) {
        builder.set(id, type);
    }

    int nextId() {
        return builder.nextId();
    }

    int integer(String name, int sizeBytes, int encoding) {
        return add(new BtfType.Int(name, sizeBytes, encoding, 0, sizeBytes * 8));
    }

    /** As compilers of long ago wrote bitfields. */
    int integerWithOffset(String name) {
        return add(new BtfType.Int(name, 4, 0, 3, 5));
    }

    int ptr(int typeId) {
        return add(new BtfType.Ptr(typeId));
    }

    int array(int elementId, int count) {
        return add(new BtfType.Array(elementId, UINT, count));
    }

    int typedef(String name, int typeId) {
        return add(new BtfType.Typedef(name, typeId));
    }

    int constant(int typeId) {
        return add(new BtfType.Const(typeId));
    }

    int fwd(String name, boolean union) {
        return add(new BtfType.Fwd(name, union));
    }

    int floating(String name, int sizeBytes) {
        return add(new BtfType.Float(name, sizeBytes));
    }

    int function(String name, int protoId) {
        return add(new BtfType.Func(name, protoId, BtfType.Func.GLOBAL));
    }

    int proto(int returnId, int... paramIds) {
        return add(new BtfType.FuncProto(returnId,
                Arrays.stream(paramIds).mapToObj(p -> new BtfType.Param("", p)).toList()));
    }

    int struct(String name, long sizeBytes, BtfType.Member... members) {
        return add(new BtfType.Struct(name, sizeBytes, true, List.of(members)));
    }

    int union(String name, long sizeBytes, BtfType.Member... members) {
        return add(new BtfType.Union(name, sizeBytes, true, List.of(members)));
    }

    int enum32(String name, BtfType.EnumValue... values) {
        return add(new BtfType.Enum(name, 4, false, List.of(values)));
    }

    int enum64(String name, BtfType.EnumValue... values) {
        return add(new BtfType.Enum64(name, 8, false, List.of(values)));
    }

    /** Where a struct or a parameter needs some type and no more. */
    static BtfType.Member m(String name, int typeId) {
        return new BtfType.Member(name, typeId, 0, 0);
    }

    static BtfType.Member m(String name, int typeId, int offsetBytes) {
        return new BtfType.Member(name, typeId, offsetBytes * 8L, 0);
    }

    static BtfType.Member bits(String name, int typeId, int offsetBits, int bits) {
        return new BtfType.Member(name, typeId, offsetBits, bits);
    }

    static BtfType.EnumValue v(String name, long value) {
        return new BtfType.EnumValue(name, value);
    }

    static CoreRelocation ask(CoreKind kind, int typeId, String access) {
        return new CoreRelocation(0x18, typeId, access, kind);
    }
}
