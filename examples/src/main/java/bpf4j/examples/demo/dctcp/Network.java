package bpf4j.examples.demo.dctcp;

import bpf4j.link.NetworkNamespace;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * A sender, a switch and a receiver: three network namespaces with cables between. The queue is in the switch, because
 * a sender keeps its own queue short: TCP holds back what a qdisc of the same machine has not sent yet.
 *
 * <p>Closing removes all of it. For one thread.
 */
final class Network implements Closeable {

    /** Interfaces carry names for what is at the other end. */
    static final String TO_RECEIVER = "to-receiver";
    static final String TO_SWITCH = "to-switch";
    private static final String TO_SENDER = "to-sender";

    /** Addresses that RFC 5737 keeps for documentation. */
    private static final String SENDER = "198.51.100.1";
    private static final String SWITCH_AT_SENDER = "198.51.100.2";
    private static final String RECEIVER = "203.0.113.1";
    private static final String SWITCH_AT_RECEIVER = "203.0.113.2";

    /** Packets leave one by one, as on a wire: one mark for many at once would tell DCTCP nothing. */
    private static final String SINGLE_PACKETS = "gso_max_segs 1";
    private static final int RED_PACKET_BYTES = 1000;
    /** More than are ever delayed at a time. */
    private static final int ACKNOWLEDGEMENTS_MAX = 100_000;
    private static final int TRIES_TO_REMOVE = 3;

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4");

    /** Who is in a namespace of its own. */
    enum Place {
        SENDER, SWITCH, RECEIVER;

        private String namespace() {
            return "bpf4j-%s-%d".formatted(name().toLowerCase(Locale.ROOT), ProcessHandle.current().pid());
        }
    }

    private final Commands commands;
    private final List<Place> made = new ArrayList<>();
    private boolean red;

    private Network(Commands commands) {
        this.commands = commands;
    }

    /** Makes it, with the bottleneck at the switch's port to the receiver. */
    static Network create(Commands commands, Bottleneck bottleneck) throws IOException, InterruptedException {
        Network network = new Network(commands);
        try {
            network.connect();
            network.narrow(bottleneck);
            return network;
        } catch (IOException | InterruptedException | RuntimeException e) {
            try (network) {
                throw e;
            }
        }
    }

    private void connect() throws IOException, InterruptedException {
        for (Place place : Place.values()) {
            // Also if it is interrupted after it has made it.
            made.add(place);
            commands.run("ip netns add " + place.namespace());
        }
        cable(Place.SENDER, TO_SWITCH, SENDER, Place.SWITCH, TO_SENDER, SWITCH_AT_SENDER);
        cable(Place.RECEIVER, TO_SWITCH, RECEIVER, Place.SWITCH, TO_RECEIVER, SWITCH_AT_RECEIVER);
        commands.run("ip -n %s route add default via %s".formatted(Place.SENDER.namespace(), SWITCH_AT_SENDER));
        commands.run("ip -n %s route add default via %s".formatted(Place.RECEIVER.namespace(), SWITCH_AT_RECEIVER));
        set(Place.SWITCH, "ip_forward", 1);
        // What one connection learned of the path would be where the next one starts.
        set(Place.SENDER, "tcp_no_metrics_save", 1);
        set(Place.RECEIVER, "tcp_no_metrics_save", 1);
    }

    private void cable(Place end, String endInterface, String endAddress, Place hub, String hubInterface,
            String hubAddress) throws IOException, InterruptedException {
        commands.run("ip link add %s netns %s %s type veth peer name %s netns %s %s".formatted(endInterface,
                end.namespace(), SINGLE_PACKETS, hubInterface, hub.namespace(), SINGLE_PACKETS));
        raise(end, endInterface, endAddress);
        raise(hub, hubInterface, hubAddress);
    }

    private void raise(Place place, String netInterface, String address) throws IOException, InterruptedException {
        commands.run("ip -n %s address add %s/24 dev %s".formatted(place.namespace(), address, netInterface));
        commands.run("ip -n %s link set %s up".formatted(place.namespace(), netInterface));
    }

    private void narrow(Bottleneck bottleneck) throws IOException, InterruptedException {
        String qdisc = "tc -n %s qdisc add dev %s ".formatted(Place.SWITCH.namespace(), TO_RECEIVER);
        // Longer than the buffer, which ends where the BPF program says.
        int limitBytes = 2 * bottleneck.bufferBytes();
        commands.run(qdisc
                + "root handle 1: tbf rate %dmbit burst 5kb limit %d".formatted(bottleneck.megabits(), limitBytes));
        int burst = bottleneck.markAboveBytes() / RED_PACKET_BYTES + 1;
        // As close to a threshold as it comes: a mean over two packets, and no drops of what does not speak ECN.
        red = commands.succeeds(qdisc
                + "parent 1:1 handle 10: red limit %d min %d max %d avpkt %d burst %d bandwidth %dmbit".formatted(
                        limitBytes, bottleneck.markAboveBytes(), bottleneck.markAboveBytes() + RED_PACKET_BYTES,
                        RED_PACKET_BYTES, burst, bottleneck.megabits()) + " probability 1 ecn nodrop");
        if (bottleneck.delayMillis() > 0) {
            commands.run("tc -n %s qdisc add dev %s root netem delay %dms limit %d"
                    .formatted(Place.RECEIVER.namespace(), TO_SWITCH, bottleneck.delayMillis(), ACKNOWLEDGEMENTS_MAX));
        }
    }

    /** {@return whether the kernel's RED marks; otherwise nobody does yet} */
    boolean hasRed() {
        return red;
    }

    /** Decides whether connections of both ends ask for ECN from now on. */
    void setEcn(boolean ecn) throws IOException, InterruptedException {
        set(Place.SENDER, "tcp_ecn", ecn ? 1 : 0);
        set(Place.RECEIVER, "tcp_ecn", ecn ? 1 : 0);
    }

    private void set(Place place, String setting, int value) throws IOException, InterruptedException {
        if (commands.shown()) {
            commands.err().printf("ip netns exec %s sysctl -w net.ipv4.%s=%d%n", place.namespace(), setting, value);
        }
        inside(place, () -> Files.writeString(SETTINGS.resolve(setting), Integer.toString(value)));
    }

    /** Runs something on a thread that is in a namespace. */
    <T> T inside(Place place, Callable<T> action) throws IOException, InterruptedException {
        try (NetworkNamespace namespace = NetworkNamespace.open(NAMESPACES.resolve(place.namespace()))) {
            return namespace.call(action);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted() || e instanceof InterruptedException) {
                throw new InterruptedException();
            }
            throw e instanceof IOException refused ? refused : new IOException(e);
        }
    }

    /** {@return what to write before a command so that it runs in a namespace} */
    List<String> prefix(Place place) {
        return List.of("ip", "netns", "exec", place.namespace());
    }

    InetAddress receiver() throws IOException {
        return InetAddress.getByName(RECEIVER);
    }

    @Override
    public void close() throws IOException {
        for (Place place : made) {
            // Ctrl-C reaches commands too, so one may be stopped in the middle.
            for (int tries = 0; Files.exists(NAMESPACES.resolve(place.namespace())); tries++) {
                if (!commands.succeeds("ip netns delete " + place.namespace()) && tries == TRIES_TO_REMOVE) {
                    throw new IOException("the network namespace %s cannot be removed".formatted(place.namespace()));
                }
            }
        }
    }
}
