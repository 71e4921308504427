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

    private final Btf local;
    private final KernelTypes target;
    private final Map<Integer, List<Candidate>> byLocalId = new HashMap<>();

    Candidates(Btf local, KernelTypes target) {
        this.local = local;
        this.target = target;
    }

    /**
     * The candidates for a named local type, in the order of ids. Modules are asked only if the kernel proper has
     * none.
     */
    List<Candidate> of(int localId) {
        return byLocalId.computeIfAbsent(localId, this::find);
    }

    /**
     * Keeps only those that matched once, for the relocations that come later. The list given out before does not
     * change.
     *
     * @param matching some of what {@link #of} returned
     */
    void reduce(int localId, List<Candidate> matching) {
        byLocalId.put(localId, List.copyOf(matching));
    }

    private List<Candidate> find(int localId) {
        String name = EssentialName.of(local.nameOf(localId));
        int kind = local.kindNumber(localId);
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
        for (PrimitiveIterator.OfInt ids = btf.ownByEssentialName(name).iterator(); ids.hasNext();) {
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
        return kind == BtfKind.BTF_KIND_ENUM.ordinal() || kind == BtfKind.BTF_KIND_ENUM64.ordinal();
    }
}
