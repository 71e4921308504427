package bpf4j.btf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Random types that refer to each other at will, cycles included, all of them writable. */
public final class TypeGraphs {

    private static final String[] NAMES =
            {"a", "sock", "sock___old", "__u32", "größe", "x___", "a_rather_long_name_of_a_type"};

    private final Random random;
    private final int firstId;
    private final int endId;

    private TypeGraphs(Random random, int firstId, int count) {
        this.random = random;
        this.firstId = firstId;
        this.endId = firstId + count;
    }

    /** Types for ids from {@code firstId}; references go to any id below the last. */
    public static List<BtfType> random(Random random, int firstId, int count) {
        TypeGraphs graphs = new TypeGraphs(random, firstId, count);
        List<BtfType> types = new ArrayList<>();
        // The first is a prototype, which functions need.
        types.add(graphs.type(BtfKind.BTF_KIND_FUNC_PROTO));
        while (types.size() < count) {
            types.add(graphs.type(BtfKind.of(1 + random.nextInt(BtfKind.count() - 1))));
        }
        return types;
    }

    public static BtfBuilder builder(BtfBuilder builder, List<BtfType> types) {
        types.forEach(builder::add);
        return builder;
    }

    private BtfType type(BtfKind kind) {
        boolean flag = random.nextBoolean();
        return switch (kind) {
            case BTF_KIND_UNKN -> throw new IllegalArgumentException("void is implied");
            case BTF_KIND_INT -> new BtfType.Int(name(), 1 << random.nextInt(4), random.nextInt(16),
                    random.nextInt(256), random.nextInt(256));
            case BTF_KIND_PTR -> new BtfType.Ptr(id());
            case BTF_KIND_ARRAY -> new BtfType.Array(id(), id(), u32());
            case BTF_KIND_STRUCT -> new BtfType.Struct(name(), u32(), flag, list(_ -> member(flag)));
            case BTF_KIND_UNION -> new BtfType.Union(name(), u32(), flag, list(_ -> member(flag)));
            case BTF_KIND_ENUM -> new BtfType.Enum(name(), 4, flag,
                    list(_ -> new BtfType.EnumValue(name(), flag ? random.nextInt() : u32())));
            case BTF_KIND_FWD -> new BtfType.Fwd(name(), flag);
            case BTF_KIND_TYPEDEF -> new BtfType.Typedef(name(), id());
            case BTF_KIND_VOLATILE -> new BtfType.Volatile(id());
            case BTF_KIND_CONST -> new BtfType.Const(id());
            case BTF_KIND_RESTRICT -> new BtfType.Restrict(id());
            case BTF_KIND_FUNC -> new BtfType.Func(name(), firstId, random.nextInt(3));
            case BTF_KIND_FUNC_PROTO -> new BtfType.FuncProto(id(), list(_ -> new BtfType.Param(name(), id())));
            case BTF_KIND_VAR -> new BtfType.Var(name(), id(), random.nextInt(3));
            case BTF_KIND_DATASEC ->
                new BtfType.DataSec(name(), u32(), list(_ -> new BtfType.SectionVar(id(), u32(), u32())));
            case BTF_KIND_FLOAT -> new BtfType.Float(name(), 1 << random.nextInt(5));
            case BTF_KIND_DECL_TAG -> new BtfType.DeclTag(name(), id(), random.nextInt(5) - 1, flag);
            case BTF_KIND_TYPE_TAG -> new BtfType.TypeTag(name(), id(), flag);
            case BTF_KIND_ENUM64 -> new BtfType.Enum64(name(), 8, flag,
                    list(_ -> new BtfType.EnumValue(name(), random.nextLong())));
        };
    }

    private BtfType.Member member(boolean flag) {
        return flag ? new BtfType.Member(name(), id(), random.nextInt(1 << 24), random.nextInt(256))
                : new BtfType.Member(name(), id(), u32(), 0);
    }

    private <T> List<T> list(IntFunction<T> element) {
        return IntStream.range(0, random.nextInt(6)).mapToObj(element).toList();
    }

    private String name() {
        return random.nextInt(4) == 0 ? "" : NAMES[random.nextInt(NAMES.length)];
    }

    private int id() {
        return random.nextInt(endId);
    }

    private long u32() {
        return Integer.toUnsignedLong(random.nextInt());
    }
}
