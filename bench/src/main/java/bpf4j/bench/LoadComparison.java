package bpf4j.bench;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.TimedKernel;
import bpf4j.object.BpfObject;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Loads objects in a process that has loaded before: reads the file, fits it to the kernel, loads it. Nothing is
 * attached and no struct_ops registered. Closing is not counted.
 */
final class LoadComparison {

    private static final int PAIRS = 7;
    private static final long SECOND = 1_000_000_000L;
    /** For all objects together; one that takes the verifier half a second is loaded a few times only. */
    private static final long WARM_UP_NANOS = 30 * SECOND;
    private static final long WARM_UP_TURN_NANOS = SECOND / 4;
    private static final long TURN_NANOS = SECOND / 8;
    private static final int MOST_LOADS_PER_TURN = 100;

    private final Peer peer;
    private final Report report;
    private final TimedKernel kernel = new TimedKernel();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    LoadComparison(Peer peer, Report report) {
        this.peer = peer;
        this.report = report;
    }

    /** Medians of one turn, in nanoseconds and bytes. */
    private record Turn(double wall, double inside, double allocated) {

        double outside() {
            return wall - inside;
        }
    }

    /** One object's turns. */
    private record Compared(List<Turn> ours, List<Turn> peer) {

        Pairs pairs(ToDoubleFunction<Turn> figure) {
            return Pairs.of(ours, peer, figure);
        }
    }

    void run(List<Path> objects) throws IOException {
        warmUp(objects);
        report.header("object", "wall", "outside `bpf(2)`", "wall µs, ours", "libbpf", "outside µs, ours", "libbpf",
                "allocated kB");
        List<Compared> all = new ArrayList<>();
        for (Path object : objects) {
            Compared compared = compare(object);
            all.add(compared);
            row(String.valueOf(object.getFileName()), compared);
        }
        row("all, one after the other", sum(all));
    }

    private void row(String name, Compared compared) {
        Pairs wall = compared.pairs(Turn::wall);
        Pairs outside = compared.pairs(Turn::outside);
        report.row(List.of(name, wall.ratioText(), outside.ratioText(), Report.micros(wall.oursMedian()),
                Report.micros(wall.peerMedian()), Report.micros(outside.oursMedian()),
                Report.micros(outside.peerMedian()),
                "%,.0f".formatted(compared.pairs(Turn::allocated).oursMedian() / 1000)));
    }

    private static Compared sum(List<Compared> all) {
        List<Turn> ours = new ArrayList<>();
        List<Turn> peers = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            int pair = i;
            ours.add(total(all.stream().map(c -> c.ours.get(pair)).toList()));
            peers.add(total(all.stream().map(c -> c.peer.get(pair)).toList()));
        }
        return new Compared(ours, peers);
    }

    private static Turn total(List<Turn> turns) {
        return new Turn(turns.stream().mapToDouble(Turn::wall).sum(), turns.stream().mapToDouble(Turn::inside).sum(),
                turns.stream().mapToDouble(Turn::allocated).sum());
    }

    /** All objects in turns, so that none has the compiler's attention at another's cost. */
    private void warmUp(List<Path> objects) throws IOException {
        long end = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < end) {
            for (Path object : objects) {
                long turnEnd = System.nanoTime() + WARM_UP_TURN_NANOS;
                do {
                    load(object, 1);
                } while (System.nanoTime() < turnEnd);
            }
        }
    }

    private Compared compare(Path object) throws IOException {
        peer(object, 1);
        int count = Math.clamp((long) (TURN_NANOS / load(object, 2).wall), 1, MOST_LOADS_PER_TURN);
        Compared result = new Compared(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < PAIRS; i++) {
            result.ours.add(load(object, count));
            result.peer.add(peer(object, count));
        }
        return result;
    }

    private Turn load(Path object, int count) throws IOException {
        long[] walls = new long[count];
        long[] insides = new long[count];
        long[] allocated = new long[count];
        for (int i = 0; i < count; i++) {
            long inside = kernel.bpfNanos();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            LoadedObject loaded = BpfObject.read(object).load(kernel.options());
            walls[i] = System.nanoTime() - start;
            allocated[i] = threads.getCurrentThreadAllocatedBytes() - bytes;
            insides[i] = kernel.bpfNanos() - inside;
            loaded.close();
        }
        return new Turn(Pairs.median(walls), Pairs.median(insides), Pairs.median(allocated));
    }

    private Turn peer(Path object, int count) {
        long[] answer = peer.ask("load %d %s".formatted(count, object));
        long[] walls = new long[count];
        long[] insides = new long[count];
        for (int i = 0; i < count; i++) {
            walls[i] = answer[2 * i];
            insides[i] = answer[2 * i + 1];
        }
        return new Turn(Pairs.median(walls), Pairs.median(insides), 0);
    }
}
