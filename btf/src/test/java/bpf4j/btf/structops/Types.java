package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A small vocabulary for building the two sides of a match. Struct layout is that of C on a 64-bit machine. */
final class Types {

    /** A member to lay out: {@code bits} is 0 unless it is a bitfield. */
    record M(String name, int typeId, int bits) {
    }

    final BtfBuilder builder;
    final int u8;
    final int u32;
    final int u64;
    final int callback;

    private Types(BtfBuilder builder) {
        this.builder = builder;
        u8 = builder.add(new BtfType.Int("u8", 1, 0, 0, 8));
        u32 = builder.add(new BtfType.Int("u32", 4, 0, 0, 32));
        u64 = builder.add(new BtfType.Int("u64", 8, 0, 0, 64));
        callback = pointer(builder.add(new BtfType.FuncProto(u32, List.of(new BtfType.Param("argument", u64)))));
    }

    static Types create() {
        return new Types(new BtfBuilder());
    }

    static Types on(Btf base) {
        return new Types(BtfBuilder.onBase(base));
    }

    static M m(String name, int typeId) {
        return new M(name, typeId, 0);
    }

    int pointer(int typeId) {
        return builder.add(new BtfType.Ptr(typeId));
    }

    int array(int typeId, long count) {
        return builder.add(new BtfType.Array(typeId, u32, count));
    }

    int struct(String name, M... members) {
        return builder.add(layOut(name, List.of(members)));
    }

    /** A struct whose members all start at the bit that they are given; its size is what the caller says. */
    int structAt(String name, long sizeBytes, BtfType.Member... members) {
        boolean bitfields = List.of(members).stream().anyMatch(BtfType.Member::isBitfield);
        return builder.add(new BtfType.Struct(name, sizeBytes, bitfields, List.of(members)));
    }

    /** The kernel's pair: the ops struct and around it the value type, the ops struct at byte 64. Gives the ops id. */
    int ops(String name, M... members) {
        int id = struct(name, members);
        value(name, id);
        return id;
    }

    int value(String name, int opsId) {
        int common = struct("bpf_struct_ops_common_value", m("refcnt", u32), m("state", u32));
        long sizeBytes = 64 + ((BtfType.Struct) builder.get(opsId)).sizeBytes();
        return structAt(KernelStructOps.VALUE_PREFIX + name, sizeBytes, new BtfType.Member("common", common, 0, 0),
                new BtfType.Member("data", opsId, 512, 0));
    }

    Btf build(String name) {
        return build(ByteOrder.LITTLE_ENDIAN, name);
    }

    Btf build(ByteOrder order, String name) {
        return builder.build(order, name);
    }

    /** Declares a variable and gives it its bytes; no more types can be added. */
    LocalStructOps variable(String name, int typeId, byte[] bytes) {
        return variable(ByteOrder.LITTLE_ENDIAN, name, typeId, bytes);
    }

    LocalStructOps variable(ByteOrder order, String name, int typeId, byte[] bytes) {
        int id = builder.add(new BtfType.Var(name, typeId, BtfType.Var.GLOBAL));
        return LocalStructOps.of(build(order, ".BTF"), id, MemorySegment.ofArray(bytes), 0);
    }

    static byte[] zero(int sizeBytes) {
        return new byte[sizeBytes];
    }

    static byte[] u32(ByteOrder order, int value) {
        return ByteBuffer.allocate(4).order(order).putInt(value).array();
    }

    private BtfType.Struct layOut(String name, List<M> members) {
        List<BtfType.Member> placed = new ArrayList<>();
        long atBits = 0;
        long alignBytes = 1;
        boolean bitfields = members.stream().anyMatch(m -> m.bits() > 0);
        for (M m : members) {
            long sizeBytes = sizeBytes(m.typeId());
            long align = alignBytes(m.typeId());
            boolean fits = m.bits() > 0 && atBits / (sizeBytes * 8) == (atBits + m.bits() - 1) / (sizeBytes * 8);
            if (!fits) {
                atBits = (atBits + align * 8 - 1) / (align * 8) * align * 8;
            }
            placed.add(new BtfType.Member(m.name(), m.typeId(), atBits, m.bits()));
            atBits += m.bits() > 0 ? m.bits() : sizeBytes * 8;
            alignBytes = Math.max(alignBytes, align);
        }
        long sizeBytes = (atBits + alignBytes * 8 - 1) / (alignBytes * 8) * alignBytes;
        return new BtfType.Struct(name, sizeBytes, bitfields, placed);
    }

    private long sizeBytes(int id) {
        return switch (builder.get(id)) {
            case BtfType.Int t -> t.sizeBytes();
            case BtfType.Ptr _ -> 8;
            case BtfType.Array t -> t.count() * sizeBytes(t.elementTypeId());
            case BtfType.Composite t -> t.sizeBytes();
            case BtfType.Enumeration t -> t.sizeBytes();
            case BtfType.Modifier t -> sizeBytes(t.typeId());
            case BtfType other -> throw new IllegalArgumentException(other.toString());
        };
    }

    private long alignBytes(int id) {
        return switch (builder.get(id)) {
            case BtfType.Array t -> alignBytes(t.elementTypeId());
            case BtfType.Modifier t -> alignBytes(t.typeId());
            case BtfType.Composite t -> t.members().stream().mapToLong(m -> alignBytes(m.typeId())).max().orElse(1);
            case BtfType _ -> sizeBytes(id);
        };
    }
}
