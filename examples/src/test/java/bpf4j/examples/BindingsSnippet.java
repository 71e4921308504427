package bpf4j.examples;

import bpf4j.examples.bpf.XdpcountBpf;
import bpf4j.examples.bpf.XdpcountBpf.Protocol;
import bpf4j.examples.bpf.XdpcountBpf.Traffic;
import bpf4j.link.Link;
import bpf4j.link.NetInterface;
import bpf4j.link.XdpLink;
import bpf4j.map.PerCpuMap;
import java.io.IOException;

final class BindingsSnippet {

    private BindingsSnippet() {
    }

    static void count() throws IOException {
        // README.md quotes what is between these lines.
        try (XdpcountBpf loaded = XdpcountBpf.load();
                Link link = XdpLink.attach(loaded.count(), NetInterface.named("eth0"))) {
            System.out.println(link);
            PerCpuMap<Protocol, Traffic> protocols = loaded.protocols();
            protocols.forEach((protocol, traffic) -> System.out.println(protocol + ": " + traffic));
        }
        // README.md quotes what is between these lines.
    }
}
