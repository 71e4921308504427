package bpf4j.examples.dctcp;

import bpf4j.examples.Example;
import bpf4j.examples.Findings;
import bpf4j.examples.bpf.DctcpBpf;
import bpf4j.examples.bpf.DctcpLinkBpf;
import bpf4j.examples.bpf.MarkCeBpf;
import bpf4j.examples.host.Cgroup;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Link;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Registers a TCP congestion control written in BPF, lets a connection on the loopback use it, and takes it away again.
 * A second object plays the congested switch: it marks one in ten packets of a cgroup that is made for this. Needs root
 * and Linux 5.7.
 *
 * <p>{@code --link} registers by a kernel link instead (Linux 6.4); {@code --pin FOLDER} pins that link in a folder of
 * a BPF file system, so that the registration stays when the link is closed, until the pin is removed.
 */
public final class Dctcp {

    private static final String USAGE = "Dctcp [--link | --pin FOLDER_IN_A_BPF_FILE_SYSTEM]";
    private static final String LOOPBACK = "127.0.0.1";

    private Dctcp() {
    }

    /**
     * Runs the example.
     *
     * @param args {@code --link}, or {@code --pin} and a folder, or nothing
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            if (args.length == 0) {
                return run(System.out);
            }
            if (args.length == 1 && args[0].equals("--link")) {
                return runByLink(System.out, Optional.empty());
            }
            if (args.length == 2 && args[0].equals("--pin")) {
                return runByLink(System.out, Optional.of(Path.of(args[1])));
            }
            throw new Example.UsageException(USAGE);
        });
    }

    /** Registered by the map itself: stays until it is taken back, even if this process dies. */
    static boolean run(PrintStream out) throws IOException, InterruptedException {
        Findings findings = new Findings(out);
        try (DctcpBpf dctcp = DctcpBpf.load()) {
            try (Link registered = dctcp.dctcp().attach()) {
                findings.note("%s", registered);
                useWhileMarking(dctcp.object(), "bpf_dctcp", findings);
            }
            expectRegistered(false, "bpf_dctcp", findings);
        }
        return findings.asExpected();
    }

    /** Registered by a link: stays until the link is closed, or as long as its pin. */
    static boolean runByLink(PrintStream out, Optional<Path> pinFolder) throws IOException, InterruptedException {
        Findings findings = new Findings(out);
        Optional<Path> pin = pinFolder.map(folder -> folder.resolve("bpf_dctcp_link"));
        try (DctcpLinkBpf dctcp = DctcpLinkBpf.load()) {
            try (Link registered = dctcp.dctcp().attach()) {
                findings.note("%s", registered);
                useWhileMarking(dctcp.object(), "bpf_dctcp_link", findings);
                pin.ifPresent(registered::pin);
            }
            if (pin.isPresent()) {
                findings.note("the link is closed, and pinned at %s", pin.get());
                try {
                    expectRegistered(true, "bpf_dctcp_link", findings);
                } finally {
                    Files.delete(pin.get());
                }
            }
            expectRegistered(false, "bpf_dctcp_link", findings);
        }
        return findings.asExpected();
    }

    private static void useWhileMarking(LoadedObject dctcp, String name, Findings findings)
            throws IOException, InterruptedException {
        expectRegistered(true, name, findings);
        try (Cgroup cgroup = Cgroup.create("bpf4j-dctcp");
                MarkCeBpf marker = MarkCeBpf.load();
                Link marking = marker.mark().attachToCgroup(cgroup.folder())) {
            findings.note("%s", marking);
            Transfer.Outcome outcome;
            try (Closeable _ = cgroup.enter()) {
                outcome = Transfer.run(InetAddress.getByName(LOOPBACK), name);
            }
            outcome.report(name, findings);
            findings.noteVariables(marker.object());
        }
        expectCounters(dctcp, findings);
    }

    private static void expectCounters(LoadedObject dctcp, Findings findings) throws InterruptedException {
        // Kernels before 6.13 release it for the listener too, which never began with it.
        boolean released = Eventually.holds(() -> dctcp.variable("closed_connections").getLong() >= 2);
        findings.noteVariables(dctcp);
        findings.expect(dctcp.variable("connections").getLong() == 2 && released,
                "both ends began with it and ended with it");
        findings.expect(dctcp.variable("acks").getLong() > 0, "it saw acknowledgements");
        findings.expect(dctcp.variable("ce_marks").getLong() > 0, "it saw congestion marks");
        findings.expect(dctcp.variable("window_reductions").getLong() > 0, "it made the window smaller");
    }

    private static void expectRegistered(boolean expected, String name, Findings findings) throws InterruptedException {
        // What is left to a link's last holder happens a moment after the call.
        boolean held = Eventually.holds(() -> CongestionControls.available().contains(name) == expected);
        findings.expect(held, "%s is %s: %s", name, expected ? "available" : "gone", CongestionControls.available());
    }
}
