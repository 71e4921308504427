package bpf4j.fuzz;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Files that are sound and small, and whose reading could take time or memory out of all proportion: chance does not
 * make these. Each multiplies things that a reader may put together.
 */
final class Bombs {

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int INT = 1;

    /**
     * One of them.
     *
     * @param name what it multiplies
     * @param target who reads it
     * @param input the file
     */
    record Bomb(String name, FuzzTarget target, byte[] input) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Bombs() {
    }

    static List<Bomb> all() {
        List<Bomb> bombs = new ArrayList<>();
        bombs.add(new Bomb("as many candidates as records", FuzzTarget.CORE, candidates(10_000)));
        bombs.add(new Bomb("long chains of typedefs in every member", FuzzTarget.CORE, chains(10_000)));
        bombs.add(new Bomb("a struct of many members behind every pointer", FuzzTarget.CORE, pointers(10_000)));
        bombs.add(new Bomb("an array of itself in every anonymous struct", FuzzTarget.CORE,
                arraysOfThemselves(10_000)));
        bombs.addAll(ObjectBombs.all());
        return bombs;
    }

    /** Every record speaks of another local type, and each of these has every target type as a candidate. */
    private static byte[] candidates(int count) {
        BtfBuilder local = types();
        List<Integer> roots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            roots.add(local.add(new BtfType.Struct("s", 4, false, List.of(new BtfType.Member("x", INT, 0, 0)))));
        }
        BtfBuilder target = types();
        target.add(new BtfType.Struct("s", 4, false, List.of()));
        for (int i = 0; i < count; i++) {
            target.add(new BtfType.Struct("s", 4, false, List.of(new BtfType.Member("x", INT, 0, 0))));
        }
        return core(local, roots, "0:0", CoreKind.BPF_CORE_FIELD_EXISTS, target);
    }

    /** No member is the right one, and to see that of each pair takes two walks. */
    private static byte[] chains(int count) {
        BtfBuilder local = types();
        BtfBuilder target = types();
        int mine = chain(local, INT);
        int theirs = chain(target, target.add(new BtfType.Float("double", 8)));
        int root = local.add(composite("s", Collections.nCopies(count, new BtfType.Member("", mine, 0, 0))));
        target.add(composite("s", Collections.nCopies(count, new BtfType.Member("", theirs, 0, 0))));
        return core(local, Collections.nCopies(100, root), "0", CoreKind.BPF_CORE_TYPE_MATCHES, target);
    }

    private static byte[] pointers(int count) {
        BtfBuilder local = types();
        BtfBuilder target = types();
        int mine = local.add(new BtfType.Ptr(local.nextId() + 1));
        local.add(composite("t", Collections.nCopies(count, new BtfType.Member("a", INT, 0, 0))));
        int theirs = target.add(new BtfType.Ptr(target.nextId() + 1));
        target.add(new BtfType.Union("t", 4, false, Collections.nCopies(count, new BtfType.Member("a", INT, 0, 0))));
        int root = local.add(composite("s", Collections.nCopies(count, new BtfType.Member("", mine, 0, 0))));
        target.add(composite("s", Collections.nCopies(count, new BtfType.Member("", theirs, 0, 0))));
        return core(local, Collections.nCopies(100, root), "0", CoreKind.BPF_CORE_TYPE_MATCHES, target);
    }

    private static byte[] arraysOfThemselves(int count) {
        BtfBuilder local = types();
        int mine = local.add(new BtfType.Array(chain(local, local.nextId() + 101), INT, 1));
        mine = local.add(new BtfType.Array(mine, INT, 1));
        int root = local.add(composite("s", List.of(new BtfType.Member("x", mine, 0, 0))));
        BtfBuilder target = types();
        int theirs = target.nextId() + 100;
        chain(target, theirs);
        target.add(new BtfType.Array(theirs - 1, INT, 1));
        int inner = target.add(composite("", List.of(new BtfType.Member("x", theirs, 0, 0))));
        target.add(composite("s", Collections.nCopies(count, new BtfType.Member("", inner, 0, 0))));
        return core(local, Collections.nCopies(1000, root), "0:0", CoreKind.BPF_CORE_FIELD_EXISTS, target);
    }

    private static int chain(BtfBuilder types, int end) {
        int id = end;
        for (int i = 0; i < 100; i++) {
            id = types.add(new BtfType.Const(id));
        }
        return id;
    }

    private static BtfType.Struct composite(String name, List<BtfType.Member> members) {
        return new BtfType.Struct(name, 4, false, members);
    }

    private static BtfBuilder types() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        return types;
    }

    private static byte[] core(BtfBuilder local, List<Integer> roots, String access, CoreKind kind, BtfBuilder target) {
        int section = local.string("section");
        int accessAt = local.string(access);
        int bytes = 4 + 8 + 16 * roots.size();
        ByteBuffer ext = ByteBuffer.allocate(32 + bytes).order(ORDER);
        ext.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(32);
        ext.putInt(0).putInt(0).putInt(0).putInt(0).putInt(0).putInt(bytes);
        ext.putInt(16).putInt(section).putInt(roots.size());
        for (int i = 0; i < roots.size(); i++) {
            ext.putInt(i * 8).putInt(roots.get(i)).putInt(accessAt).putInt(kind.ordinal());
        }
        return Parts.join(List.of(local.toBytes(ORDER), ext.array(), target.toBytes(ORDER)));
    }
}
