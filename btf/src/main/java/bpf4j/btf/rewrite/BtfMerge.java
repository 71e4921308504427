package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several BTFs made one: all their types, each of them once. Sections of the same name become one section with the
 * variables of all, one input's behind the other's. Not thread-safe.
 */
public final class BtfMerge {

    private final BtfBuilder all = new BtfBuilder();
    private final Map<String, Integer> sections = new HashMap<>();
    private Btf first;

    /** Starts with nothing. */
    public BtfMerge() {
    }

    /**
     * Adds types.
     *
     * @param btf the types; of a split BTF those of its base are added, too
     * @throws BtfFormatException if a type is malformed or of an unknown kind, or the byte orders differ
     */
    public void add(Btf btf) {
        if (first != null && btf.order() != first.order()) {
            throw new BtfFormatException("%s: 0x0: byte order differs from that of '%s'"
                    .formatted(btf.name(), first.name()));
        }
        List<BtfType> types = new ArrayList<>();
        int[] newIds = new int[btf.typeCount()];
        int next = all.nextId();
        for (int id = 1; id < newIds.length; id++) {
            BtfType type = btf.type(id);
            Integer section = type instanceof BtfType.DataSec ? sections.putIfAbsent(type.name(), next) : null;
            newIds[id] = section == null ? next++ : section;
            types.add(type);
        }
        for (int i = 0; i < types.size(); i++) {
            BtfType type = TypeIds.map(types.get(i), id -> newIds[id]);
            if (newIds[i + 1] < all.nextId()) {
                all.set(newIds[i + 1], joined((BtfType.DataSec) all.get(newIds[i + 1]), (BtfType.DataSec) type));
            } else {
                all.add(type);
            }
        }
        first = first == null ? btf : first;
    }

    /**
     * Merges what was added.
     *
     * @param name what messages call the result
     * @return the types, in the order in which they were added
     * @throws IllegalStateException if nothing was added
     */
    public Btf build(String name) {
        if (first == null) {
            throw new IllegalStateException("no types were added");
        }
        return Deduplication.of(all.build(first.order(), name)).result();
    }

    /** Compilers leave sizes and offsets 0 for linkers to fill in; where they are known they stay true. */
    private static BtfType.DataSec joined(BtfType.DataSec before, BtfType.DataSec behind) {
        List<BtfType.SectionVar> variables = new ArrayList<>(before.variables());
        behind.variables().forEach(v -> variables.add(
                new BtfType.SectionVar(v.typeId(), before.sizeBytes() + v.offsetBytes(), v.sizeBytes())));
        return new BtfType.DataSec(before.name(), before.sizeBytes() + behind.sizeBytes(), variables);
    }
}
