package bpf4j.cli;

import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.Reference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Which subprograms a function needs. */
final class CallGraph {

    private CallGraph() {
    }

    /** {@return what the function calls or hands over as a callback, and what that calls, nearest first, without itself} */
    static List<BpfFunction> below(BpfObject object, BpfFunction function) {
        SequencedSet<BpfFunction> found = new LinkedHashSet<>(List.of(function));
        List<BpfFunction> unread = new ArrayList<>(List.of(function));
        while (!unread.isEmpty()) {
            for (Reference reference : unread.removeFirst().references()) {
                int callee = switch (reference) {
                    case Reference.CallReference call -> call.function();
                    case Reference.FunctionReference callback -> callback.function();
                    case Reference.MapReference _, Reference.DataReference _, Reference.ExternReference _ -> -1;
                };
                if (callee >= 0 && found.add(object.functions().get(callee))) {
                    unread.add(object.functions().get(callee));
                }
            }
        }
        found.removeFirst();
        return List.copyOf(found);
    }
}
