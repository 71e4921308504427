package bpf4j.examples.xdpcount;

import bpf4j.examples.Example;
import bpf4j.examples.bpf.XdpcountBpf.Protocol;
import bpf4j.examples.bpf.XdpcountBpf.Traffic;
import bpf4j.examples.bpf.XdpcountBpf;
import bpf4j.link.Link;
import bpf4j.link.NetInterface;
import bpf4j.link.XdpLink;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Map;

/** What arrives at a network interface: an XDP program counts for each protocol and CPU, before the stack sees it. */
public final class XdpCount {

    private static final Map<Integer, String> LINK = Map.of(0x800, "ipv4", 0x806, "arp", 0x86dd, "ipv6");
    private static final Map<Integer, String> IP = Map.of(0, "", 1, "icmp", 6, "tcp", 17, "udp", 58, "icmp6");

    private XdpCount() {
    }

    /**
     * Prints a table every second until Ctrl-C.
     *
     * @param args the interface's name, for instance one of a veth pair
     */
    public static void main(String[] args) {
        Example.runWith(args, "XdpCount INTERFACE", name -> run(System.out, name, Integer.MAX_VALUE));
    }

    static void run(PrintStream out, String name, int times) throws IOException, InterruptedException {
        try (XdpcountBpf loaded = XdpcountBpf.load();
                Link link = XdpLink.attach(loaded.count(), NetInterface.named(name))) {
            out.println(link);
            for (int i = 0; i < times; i++) {
                Thread.sleep(1000);
                out.printf("%n     packets        bytes  protocol%n");
                loaded.protocols().stream().map(each -> Map.entry(each.getKey(), each.getValue().reduce(XdpCount::sum)))
                        .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(t -> -t.packets())))
                        .forEach(each -> out.printf("%12d %12d  %s%n", each.getValue().packets(),
                                each.getValue().bytes(), name(each.getKey())));
            }
        }
    }

    private static Traffic sum(Traffic one, Traffic other) {
        return new Traffic(one.packets() + other.packets(), one.bytes() + other.bytes());
    }

    private static String name(Protocol protocol) {
        return (LINK.getOrDefault(protocol.link(), "%04x".formatted(protocol.link())) + " "
                + IP.getOrDefault(protocol.ip(), "" + protocol.ip())).strip();
    }
}
