package bpf4j.examples.cycles;

import bpf4j.examples.host.Cgroup;
import bpf4j.kernel.TraceFs;
import bpf4j.link.NetworkNamespace;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What programs are attached to, made for this process and gone with it: a cgroup, an interface and a tracefs. */
final class Place implements Closeable {

    /** The interface's name, inside {@link #call}. */
    static final String INTERFACE = "here";

    private final Cgroup cgroup;
    private final NetworkNamespace namespace;
    private final Optional<Path> tracing;

    private Place(Cgroup cgroup, NetworkNamespace namespace, Optional<Path> tracing) {
        this.cgroup = cgroup;
        this.namespace = namespace;
        this.tracing = tracing;
    }

    static Place make() throws Exception {
        Optional<Path> tracing = Optional.empty();
        if (TraceFs.find().isEmpty()) {
            tracing = Optional.of(Files.createTempDirectory("bpf4j-tracing"));
            run("mount", "-t", "tracefs", "tracefs", tracing.get().toString());
        }
        Cgroup cgroup = Cgroup.create("bpf4j-cycles");
        NetworkNamespace namespace = NetworkNamespace.create();
        Place place = new Place(cgroup, namespace, tracing);
        try {
            place.call(() -> {
                run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "there");
                run("ip", "link", "set", INTERFACE, "up");
                return null;
            });
            return place;
        } catch (Throwable e) {
            try (place) {
                throw e;
            }
        }
    }

    Path cgroup() {
        return cgroup.folder();
    }

    /** Runs something where the interface is. */
    <T> T call(Callable<T> action) throws Exception {
        return namespace.call(action);
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", List.of(command)) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(String.join(" ", List.of(command)));
        }
    }

    @Override
    public void close() throws IOException {
        try (cgroup; namespace) {
            if (tracing.isPresent()) {
                run("umount", tracing.get().toString());
                Files.delete(tracing.get());
            }
        }
    }
}
