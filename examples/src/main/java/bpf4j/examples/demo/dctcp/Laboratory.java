package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.ChildJvm;
import bpf4j.examples.demo.dctcp.Network.Place;
import bpf4j.kernel.GlobalVariable;
import bpf4j.kernel.LoadedObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** The network with its processes; measures one connection after the other. For one thread. */
final class Laboratory implements Closeable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(5);
    private static final int INITIAL_ALPHA = 1024;

    private final Network network;
    private final SwitchPort port;
    private final GlobalVariable lastAlpha;
    private final ChildJvm receiver;
    private final ChildJvm sender;
    private final ChildJvm probe;
    private final int echoPort;

    /** Starts the processes in a network that stays the caller's, as does the port. */
    Laboratory(Network network, SwitchPort port, LoadedObject dctcp) throws IOException, InterruptedException {
        this.network = network;
        this.port = port;
        this.lastAlpha = dctcp.variable("last_alpha");
        String address = network.receiver().getHostAddress();
        this.receiver = ChildJvm.start(network.prefix(Place.RECEIVER), FlowReceiver.class, address);
        this.sender = ChildJvm.start(network.prefix(Place.SENDER), FlowSender.class, address);
        this.probe = ChildJvm.start(network.prefix(Place.SENDER), Probe.class, address);
        this.echoPort = Integer.parseInt(receiver.answer(PATIENCE));
    }

    /** {@return how many milliseconds packets take while there is no connection} */
    Series probeIdle(Duration duration) throws IOException, InterruptedException {
        return probe(duration).milliseconds();
    }

    private Probe.Answer probe(Duration duration) throws IOException, InterruptedException {
        tellProbe(duration);
        return Probe.Answer.parse(probe.answer(PATIENCE));
    }

    private void tellProbe(Duration duration) throws IOException {
        probe.tell(new Probe.Order(echoPort, duration.toNanos(), BETWEEN_PROBES.toNanos()).line());
    }

    /**
     * Measures a connection.
     *
     * @param contender whose
     * @param beginning how long it goes on before it counts
     * @param measured how long it counts
     */
    Flow run(Contender contender, Duration beginning, Duration measured) throws IOException, InterruptedException {
        network.setEcn(contender.ecn());
        port.settle();
        SwitchPort.Counts before = port.counts();
        Duration all = beginning.plus(measured);
        receiver.tell(contender.congestionControl());
        int tcpPort = Integer.parseInt(receiver.answer(PATIENCE));
        long start;
        FlowSender.Answer sent;
        Probe.Answer probed;
        QueueWatcher watcher = QueueWatcher.start(port, lastAlpha);
        try (watcher) {
            lastAlpha.set(INITIAL_ALPHA);
            sender.tell(new FlowSender.Order(tcpPort, contender.congestionControl(), all.toNanos(),
                    BETWEEN_LOOKS.toNanos()).line());
            start = Long.parseLong(sender.answer(PATIENCE));
            tellProbe(all);
            sent = FlowSender.Answer.parse(sender.answer(PATIENCE));
            probed = Probe.Answer.parse(probe.answer(PATIENCE));
        }
        long received = Long.parseLong(receiver.answer(PATIENCE));
        long end = start + all.toNanos();
        return new Flow(sent.congestionControl(), sent.bytes(), received, start, start + beginning.toNanos(), end,
                sent.acknowledged(), sent.window().between(start, end), watcher.queue().between(start, end),
                watcher.alpha().between(start, end), probed.milliseconds(), probed.sent() - probed.milliseconds().size(), port.counts().since(before),
                sent.retransmissions());
    }

    @Override
    public void close() {
        try (receiver; sender) {
            probe.close();
        }
    }
}
