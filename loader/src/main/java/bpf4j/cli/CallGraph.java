package bpf4j.cli;

import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Which subprograms a function needs. */
final class CallGraph {

    private CallGraph() {
    }

    /** {@return what the function itself calls or hands over as a callback, each once} */
    static SequencedSet<BpfFunction> directly(BpfObject object, BpfFunction function) {
        SequencedSet<BpfFunction> found = new LinkedHashSet<>();
        for (Reference reference : function.references()) {
            switch (reference) {
                case Reference.CallReference call -> found.add(object.functions().get(call.function()));
                case Reference.FunctionReference callback -> found.add(object.functions().get(callback.function()));
                case Reference.MapReference _, Reference.DataReference _, Reference.ExternReference _ -> { }
            }
        }
        return found;
    }

    /** {@return the function and all that it needs, nearest first} */
    static SequencedSet<BpfFunction> from(BpfObject object, BpfFunction function) {
        SequencedSet<BpfFunction> found = new LinkedHashSet<>(List.of(function));
        Deque<BpfFunction> unread = new ArrayDeque<>(found);
        while (!unread.isEmpty()) {
            for (BpfFunction callee : directly(object, unread.removeFirst())) {
                if (found.add(callee)) {
                    unread.add(callee);
                }
            }
        }
        return found;
    }
}
