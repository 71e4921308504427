package bpf4j.examples.demo.sockmap;

import bpf4j.examples.host.Cpus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where the two processes run.
 *
 * @param server the server's CPU; none if it may run anywhere
 * @param client the client's
 */
record Placement(Optional<Integer> server, Optional<Integer> client) {

    static final Placement FREE = new Placement(Optional.empty(), Optional.empty());

    /** {@return both on the last CPU that this process may use: the first often has the devices' interrupts} */
    static Placement together() throws IOException {
        Optional<Integer> cpu = Optional.of(Cpus.allowed().getLast());
        return new Placement(cpu, cpu);
    }

    static Placement on(int server, int client) throws IOException {
        List<Integer> allowed = Cpus.allowed();
        for (int cpu : List.of(server, client)) {
            if (!allowed.contains(cpu)) {
                throw new IOException("CPU %d is none that this process may use; it has %s".formatted(cpu, allowed));
            }
        }
        return new Placement(Optional.of(server), Optional.of(client));
    }

    String text() {
        if (server.isEmpty()) {
            return "server and client not pinned";
        }
        return server.equals(client) ? "server and client on one CPU, number " + server.get()
                : "server on CPU %d, client on CPU %d".formatted(server.get(), client.get());
    }
}
