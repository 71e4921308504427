package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The types of a made-up C program as compilers leave them: each unit has those that it uses, in an order of its own,
 * each as often as it comes across it, and declares or defines structs as its headers do.
 */
final class CompilationUnits {

    private final long seed;
    private final int structCount;
    private final boolean forwards;

    /**
     * Makes a program.
     *
     * @param seed what it is like; equal seeds give equal structs
     * @param structCount how many structs it has
     * @param forwards whether units may leave structs declared that they only point to
     */
    CompilationUnits(long seed, int structCount, boolean forwards) {
        this.seed = seed;
        this.structCount = structCount;
        this.forwards = forwards;
    }

    /** The types of several units, one behind the other. */
    Btf units(int count) {
        return write(new BtfBuilder(), count);
    }

    /** The same as split BTF. */
    Btf on(Btf base, int count) {
        return write(BtfBuilder.onBase(base), count);
    }

    private Btf write(BtfBuilder builder, int count) {
        for (int unit = 0; unit < count; unit++) {
            new Unit(builder, new Random(seed * 31 + unit)).write();
        }
        return builder.build(ByteOrder.LITTLE_ENDIAN, "units");
    }

    /** One BTF behind the other, without a base. */
    static Btf concatenated(Btf... parts) {
        BtfBuilder builder = new BtfBuilder();
        for (Btf part : parts) {
            int shift = builder.nextId() - 1;
            for (int id = 1; id < part.typeCount(); id++) {
                builder.add(TypeIds.map(part.type(id), old -> old == 0 ? 0 : old + shift));
            }
        }
        return builder.build(parts[0].order(), "concatenated");
    }

    private final class Unit {

        private final BtfBuilder builder;
        private final Random own;
        private final Map<Integer, Integer> structs = new HashMap<>();
        private final List<Integer> undefined = new ArrayList<>();

        Unit(BtfBuilder builder, Random own) {
            this.builder = builder;
            this.own = own;
        }

        void write() {
            for (int i = 0; i < 3; i++) {
                struct(own.nextInt(structCount), false);
            }
            while (!undefined.isEmpty()) {
                define(undefined.removeLast());
            }
        }

        /** The id of a struct, which is defined later if it must be complete. */
        private int struct(int number, boolean onlyPointedTo) {
            Integer known = structs.get(number);
            if (known != null) {
                return known;
            }
            if (onlyPointedTo && forwards && own.nextInt(3) == 0) {
                return builder.add(new BtfType.Fwd("s" + number, false));
            }
            int id = builder.add(new BtfType.Fwd("s" + number, false));
            structs.put(number, id);
            undefined.add(number);
            return id;
        }

        /** What is in a struct is the same in all units. */
        private void define(int number) {
            Random shape = new Random(seed ^ number * 0x9e3779b97f4a7c15L);
            builder.set(structs.get(number), new BtfType.Struct("s" + number, 64, false, members(shape, number, 2)));
        }

        private List<BtfType.Member> members(Random shape, int number, int depth) {
            List<BtfType.Member> members = new ArrayList<>();
            int count = 1 + shape.nextInt(4);
            for (int i = 0; i < count; i++) {
                members.add(new BtfType.Member("m" + i, type(shape, number, depth), i * 64L, 0));
            }
            return members;
        }

        private int type(Random shape, int number, int depth) {
            return switch (shape.nextInt(depth > 0 ? 11 : 4)) {
                case 0, 1 -> integer(shape.nextInt(3));
                case 2 -> builder.add(new BtfType.Ptr(struct(shape.nextInt(structCount), true)));
                case 3 -> builder.add(new BtfType.Ptr(0));
                case 4 -> builder.add(new BtfType.Ptr(type(shape, number, depth - 1)));
                case 5 -> builder.add(new BtfType.Const(type(shape, number, depth - 1)));
                case 6 -> builder.add(new BtfType.Array(type(shape, number, depth - 1), integer(0), shape.nextInt(5)));
                case 7 -> builder.add(new BtfType.Union("", 64, false, members(shape, number, depth - 1)));
                // A struct holds only those after it, lest one holds itself.
                case 8 -> number + 1 < structCount
                        ? struct(number + 1 + shape.nextInt(structCount - number - 1), false) : integer(1);
                case 9 -> builder.add(new BtfType.Typedef("t" + number, type(shape, number, depth - 1)));
                default -> builder.add(new BtfType.Ptr(builder.add(new BtfType.FuncProto(0,
                        List.of(new BtfType.Param("arg", type(shape, number, depth - 1)))))));
            };
        }

        private int integer(int which) {
            return builder.add(new BtfType.Int("int" + which, 4, which, 0, 32));
        }
    }
}
