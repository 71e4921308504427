package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.EssentialName;
import bpf4j.btf.KernelTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/**
 * The target types that may be what a local type speaks of: those of its kind and essential name. Looked up once for
 * each local root type of an object.
 */
final class Candidates {

    /**
     * One candidate.
     *
     * @param btf where it was found
     * @param typeId its id there
     */
    record Candidate(Btf btf, int typeId) {
    }

    /** What types of one name share. */
    private record Key(String essentialName, int kind) {
    }

    private static final int ENUM = BtfKind.BTF_KIND_ENUM.ordinal();
    /** What is kept for one object, in references: a hundred times what the largest need. */
    private static final int MAX_KEPT = 1 << 20;

    private final Btf local;
    private final KernelTypes target;
    private final Map<Key, List<Candidate>> byName = new HashMap<>();
    private final Map<Integer, List<Candidate>> reduced = new HashMap<>();
    private int kept;

    Candidates(Btf local, KernelTypes target) {
        this.local = local;
        this.target = target;
    }

    /**
     * The candidates for a named local type, in the order of ids. Modules are asked only if the kernel proper has
     * none.
     *
     * @throws UnresolvableException if it is too much to keep
     */
    List<Candidate> of(int localId) {
        List<Candidate> matching = reduced.get(localId);
        if (matching != null) {
            return matching;
        }
        int kind = local.kindNumber(localId);
        Key key = new Key(EssentialName.of(local.nameOf(localId)), isEnum(kind) ? ENUM : kind);
        List<Candidate> all = byName.get(key);
        if (all == null) {
            // Names may share bytes, so a small file can have many long ones.
            keep(key.essentialName.length() / Long.BYTES);
            all = find(key);
            byName.put(key, all);
        }
        return all;
    }

    /**
     * Keeps only those that matched once, for the relocations that come later. The list given out before does not
     * change.
     *
     * @param matching some of what {@link #of} returned
     * @throws UnresolvableException if it is too much to keep
     */
    void reduce(int localId, List<Candidate> matching) {
        keep(matching.size());
        reduced.put(localId, List.copyOf(matching));
    }

    private void keep(int references) {
        kept += references;
        if (kept > MAX_KEPT) {
            throw new UnresolvableException("the object's types have more candidates than are kept for one object");
        }
    }

    private List<Candidate> find(Key key) {
        String name = key.essentialName;
        int kind = key.kind;
        List<Candidate> found = new ArrayList<>();
        addAll(target.vmlinux(), name, kind, found);
        if (found.isEmpty()) {
            for (Btf module : target.modules()) {
                addOwn(module, name, kind, found);
            }
        }
        return List.copyOf(found);
    }

    /** An external BTF may be split itself: its bases come first, as their ids do. */
    private static void addAll(Btf btf, String name, int kind, List<Candidate> found) {
        btf.base().ifPresent(base -> addAll(base, name, kind, found));
        addOwn(btf, name, kind, found);
    }

    private static void addOwn(Btf btf, String name, int kind, List<Candidate> found) {
        IntStream named = kind == BtfKind.BTF_KIND_FUNC.ordinal() ? btf.ownFunctionsByEssentialName(name)
                : btf.ownByEssentialName(name);
        for (PrimitiveIterator.OfInt ids = named.iterator(); ids.hasNext();) {
            int id = ids.nextInt();
            if (sameKind(btf.kindNumber(id), kind)) {
                found.add(new Candidate(btf, id));
            }
        }
    }

    private static boolean sameKind(int first, int second) {
        return first == second || isEnum(first) && isEnum(second);
    }

    private static boolean isEnum(int kind) {
        return kind == ENUM || kind == BtfKind.BTF_KIND_ENUM64.ordinal();
    }
}
