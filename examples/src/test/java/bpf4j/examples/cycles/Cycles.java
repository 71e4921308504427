package bpf4j.examples.cycles;

import bpf4j.sys.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads, attaches and unloads an example again and again, and shows what grows meanwhile: nothing should. Growth is
 * counted from a tenth of the cycles on, when classes are loaded and code is compiled. {@code bench/cycles} starts it.
 */
public final class Cycles {

    private static final int USUAL = 10_000;
    private static final int SAMPLES = 10;
    /** Compiled code, and what the C library's allocator keeps; a leak of a page a cycle would be ten times as much. */
    private static final long JVM_KIB = 4096;
    private static final long JVM_HEAP_KIB = 512;
    private static final long JVM_MAPPINGS = 20;
    /** Other processes load and unload too; a leak would be one for each cycle. */
    private static final int CYCLES_PER_FOREIGN_OBJECT = 20;

    /**
     * What came of it.
     *
     * @param attachments how many there were in each cycle
     * @param samples ten of them
     * @param collected descriptors that the garbage collector found open
     * @param nanosPerCycle time of a cycle, on average
     */
    record Report(int attachments, List<Sample> samples, long collected, long nanosPerCycle) {

        Sample growth() {
            return samples.getLast().since(samples.getFirst());
        }

        /** {@return what has grown by more than the JVM itself does, empty if nothing has} */
        List<String> problems() {
            List<String> found = new ArrayList<>();
            Sample growth = growth();
            long foreign = Math.max(growth.cycles() / CYCLES_PER_FOREIGN_OBJECT, 1);
            List<Long> bounds = List.of(Long.MAX_VALUE, 0L, JVM_KIB, JVM_HEAP_KIB, JVM_MAPPINGS, JVM_KIB, foreign,
                    foreign, foreign, foreign);
            for (int i = 0; i < bounds.size(); i++) {
                if (growth.figures().get(i) > bounds.get(i)) {
                    found.add("%s: %d more, at most %d are expected".formatted(Sample.COLUMNS.get(i),
                            growth.figures().get(i), bounds.get(i)));
                }
            }
            if (collected != 0) {
                found.add(collected + " descriptors were left to the garbage collector");
            }
            return found;
        }
    }

    private Cycles() {
    }

    /**
     * Runs cycles and prints what there is after each tenth of them.
     *
     * @param args the example, and how many cycles, 10,000 if that is left out
     * @throws Exception if the system refuses something
     */
    public static void main(String[] args) throws Exception {
        CycledExample example = args.length == 0 ? null : CycledExample.named(args[0]).orElse(null);
        int count = args.length > 1 ? Integer.parseInt(args[1]) : USUAL;
        if (example == null || args.length > 2 || count < SAMPLES || count % SAMPLES != 0) {
            System.err.println("usage: cycles EXAMPLE [CYCLES, a multiple of ten]; EXAMPLE is one of "
                    + Stream.of(CycledExample.values()).map(Object::toString).collect(Collectors.joining(", ")));
            System.exit(2);
        }
        System.out.println(example + ": " + count + " cycles");
        System.out.println(row(Sample.COLUMNS));
        Report report;
        try (Place place = Place.make()) {
            report = run(example, place, count, sample -> System.out.println(row(sample.figures())));
        }
        System.out.println(row(report.growth().figures()) + "  growth");
        System.out.printf("%d attachments and %.2f ms for each cycle%n", report.attachments,
                report.nanosPerCycle / 1e6);
        report.problems().forEach(System.out::println);
        System.exit(report.problems().isEmpty() ? 0 : 1);
    }

    /** Is told each sample when it is taken. */
    interface Progress {
        void sampled(Sample sample);
    }

    private static Report run(CycledExample example, Place place, int count, Progress progress) throws Exception {
        return place.call(() -> {
            List<Sample> samples = new ArrayList<>();
            long collected = Fd.leakCount();
            int attachments = 0;
            long nanos = 0;
            for (int part = 1; part <= SAMPLES; part++) {
                long start = System.nanoTime();
                for (int i = 0; i < count / SAMPLES; i++) {
                    attachments = example.cycle(place, _ -> { });
                }
                nanos += System.nanoTime() - start;
                samples.add(Sample.take((long) count / SAMPLES * part));
                progress.sampled(samples.getLast());
            }
            return new Report(attachments, samples, Fd.leakCount() - collected, nanos / count);
        });
    }

    private static String row(List<?> cells) {
        return cells.stream().map("%10s"::formatted).collect(Collectors.joining(" "));
    }
}
