package bpf4j.examples.demo.dctcp;

import bpf4j.examples.BundledObject;
import bpf4j.examples.demo.dctcp.Network.Place;
import bpf4j.kernel.GlobalVariable;
import bpf4j.kernel.KernelVersion;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.link.Link;
import bpf4j.link.NetInterface;
import bpf4j.link.Position;
import bpf4j.link.TcDirection;
import bpf4j.link.TcFilter;
import bpf4j.link.TcxLink;
import java.io.Closeable;
import java.io.IOException;

/** The BPF programs before and behind the queue: they measure it and, where nobody else does, mark. */
final class SwitchPort implements Closeable {

    private static final KernelVersion FIRST_WITH_TCX = new KernelVersion(6, 6, 0);

    /**
     * How much there has been so far.
     *
     * @param packets packets that came to the queue
     * @param marked packets that came out of it marked
     * @param dropped packets that did not fit
     */
    record Counts(long packets, long marked, long dropped) {

        Counts since(Counts earlier) {
            return new Counts(packets - earlier.packets, marked - earlier.marked, dropped - earlier.dropped);
        }
    }

    private final LoadedObject object;
    private final Link before;
    private final Link behind;
    private final GlobalVariable enteredBytes;
    private final GlobalVariable leftBytes;

    private SwitchPort(LoadedObject object, Link before, Link behind) {
        this.object = object;
        this.before = before;
        this.behind = behind;
        this.enteredBytes = object.variable("entered_bytes");
        this.leftBytes = object.variable("left_bytes");
    }

    static SwitchPort attach(Network network, Bottleneck bottleneck) throws IOException, InterruptedException {
        LoadedObject object = BundledObject.read("queue_mark.bpf.o")
                .withVariable("marks", !network.hasRed())
                .withVariable("mark_above_bytes", bottleneck.markAboveBytes())
                .withVariable("buffer_bytes", bottleneck.bufferBytes())
                .load();
        Link behind = null;
        try {
            behind = network.inside(Place.RECEIVER, () ->
                    attach(object.program("leave"), Network.TO_SWITCH, TcDirection.INGRESS));
            Link before = network.inside(Place.SWITCH, () ->
                    attach(object.program("enter"), Network.TO_RECEIVER, TcDirection.EGRESS));
            return new SwitchPort(object, before, behind);
        } catch (IOException | InterruptedException | RuntimeException e) {
            try (object; Link _ = behind) {
                throw e;
            }
        }
    }

    private static Link attach(LoadedProgram program, String name, TcDirection direction) {
        NetInterface netInterface = NetInterface.named(name);
        KernelVersion running = KernelVersion.parse(System.getProperty("os.version")).orElseThrow();
        boolean tcx = running.compareTo(FIRST_WITH_TCX) >= 0;
        return tcx ? TcxLink.attach(program, netInterface, direction, Position.last())
                : TcFilter.attach(program, netInterface, direction);
    }

    /** {@return how much is queued; a packet that is on its way between both programs counts} */
    long queuedBytes() {
        // In this order it cannot come out negative.
        long left = leftBytes.getLong();
        return enteredBytes.getLong() - left;
    }

    /** Takes the queue for empty as it is now, when nobody sends. */
    void settle() {
        leftBytes.set(enteredBytes.getLong());
    }

    Counts counts() {
        return new Counts(object.variable("entered_packets").getLong(), object.variable("marked_packets").getLong(),
                object.variable("dropped_packets").getLong());
    }

    @Override
    public void close() {
        try (object; behind) {
            before.close();
        }
    }
}
