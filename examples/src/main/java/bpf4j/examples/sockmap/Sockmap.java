package bpf4j.examples.sockmap;

import bpf4j.examples.Example;
import bpf4j.examples.Findings;
import bpf4j.examples.bpf.SockmapBpf;
import bpf4j.examples.host.Cgroup;
import bpf4j.link.Link;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Two processes of one machine that talk TCP past TCP: one BPF program files the sockets of a cgroup in a sockhash as
 * soon as they are connected, another puts what is sent on such a socket straight into the receive queue of its peer.
 * The same echo runs without and with them; the kernel's counters of packets show the difference. Needs root and Linux
 * 5.7.
 */
public final class Sockmap {

    private Sockmap() {
    }

    /**
     * Runs the example.
     *
     * @param args nothing, or how many messages each connection echoes
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            if (args.length == 0) {
                return run(System.out, Echo.USUAL_MESSAGES);
            }
            if (args.length == 1 && args[0].matches("[1-9][0-9]{0,7}")) {
                return run(System.out, Integer.parseInt(args[0]));
            }
            throw new Example.UsageException("Sockmap [MESSAGES]");
        });
    }

    static boolean run(PrintStream out, int messages) throws IOException {
        Findings findings = new Findings(out);
        try (SockmapBpf sockmap = SockmapBpf.load();
                Cgroup cgroup = Cgroup.create("bpf4j-sockmap");
                EchoPeer peer = EchoPeer.start(cgroup);
                Closeable _ = cgroup.enter()) {
            List<Echo> plain = peer.talk(messages);
            try (Link filing = sockmap.fileEstablished().attachToCgroup(cgroup.folder());
                    Link redirecting = sockmap.redirect().attachToSockmap(sockmap.sockets().map())) {
                findings.note("%s%n%s", filing, redirecting);
                List<Echo> redirected = peer.talk(messages);
                Comparison.report(plain, redirected, findings);
            }
            findings.noteVariables(sockmap.object());
            findings.expect(sockmap.establishedSockets() == 2L * plain.size(),
                    "both ends of each connection were filed");
            findings.expect(sockmap.redirectedMessages() >= 2L * messages * plain.size(),
                    "messages and answers took the short way");
        }
        return findings.asExpected();
    }
}
