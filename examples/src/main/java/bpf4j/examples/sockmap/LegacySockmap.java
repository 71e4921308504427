package bpf4j.examples.sockmap;

import bpf4j.examples.Example;
import bpf4j.examples.Findings;
import bpf4j.examples.bpf.SockmapLegacyRedirBpf;
import bpf4j.examples.bpf.SockmapLegacySockopsBpf;
import bpf4j.examples.host.Cgroup;
import bpf4j.kernel.LoadOptions;
import bpf4j.link.Link;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@link Sockmap} does, with objects in the form from before BTF: maps in a section {@code maps}, which libbpf has
 * refused since 1.0, and one object for each program. Both define the map; the first one's is pinned, and the second
 * uses it instead of its own. Needs a folder in a BPF file system, for instance after {@code mount -t bpf none FOLDER}.
 */
public final class LegacySockmap {

    private LegacySockmap() {
    }

    /**
     * Runs the example.
     *
     * @param args a folder in a BPF file system
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            if (args.length != 1) {
                throw new Example.UsageException("LegacySockmap FOLDER_IN_A_BPF_FILE_SYSTEM");
            }
            return run(System.out, Path.of(args[0]));
        });
    }

    static boolean run(PrintStream out, Path folder) throws IOException {
        Findings findings = new Findings(out);
        Path pin = folder.resolve("bpf4j_sockets-" + ProcessHandle.current().pid());
        try (SockmapLegacySockopsBpf files = SockmapLegacySockopsBpf.load();
                Closeable _ = pin(files, pin);
                SockmapLegacyRedirBpf redirects = SockmapLegacyRedirBpf.open()
                        .load(LoadOptions.defaults().withPinnedMap("sockets", pin));
                Cgroup cgroup = Cgroup.create("bpf4j-legacy-sockmap");
                EchoPeer peer = EchoPeer.start(cgroup);
                Closeable _ = cgroup.enter()) {
            findings.expect(files.sockets().map().info().id() == redirects.sockets().map().info().id(),
                    "both objects use the map pinned at %s", pin);
            List<Echo> plain = peer.talk(Echo.USUAL_MESSAGES);
            try (Link filing = files.fileEstablished().attachToCgroup(cgroup.folder());
                    Link redirecting = redirects.redirect().attachToSockmap(redirects.sockets().map())) {
                findings.note("%s%n%s", filing, redirecting);
                Comparison.report(plain, peer.talk(Echo.USUAL_MESSAGES), findings);
            }
        }
        return findings.asExpected();
    }

    private static Closeable pin(SockmapLegacySockopsBpf object, Path pin) {
        object.sockets().map().pin(pin);
        return () -> Files.delete(pin);
    }
}
