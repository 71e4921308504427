package bpf4j.bench;

import bpf4j.btf.BtfFormatException;
import bpf4j.btf.KernelTypes;
import bpf4j.elf.ElfFormatException;
import bpf4j.kernel.KernelBtf;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.reloc.RelocatedObject;
import bpf4j.reloc.RelocationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads and relocates every object of a folder against the kernel's types, with no program or map made. Objects that
 * one side refuses are left out on both.
 */
final class RelocationComparison {

    private static final int PAIRS = 5;
    private static final int WARM_UP_ROUNDS = 4;

    private final Peer peer;
    private final Report report;
    private final KernelTypes kernel = KernelBtf.shared();

    RelocationComparison(Peer peer, Report report) {
        this.peer = peer;
        this.report = report;
    }

    void run(List<Path> objects) {
        List<Path> both = new ArrayList<>();
        long[] peerFirst = peerNanos(objects);
        for (int i = 0; i < peerFirst.length; i++) {
            if (peerFirst[i] != 0 && relocates(objects.get(i))) {
                both.add(objects.get(i));
            }
        }
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            relocateAll(both);
        }
        Pairs nanos = Pairs.alternate(PAIRS, () -> relocateAll(both), () -> Arrays.stream(peerNanos(both)).sum());
        report.header("relocation", "time, ratio", "objects/s, ours", "libbpf");
        report.row(List.of(both.size() + " objects", nanos.ratioText(), perSecond(both, nanos.oursMedian()),
                perSecond(both, nanos.peerMedian())));
        report.note("%d of %d objects, which both sides relocate", both.size(), objects.size());
    }

    private static String perSecond(List<Path> objects, double nanos) {
        return "%,.0f".formatted(objects.size() * 1e9 / nanos);
    }

    private long[] peerNanos(List<Path> objects) {
        return peer.ask(objects.stream().map(Path::toString).collect(Collectors.joining(" ", "relocate ", "")));
    }

    private boolean relocates(Path object) {
        try {
            relocate(object);
            return true;
        } catch (ElfFormatException | BtfFormatException | ObjectFormatException | RelocationException e) {
            return false;
        }
    }

    private double relocateAll(List<Path> objects) {
        long start = System.nanoTime();
        objects.forEach(this::relocate);
        return System.nanoTime() - start;
    }

    private RelocatedObject relocate(Path object) {
        try {
            return RelocatedObject.relocate(BpfObject.read(object), kernel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
