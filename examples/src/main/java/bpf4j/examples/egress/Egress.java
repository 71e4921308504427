package bpf4j.examples.egress;

import bpf4j.examples.Example;
import bpf4j.examples.bpf.EgressBpf.Traffic;
import bpf4j.examples.bpf.EgressBpf;
import bpf4j.link.CgroupLink;
import bpf4j.link.Link;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * To whom the processes of a cgroup send how much: a program at the cgroup's egress counts for each receiver and CPU.
 */
public final class Egress {

    private static final Map<Integer, String> PROTOCOLS = Map.of(6, "tcp", 17, "udp", 58, "icmp6");

    private Egress() {
    }

    /**
     * Prints a table every second until Ctrl-C.
     *
     * @param args the cgroup's folder
     */
    public static void main(String[] args) {
        Example.runWith(args, "Egress CGROUP_FOLDER", folder -> run(System.out, Path.of(folder), Integer.MAX_VALUE));
    }

    static void run(PrintStream out, Path cgroup, int times) throws IOException, InterruptedException {
        try (EgressBpf egress = EgressBpf.load();
                Link link = CgroupLink.attach(egress.count(), cgroup)) {
            out.println(link);
            for (int i = 0; i < times; i++) {
                Thread.sleep(1000);
                out.printf("%n     packets        bytes  to%n");
                for (var entry : egress.receivers().stream()
                        .map(each -> Map.entry(each.getKey(), each.getValue().reduce(Egress::sum)))
                        .sorted(Map.Entry.comparingByValue(Comparator.comparingLong((Traffic t) -> -t.bytes())))
                        .limit(20).toList()) {
                    out.printf("%12d %12d  %s %s%n", entry.getValue().packets(), entry.getValue().bytes(),
                            PROTOCOLS.getOrDefault(entry.getKey().protocol(), "protocol " + entry.getKey().protocol()),
                            InetAddress.getByAddress(entry.getKey().address()).getHostAddress());
                }
            }
        }
    }

    private static Traffic sum(Traffic one, Traffic other) {
        return new Traffic(one.packets() + other.packets(), one.bytes() + other.bytes());
    }
}
