package bpf4j.btf.rewrite;

import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import bpf4j.btf.rewrite.TypeGraph.Role;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Merges what is built of other types, from the inside out: with those merged, equal types have equal records. Types
 * that are built of themselves without a struct between, which C does not know, are not merged.
 */
final class ReferenceMerge {

    private final TypeGraph graph;
    private final Equivalence same;
    private final Map<BtfType, Integer> first = new HashMap<>();
    private final BitSet entered = new BitSet();
    private final BitSet left = new BitSet();

    ReferenceMerge(TypeGraph graph, Equivalence same) {
        this.graph = graph;
        this.same = same;
    }

    void run() {
        for (int id = 1; id < graph.size(); id++) {
            merge(id);
        }
    }

    private void merge(int start) {
        Deque<Integer> path = new ArrayDeque<>();
        path.push(start);
        while (!path.isEmpty()) {
            int id = path.peek();
            if (graph.role(id) != Role.REFERENCE || left.get(id)) {
                path.pop();
            } else if (!entered.get(id)) {
                entered.set(id);
                for (int inner : graph.references(id)) {
                    if (!entered.get(inner)) {
                        path.push(inner);
                    }
                }
            } else {
                path.pop();
                left.set(id);
                Integer known = first.putIfAbsent(TypeIds.map(graph.type(id), same::find), id);
                if (known != null) {
                    same.unite(known, id);
                }
            }
        }
    }
}
