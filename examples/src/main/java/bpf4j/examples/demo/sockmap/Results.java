package bpf4j.examples.demo.sockmap;

import bpf4j.examples.demo.Spread;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What all rounds gave. Not thread-safe. */
final class Results {

    private static final double NANOS_PER_MICRO = 1e3;

    private final SequencedMap<Case, Map<Way, List<RoundTrips>>> rounds = new LinkedHashMap<>();

    void add(Case content, Way way, RoundTrips measured) {
        rounds.computeIfAbsent(content, _ -> new EnumMap<>(Way.class)).computeIfAbsent(way, _ -> new ArrayList<>())
                .add(measured);
    }

    /** {@return what was measured, in the order of measuring} */
    List<Case> cases() {
        return List.copyOf(rounds.keySet());
    }

    List<RoundTrips> rounds(Case content, Way way) {
        return rounds.get(content).get(way);
    }

    /** {@return all of one way} */
    Stream<RoundTrips> all(Way way) {
        return rounds.values().stream().flatMap(ways -> ways.get(way).stream());
    }

    Spread p50Micros(Case content, Way way) {
        return spread(content, way, trips -> trips.p50Nanos() / NANOS_PER_MICRO);
    }

    Spread p90Micros(Case content, Way way) {
        return spread(content, way, trips -> trips.p90Nanos() / NANOS_PER_MICRO);
    }

    Spread p99Micros(Case content, Way way) {
        return spread(content, way, trips -> trips.p99Nanos() / NANOS_PER_MICRO);
    }

    Spread perSecond(Case content, Way way) {
        return spread(content, way, RoundTrips::perSecond);
    }

    /** {@return how many times as long the P50 by TCP is as that by the sockmap, taken within each round} */
    Spread timesShorter(Case content) {
        return Spread.ofRatios(numbers(content, Way.TCP, RoundTrips::p50Nanos),
                numbers(content, Way.REDIRECTED, RoundTrips::p50Nanos));
    }

    private Spread spread(Case content, Way way, ToDoubleFunction<RoundTrips> number) {
        return Spread.of(numbers(content, way, number));
    }

    private List<Double> numbers(Case content, Way way, ToDoubleFunction<RoundTrips> number) {
        return rounds(content, way).stream().mapToDouble(number).boxed().toList();
    }
}
