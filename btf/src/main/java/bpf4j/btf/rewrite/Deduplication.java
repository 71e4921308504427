package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import bpf4j.btf.rewrite.TypeGraph.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A BTF with each type once. Types are the same if nobody can tell them apart by looking at names, sizes, members and,
 * in turn, the types of those. A forward declaration is the same as the struct or union that it declares, where a type
 * has the one and its double has the other, or where there is only one of its name. Variables and sections are never
 * merged; they belong to objects and not to types.
 *
 * <p>The types of a split BTF are merged with those of its base, which stays as it is. Types keep their order, the
 * first of equals stays, and strings that no type uses are dropped, those of {@code .BTF.ext} among them. Immutable
 * and thread-safe.
 */
public final class Deduplication {

    private final Btf result;
    private final int[] newIds;

    private Deduplication(Btf result, int[] newIds) {
        this.result = result;
        this.newIds = newIds;
    }

    /**
     * Merges equal types.
     *
     * @param btf the types; a split BTF keeps its base
     * @return the result and what has become of each id
     * @throws BtfFormatException if a type is malformed or of an unknown kind
     */
    public static Deduplication of(Btf btf) {
        return new Run(btf).result();
    }

    /** {@return the BTF with each type once, of the same byte order, name and base} */
    public Btf result() {
        return result;
    }

    /**
     * Follows a type.
     *
     * @param oldId an id of the original
     * @return its id in the result
     * @throws IndexOutOfBoundsException if the original has no such id
     */
    public int newId(int oldId) {
        return newIds[oldId];
    }

    /** One after the other: what refers to nothing, structs and unions, declarations, and what is built of those. */
    private static final class Run {

        private final Btf btf;
        private final TypeGraph graph;
        private final Equivalence same;

        Run(Btf btf) {
            this.btf = btf;
            this.graph = new TypeGraph(btf);
            this.same = new Equivalence(graph);
        }

        Deduplication result() {
            mergeLeaves();
            defineDeclarations(BtfType.Enumeration.class);
            mergeComposites();
            defineDeclarations(BtfType.Composite.class);
            new ReferenceMerge(graph, same).run();
            return write();
        }

        private void mergeLeaves() {
            Map<Integer, Integer> first = new HashMap<>();
            for (int id = 1; id < graph.size(); id++) {
                if (graph.role(id) == Role.LEAF || graph.role(id) == Role.FORWARD) {
                    Integer known = first.putIfAbsent(graph.shape(id), id);
                    if (known != null) {
                        same.unite(known, id);
                    }
                }
            }
        }

        private void mergeComposites() {
            Map<Long, List<Integer>> bySignature = new HashMap<>();
            for (int id = 1; id < graph.size(); id++) {
                if (graph.role(id) == Role.COMPOSITE && same.find(id) == id) {
                    List<Integer> known = bySignature.computeIfAbsent(graph.signature(id), _ -> new ArrayList<>(1));
                    if (!graph.isOwn(id) || !isOneOf(known, id)) {
                        known.add(id);
                    }
                }
            }
        }

        private boolean isOneOf(List<Integer> known, int id) {
            for (int other : known) {
                if (same.exhausted()) {
                    return false;
                }
                if (same.test(id, other)) {
                    return true;
                }
            }
            return false;
        }

        /** Where a name has one definition only, that is what was declared. */
        private void defineDeclarations(Class<? extends BtfType> kind) {
            Map<String, List<Integer>> definitions = new HashMap<>();
            for (int id = 1; id < graph.size(); id++) {
                if (kind.isInstance(graph.type(id)) && graph.role(id) != Role.FORWARD && same.find(id) == id
                        && !graph.type(id).name().isEmpty()) {
                    definitions.computeIfAbsent(graph.type(id).name(), _ -> new ArrayList<>(1)).add(id);
                }
            }
            for (int id = graph.firstOwnId(); id < graph.size(); id++) {
                int forward = same.find(id);
                if (graph.role(id) == Role.FORWARD && graph.role(forward) == Role.FORWARD && graph.isOwn(forward)) {
                    List<Integer> found = definitions.getOrDefault(graph.type(id).name(), List.of()).stream()
                            .filter(definition -> graph.declares(forward, definition)).toList();
                    if (found.size() == 1) {
                        same.unite(forward, found.getFirst());
                    }
                }
            }
        }

        private Deduplication write() {
            int[] newIds = new int[graph.size()];
            int next = graph.firstOwnId();
            for (int id = 0; id < newIds.length; id++) {
                newIds[id] = graph.isOwn(id) && same.find(id) == id ? next++ : id;
            }
            for (int id = graph.firstOwnId(); id < newIds.length; id++) {
                newIds[id] = newIds[same.find(id)];
            }
            BtfBuilder builder = btf.base().map(BtfBuilder::onBase).orElseGet(BtfBuilder::new);
            for (int id = graph.firstOwnId(); id < newIds.length; id++) {
                if (same.find(id) == id) {
                    builder.add(TypeIds.map(graph.type(id), old -> newIds[old]));
                }
            }
            return new Deduplication(builder.build(btf.order(), btf.name()), newIds);
        }
    }
}
