package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What all rounds gave. Not thread-safe. */
final class Results {

    private final Bottleneck bottleneck;
    private final boolean red;
    private final Series idleProbe;
    private final SequencedMap<Contender, List<Flow>> rounds = new LinkedHashMap<>();

    /**
     * Starts with no connection.
     *
     * @param bottleneck where they queue
     * @param red whether the kernel's RED marks there, rather than a BPF program
     * @param idleProbe how many milliseconds packets took while there was no connection
     */
    Results(Bottleneck bottleneck, boolean red, Series idleProbe) {
        this.bottleneck = bottleneck;
        this.red = red;
        this.idleProbe = idleProbe;
    }

    void add(Contender contender, Flow flow) {
        rounds.computeIfAbsent(contender, _ -> new ArrayList<>()).add(flow);
    }

    Bottleneck bottleneck() {
        return bottleneck;
    }

    boolean red() {
        return red;
    }

    Series idleProbe() {
        return idleProbe;
    }

    List<Contender> contenders() {
        return List.copyOf(rounds.keySet());
    }

    List<Flow> flows(Contender contender) {
        return rounds.get(contender);
    }

    Stream<Flow> all() {
        return rounds.values().stream().flatMap(List::stream);
    }

    /** {@return the connection to show: that of the middle round} */
    Flow shown(Contender contender) {
        List<Flow> flows = rounds.get(contender);
        return flows.get(flows.size() / 2);
    }

    Spread spread(Contender contender, ToDoubleFunction<Flow> number) {
        return Spread.of(flows(contender).stream().mapToDouble(number).boxed().toList());
    }

    double median(Contender contender, ToDoubleFunction<Flow> number) {
        return spread(contender, number).median();
    }

    long sum(Contender contender, ToLongFunction<Flow> number) {
        return flows(contender).stream().mapToLong(number).sum();
    }
}
