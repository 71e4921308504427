package bpf4j.bench;

import bpf4j.btf.BtfKind;
import bpf4j.kernel.KernelBtf;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Opens the kernel's types in a process that has done it before, beside {@code btf__load_vmlinux_btf}. That makes
 * no index of names, as libbpf looks for each from the first type on; ours is measured without and with.
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
            open(BtfComparison::indexAll);
        }
        peer.ask("btf 10");
        report.header("kernel BTF", "ratio", "µs, ours", "libbpf");
        row("open", KernelBtf::vmlinux);
        row("open, and index the names of types", BtfComparison::index);
        row("open, and index all names", BtfComparison::indexAll);
        report.note("%,d types; retained heap %,d bytes, with all names %,d; allocated by open and index %,d bytes",
                typeCount(), retainedBytes(BtfComparison::index), retainedBytes(BtfComparison::indexAll),
                allocatedBytes());
    }

    private void row(String what, Consumer<KernelBtf> use) {
        Pairs open = Pairs.alternate(PAIRS, () -> median(() -> open(use)), this::peer);
        report.row(List.of(what, open.ratioText(), Report.micros(open.oursMedian()), Report.micros(open.peerMedian())));
    }

    private static double median(LongSupplier nanosOfOne) {
        long[] nanos = new long[OPENS_PER_TURN];
        Arrays.setAll(nanos, _ -> nanosOfOne.getAsLong());
        return Pairs.median(nanos);
    }

    private static long open(Consumer<KernelBtf> use) {
        long start = System.nanoTime();
        try (KernelBtf kernel = new KernelBtf()) {
            use.accept(kernel);
            return System.nanoTime() - start;
        }
    }

    private double peer() {
        long[] answer = peer.ask("btf " + OPENS_PER_TURN);
        long[] nanos = new long[OPENS_PER_TURN];
        Arrays.setAll(nanos, i -> answer[2 * i]);
        return Pairs.median(nanos);
    }

    private static void index(KernelBtf kernel) {
        kernel.vmlinux().find("tcp_congestion_ops", BtfKind.BTF_KIND_STRUCT).orElseThrow();
    }

    private static void indexAll(KernelBtf kernel) {
        index(kernel);
        kernel.vmlinux().find("tcp_slow_start", BtfKind.BTF_KIND_FUNC).orElseThrow();
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
    private static long retainedBytes(Consumer<KernelBtf> use) {
        List<KernelBtf> kept = new ArrayList<>();
        long before = usedBytes();
        for (int i = 0; i < RETAINED_COPIES; i++) {
            KernelBtf kernel = new KernelBtf();
            use.accept(kernel);
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
