package bpf4j.bench;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.kernel.KernelBtf;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Opens the kernel's types in a process that has done it before, beside {@code btf__load_vmlinux_btf}. Ours includes
 * the index of names, which libbpf does not make: it looks for each name from the first type on.
 */
final class BtfComparison {

    private static final int PAIRS = 15;
    private static final int OPENS_PER_TURN = 10;
    private static final int WARM_UP_OPENS = 300;
    private static final int RETAINED_COPIES = 20;

    private final Peer peer;
    private final Report report;

    BtfComparison(Peer peer, Report report) {
        this.peer = peer;
        this.report = report;
    }

    void run() {
        for (int i = 0; i < WARM_UP_OPENS; i++) {
            open();
        }
        peer.ask("btf 10");
        Pairs open = Pairs.alternate(PAIRS, () -> median(this::open), this::peer);
        report.header("kernel BTF", "ratio", "µs, ours", "libbpf");
        report.row(List.of("open and index", open.ratioText(), Report.micros(open.oursMedian()),
                Report.micros(open.peerMedian())));
        long allocatedBytes = allocatedBytes();
        report.note("%,d types; retained heap %,d bytes; allocated by one open and index %,d bytes", typeCount(),
                retainedBytes(), allocatedBytes);
    }

    private interface Timed {

        /** Does it once and returns nanoseconds. */
        long run();
    }

    private static double median(Timed timed) {
        long[] nanos = new long[OPENS_PER_TURN];
        Arrays.setAll(nanos, _ -> timed.run());
        return Pairs.median(nanos);
    }

    private long open() {
        long start = System.nanoTime();
        try (KernelBtf kernel = new KernelBtf()) {
            index(kernel);
            return System.nanoTime() - start;
        }
    }

    private double peer() {
        long[] answer = peer.ask("btf " + OPENS_PER_TURN);
        long[] nanos = new long[OPENS_PER_TURN];
        Arrays.setAll(nanos, i -> answer[2 * i]);
        return Pairs.median(nanos);
    }

    private static Btf index(KernelBtf kernel) {
        Btf types = kernel.vmlinux();
        types.find("tcp_congestion_ops", BtfKind.BTF_KIND_STRUCT).orElseThrow();
        return types;
    }

    private static int typeCount() {
        try (KernelBtf kernel = new KernelBtf()) {
            return kernel.vmlinux().typeCount();
        }
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (KernelBtf kernel = new KernelBtf()) {
            index(kernel);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** What one open and indexed BTF keeps of the heap: the growth by several, after collections. */
    private static long retainedBytes() {
        List<KernelBtf> kept = new ArrayList<>();
        long before = usedBytes();
        for (int i = 0; i < RETAINED_COPIES; i++) {
            KernelBtf kernel = new KernelBtf();
            index(kernel);
            kept.add(kernel);
        }
        long retained = (usedBytes() - before) / RETAINED_COPIES;
        kept.forEach(KernelBtf::close);
        return retained;
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
