package bpf4j.btf.rewrite;

import bpf4j.btf.rewrite.TypeGraph.Role;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which types are the same. Two structs are if one cannot tell them apart by walking: to find out, they are assumed to
 * be, and so is each pair of types that a walk through both at once comes to, until a pair differs or there is none
 * left. The classes of types assumed to be the same are kept as a forest in which each type points towards the one
 * that stands for its class; assumptions are taken back if they turn out wrong.
 */
final class Equivalence {

    /**
     * Pairs that all comparisons together may look at for each type; beyond that, types stay apart. Two kernels' types
     * one behind the other need less than one.
     */
    private static final int PAIRS_PER_TYPE = 16;

    private final TypeGraph graph;
    private final int[] parents;
    private final Set<Long> different = new HashSet<>();
    private long pairsLeft;

    /** The walk: pairs in the order in which they were come to, each with the one that led there. */
    private int[] lefts = new int[64];
    private int[] rights = new int[64];
    private int[] origins = new int[64];
    private int end;
    /** Types that got a parent during the walk, in that order and as a set. */
    private int[] assumed = new int[64];
    private int assumedCount;
    private final BitSet assumptions = new BitSet();
    /** The pairs of the walk at which types stood for others by assumption. */
    private final BitSet indirect = new BitSet();

    Equivalence(TypeGraph graph) {
        this.graph = graph;
        this.parents = new int[graph.size()];
        Arrays.setAll(parents, id -> id);
        this.pairsLeft = (long) PAIRS_PER_TYPE * graph.size();
    }

    /** {@return the type that stands for all that are the same as {@code id}} */
    int find(int id) {
        int at = id;
        while (parents[at] != at) {
            at = parents[at];
        }
        return at;
    }

    /** Says that two types are the same, without a look at what they lead to. */
    void unite(int first, int second) {
        int a = find(first);
        int b = find(second);
        if (a != b) {
            boolean firstStands = stands(a, b);
            parents[firstStands ? b : a] = firstStands ? a : b;
        }
    }

    /** {@return whether so much has been compared that types are left apart from now on} */
    boolean exhausted() {
        return pairsLeft < 0;
    }

    /** Finds out whether two structs or unions are the same, and if so, remembers it with all that follows. */
    boolean test(int first, int second) {
        end = 0;
        assumedCount = 0;
        indirect.clear();
        push(first, second, -1);
        for (int at = 0; at < end; at++) {
            if (!assume(lefts[at], rights[at], at)) {
                refute(at);
                return false;
            }
        }
        confirm();
        return true;
    }

    private boolean assume(int first, int second, int at) {
        int a = find(first);
        int b = find(second);
        if (a == b) {
            return true;
        }
        indirect.set(at, standsByAssumption(first) || standsByAssumption(second));
        if (a == 0 || b == 0 || graph.role(a) == Role.UNIQUE || --pairsLeft < 0
                || different.contains(pair(a, b))) {
            return false;
        }
        boolean declared = graph.declares(a, b) || graph.declares(b, a);
        if (!declared && graph.shape(a) != graph.shape(b)) {
            return false;
        }
        boolean firstStands = stands(a, b);
        int loser = firstStands ? b : a;
        if (declared && !graph.isOwn(loser)) {
            // A base cannot refer to what is above it, so its declaration stays one.
            return false;
        }
        parents[loser] = firstStands ? a : b;
        if (assumedCount == assumed.length) {
            assumed = Arrays.copyOf(assumed, assumedCount * 2);
        }
        assumed[assumedCount++] = loser;
        assumptions.set(loser);
        if (!declared) {
            int[] left = graph.references(a);
            int[] right = graph.references(b);
            for (int i = 0; i < left.length; i++) {
                push(left[i], right[i], at);
            }
        }
        return true;
    }

    /** Definitions stand for declarations, types of a base for others, and among equals the first. */
    private boolean stands(int a, int b) {
        boolean forward = graph.role(a) == Role.FORWARD;
        if (forward != (graph.role(b) == Role.FORWARD)) {
            return !forward;
        }
        return a < b;
    }

    private void push(int left, int right, int origin) {
        if (left == right) {
            return;
        }
        if (end == lefts.length) {
            lefts = Arrays.copyOf(lefts, end * 2);
            rights = Arrays.copyOf(rights, end * 2);
            origins = Arrays.copyOf(origins, end * 2);
        }
        lefts[end] = left;
        rights[end] = right;
        origins[end++] = origin;
    }

    private boolean standsByAssumption(int id) {
        int at = id;
        while (parents[at] != at && !assumptions.get(at)) {
            at = parents[at];
        }
        return parents[at] != at;
    }

    /**
     * Takes all assumptions back. The pairs that led to the difference differ, too, and need not be walked again, up to
     * the first where it may be an assumption that was wrong.
     */
    private void refute(int at) {
        while (assumedCount > 0) {
            int id = assumed[--assumedCount];
            parents[id] = id;
            assumptions.clear(id);
        }
        for (int i = at; i >= 0 && !indirect.get(i) && different.size() < graph.size(); i = origins[i]) {
            different.add(pair(find(lefts[i]), find(rights[i])));
        }
    }

    /** Types built of others are left to be compared by what they are built of, names of parameters included. */
    private void confirm() {
        for (int i = 0; i < assumedCount; i++) {
            assumptions.clear(assumed[i]);
            if (graph.role(assumed[i]) == Role.REFERENCE) {
                parents[assumed[i]] = assumed[i];
            }
        }
    }

    /** Multiplied, as the hash of a long would make the same of all pairs of neighbours. */
    private static long pair(int a, int b) {
        return ((long) Math.min(a, b) << 32 | Math.max(a, b)) * 0x9e3779b97f4a7c15L;
    }
}
