package bpf4j.bench;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.TimedKernel;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads objects in a process that has loaded before: reads the file, fits it to the kernel, loads it. Nothing is
 * attached and no struct_ops registered. Closing is not counted.
 */
final class LoadComparison {

    private static final int PAIRS = 9;
    private static final long WARM_UP_NANOS = 2_000_000_000L;
    private static final long TURN_NANOS = 150_000_000L;

    private final Peer peer;
    private final Report report;
    private final TimedKernel kernel = new TimedKernel();

    LoadComparison(Peer peer, Report report) {
        this.peer = peer;
        this.report = report;
    }

    /** Medians of one turn, in nanoseconds. */
    private record Turn(double wall, double inside) {

        static Turn of(long[] walls, long[] insides) {
            return new Turn(Pairs.median(walls), Pairs.median(insides));
        }

        double outside() {
            return wall - inside;
        }
    }

    void run(List<Path> objects) throws IOException {
        report.header("object", "wall", "outside `bpf(2)`", "µs, ours", "libbpf", "of which inside, ours", "libbpf");
        for (Path object : objects) {
            compare(object);
        }
    }

    private void compare(Path object) throws IOException {
        long end = System.nanoTime() + WARM_UP_NANOS;
        long loads = 0;
        do {
            load(object, 1);
            loads++;
        } while (System.nanoTime() < end);
        int count = Math.clamp(loads * TURN_NANOS / WARM_UP_NANOS, 1, 100);
        peer(object, 1);
        List<Turn> ours = new ArrayList<>();
        List<Turn> theirs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            ours.add(load(object, count));
            theirs.add(peer(object, count));
        }
        Pairs wall = Pairs.of(ours, theirs, Turn::wall);
        Pairs outside = Pairs.of(ours, theirs, Turn::outside);
        Pairs inside = Pairs.of(ours, theirs, Turn::inside);
        report.row(List.of(String.valueOf(object.getFileName()), wall.ratioText(), outside.ratioText(),
                Report.micros(wall.oursMedian()), Report.micros(wall.peerMedian()), Report.micros(inside.oursMedian()),
                Report.micros(inside.peerMedian())));
    }

    private Turn load(Path object, int count) throws IOException {
        long[] walls = new long[count];
        long[] insides = new long[count];
        for (int i = 0; i < count; i++) {
            long inside = kernel.bpfNanos();
            long start = System.nanoTime();
            LoadedObject loaded = BpfObject.read(object).load(kernel.options());
            walls[i] = System.nanoTime() - start;
            insides[i] = kernel.bpfNanos() - inside;
            loaded.close();
        }
        return Turn.of(walls, insides);
    }

    private Turn peer(Path object, int count) {
        long[] answer = peer.ask("load %d %s".formatted(count, object));
        long[] walls = new long[count];
        long[] insides = new long[count];
        for (int i = 0; i < count; i++) {
            walls[i] = answer[2 * i];
            insides[i] = answer[2 * i + 1];
        }
        return Turn.of(walls, insides);
    }
}
