package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.ChildJvm;
import bpf4j.examples.demo.dctcp.Network.Place;
import bpf4j.kernel.GlobalVariable;
import bpf4j.kernel.LoadedObject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The network with its processes; measures one connection after the other. For one thread. */
final class Laboratory implements Closeable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(5);
    private static final int INITIAL_ALPHA = 1024;

    private final Network network;
    private final SwitchPort port;
    private final GlobalVariable lastAlpha;
    private final Deque<ChildJvm> children = new ArrayDeque<>();
    private ChildJvm receiver;
    private ChildJvm sender;
    private ChildJvm probe;
    private int echoPort;

    private Laboratory(Network network, SwitchPort port, LoadedObject dctcp) {
        this.network = network;
        this.port = port;
        this.lastAlpha = dctcp.variable("last_alpha");
    }

    /** Starts the processes in a network that stays the caller's, as does the port. */
    static Laboratory open(Network network, SwitchPort port, LoadedObject dctcp)
            throws IOException, InterruptedException {
        Laboratory laboratory = new Laboratory(network, port, dctcp);
        try {
            laboratory.start();
            return laboratory;
        } catch (IOException | InterruptedException | RuntimeException e) {
            laboratory.close();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        receiver = start(Place.RECEIVER, FlowReceiver.class);
        sender = start(Place.SENDER, FlowSender.class);
        probe = start(Place.SENDER, Probe.class);
        echoPort = Integer.parseInt(receiver.answer(PATIENCE));
    }

    private ChildJvm start(Place place, Class<?> main) throws IOException {
        ChildJvm child = ChildJvm.start(network.prefix(place), main, network.receiver().getHostAddress());
        children.push(child);
        return child;
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
                watcher.alpha().between(start, end), probed.milliseconds(),
                probed.sent() - probed.milliseconds().size(), port.counts().since(before), sent.retransmissions());
    }

    @Override
    public void close() {
        children.forEach(ChildJvm::close);
    }
}
