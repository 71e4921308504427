package bpf4j.examples.egress;

import bpf4j.examples.BundledObject;
import bpf4j.examples.Example;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.CgroupLink;
import bpf4j.link.Link;
import bpf4j.map.PerCpuMap;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** To whom the processes of a cgroup send how much: a program at the cgroup's egress counts for each receiver and CPU. */
public final class Egress {

    private static final Map<Integer, String> PROTOCOLS = Map.of(1, "icmp", 6, "tcp", 17, "udp", 58, "icmp6");

    record Receiver(byte[] address, int protocol) {
        @Override
        public String toString() {
            try {
                return PROTOCOLS.getOrDefault(protocol, "protocol " + protocol) + " "
                        + InetAddress.getByAddress(address).getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException("16 bytes are an address", e);
            }
        }
    }

    record Traffic(long packets, long bytes) {
        Traffic plus(Traffic other) {
            return new Traffic(packets + other.packets, bytes + other.bytes);
        }
    }

    private Egress() {
    }

    /**
     * Prints a table every second.
     *
     * @param args the cgroup's folder, and how often, which is until Ctrl-C if it is not said
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            if (args.length < 1 || args.length > 2 || args.length == 2 && !args[1].matches("[1-9][0-9]{0,8}")) {
                throw new Example.UsageException("Egress CGROUP_FOLDER [TIMES]");
            }
            run(System.out, Path.of(args[0]), args.length == 2 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE);
            return true;
        });
    }

    static void run(PrintStream out, Path cgroup, int times) throws IOException, InterruptedException {
        try (LoadedObject egress = BundledObject.read("egress.bpf.o").load();
                Link link = CgroupLink.attach(egress.program("count"), cgroup)) {
            out.println(link);
            var receivers = PerCpuMap.of(egress.map("receivers"), Receiver.class, Traffic.class);
            for (int i = 0; i < times; i++) {
                Thread.sleep(1000);
                out.printf("%n%12s %12s  to%n", "packets", "bytes");
                receivers.stream().map(entry -> Map.entry(entry.getKey(), entry.getValue().reduce(Traffic::plus)))
                        .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(Traffic::bytes).reversed()))
                        .limit(20).forEach(entry -> out.printf("%12d %12d  %s%n", entry.getValue().packets(),
                                entry.getValue().bytes(), entry.getKey()));
            }
        }
    }
}
