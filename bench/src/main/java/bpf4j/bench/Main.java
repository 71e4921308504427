package bpf4j.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code bench/run} starts: {@code PEER COMPARISON [CORPUS]}. */
public final class Main {

    private static final int LARGE_OBJECTS = 10;

    private Main() {
    }

    /**
     * Runs one comparison.
     *
     * @param args the peer's program; the comparison: load, btf, relocate or rates; the comparison's own arguments
     * @throws IOException if the peer or an object cannot be read
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("the peer's program and a comparison are needed");
        }
        List<String> rest = List.of(args).subList(2, args.length);
        Report report = new Report();
        try (Peer peer = Peer.start(Path.of(args[0]))) {
            report.machine(peer);
            switch (args[1]) {
                case "load" -> new LoadComparison(peer, report).run(objectsToLoad(rest, peer));
                case "btf" -> new BtfComparison(peer, report).run();
                case "relocate" -> new RelocationComparison(peer, report).run(Corpus.objects(Path.of(rest.getFirst())));
                case "rates" -> {
                    try (RatesComparison rates = new RatesComparison(peer, report, Path.of(rest.getFirst()))) {
                        rates.run();
                    }
                }
                default -> throw new IllegalArgumentException(args[1] + ": no such comparison");
            }
        }
    }

    /** Objects by name; of a folder, the largest that load. */
    private static List<Path> objectsToLoad(List<String> names, Peer peer) throws IOException {
        List<Path> objects = new ArrayList<>();
        for (String name : names) {
            Path path = Path.of(name);
            if (path.toFile().isDirectory()) {
                objects.addAll(Corpus.largestThatLoad(path, LARGE_OBJECTS, peer));
            } else {
                objects.add(path);
            }
        }
        return objects;
    }
}
