package bpf4j.examples;

import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.VerifierException;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class ReadmeSnippet {

    private ReadmeSnippet() {
    }

    // README.md quotes what is between these lines.
    public static void main(String[] args) throws IOException {
        BpfObject object = BpfObject.read(Path.of(args[0]));
        try (LoadedObject dctcp = object.load();
                Link registered = dctcp.structOps("dctcp").attach()) {
            System.out.println(registered + " of " + dctcp);
            dctcp.programs().forEach(p -> System.out.println(p.name() + ": kernel id " + p.info().id()));
            System.out.print(Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control")));
        } catch (VerifierException e) {
            System.err.println(e.program() + ": " + e.reason());
            e.source().ifPresent(line -> System.err.println("  at " + line));
        }
    }
    // README.md quotes what is between these lines.
}
