package bpf4j.fuzz;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.insn.Insn;
import bpf4j.object.ElfBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The {@link Bombs} that are objects. */
final class ObjectBombs {

    private static final int INT = 1;
    private static final long EXIT = 0x95;

    private ObjectBombs() {
    }

    static List<Bombs.Bomb> all() {
        return List.of(bomb("as many slots of maps as maps", slots(8_000)),
                bomb("as many sections of data as types of such", dataSections(5_000)),
                bomb("as many options as symbols of options", options(8_000)),
                bomb("as many struct_ops variables as slots", structOps(6_000)),
                bomb("a large subprogram in many programs", subprograms(4_000)));
    }

    private static Bombs.Bomb bomb(String name, byte[] input) {
        return new Bombs.Bomb(name, FuzzTarget.OBJECT, input);
    }

    private static byte[] slots(int count) {
        BtfBuilder types = types();
        int type = types.add(new BtfType.Ptr(types.add(new BtfType.Array(INT, INT, 13))));
        int values = types.add(new BtfType.Array(types.add(new BtfType.Ptr(types.nextId() + 2)), INT, 0));
        types.add(new BtfType.Struct("inner", 8, false, List.of(new BtfType.Member("type", type, 0, 0))));
        int map = types.add(new BtfType.Struct("map", 16, false, List.of(new BtfType.Member("type", type, 0, 0),
                new BtfType.Member("values", values, 64, 0))));
        ElfBuilder elf = new ElfBuilder();
        int section = elf.data(".maps", new byte[16 * count]);
        List<BtfType.SectionVar> variables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            variables.add(new BtfType.SectionVar(types.add(new BtfType.Var("m" + i, map, 1)), 16L * i, 16));
            int symbol = elf.variable("m" + i, section, 16L * i, 16);
            elf.relocation(section, 16L * i + 8, symbol);
        }
        types.add(new BtfType.DataSec(".maps", 16L * count, variables));
        return elf.types(types).bytes();
    }

    private static byte[] dataSections(int count) {
        BtfBuilder types = types();
        ElfBuilder elf = new ElfBuilder();
        for (int i = 0; i < 8 * count; i++) {
            types.add(new BtfType.DataSec(".data.a___x" + i % 10, 4, List.of()));
        }
        for (int i = 0; i < count; i++) {
            elf.data(".data.a___" + i, new byte[4]);
        }
        return elf.types(types).bytes();
    }

    private static byte[] options(int count) {
        BtfBuilder types = types();
        ElfBuilder elf = new ElfBuilder();
        List<BtfType.SectionVar> variables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            variables.add(new BtfType.SectionVar(types.add(new BtfType.Var("CONFIG_" + i, INT, 2)), 0, 4));
            elf.undefined("CONFIG_" + i, Elf.STB_GLOBAL);
        }
        types.add(new BtfType.DataSec(".kconfig", 0, variables));
        return elf.types(types).bytes();
    }

    private static byte[] structOps(int count) {
        BtfBuilder types = types();
        int callback = types.add(new BtfType.Ptr(types.add(new BtfType.FuncProto(INT, List.of()))));
        List<BtfType.Member> members = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            members.add(new BtfType.Member("m" + i, callback, 64L * i, 0));
        }
        int ops = types.add(new BtfType.Struct("ops", 8000, false, members));
        types.add(new BtfType.Struct("bpf_struct_ops_ops", 8000, false,
                List.of(new BtfType.Member("data", ops, 0, 0))));
        ElfBuilder elf = new ElfBuilder();
        int section = elf.data(".struct_ops", new byte[8000]);
        int code = elf.code("struct_ops/p", EXIT);
        int program = elf.function("p", code, 0, 1);
        for (int i = 0; i < 1000; i++) {
            elf.relocation(section, 8L * i, program);
        }
        List<BtfType.SectionVar> variables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            variables.add(new BtfType.SectionVar(types.add(new BtfType.Var("v" + i, ops, 1)), 0, 8000));
        }
        types.add(new BtfType.DataSec(".struct_ops", 8000, variables));
        return elf.types(types).bytes();
    }

    private static byte[] subprograms(int count) {
        ElfBuilder elf = new ElfBuilder();
        long[] large = new long[30_000];
        Arrays.fill(large, EXIT);
        int text = elf.code(".text", large);
        elf.staticFunction("large", text, 0, large.length);
        int symbol = elf.sectionSymbol(text);
        long[] slots = new long[2 * count];
        for (int i = 0; i < count; i++) {
            slots[2 * i] = Insn.withImm(0x85 | 1 << 12, -1);
            slots[2 * i + 1] = EXIT;
        }
        int programs = elf.code("socket", slots);
        for (int i = 0; i < count; i++) {
            elf.function("p" + i, programs, 2L * i, 2);
            elf.relocation(programs, 16L * i, symbol);
        }
        return elf.bytes();
    }

    private static BtfBuilder types() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        return types;
    }
}
