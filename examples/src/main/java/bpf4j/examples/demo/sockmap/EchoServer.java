package bpf4j.examples.demo.sockmap;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import bpf4j.examples.demo.Orders;
import bpf4j.examples.host.Cgroup;
import bpf4j.examples.host.Cpus;
import bpf4j.examples.net.BareStream;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/** The process that answers each request with itself. It serves one connection at a time. */
final class EchoServer {

    private EchoServer() {
    }

    /**
     * Runs until its parent has ended.
     *
     * @param args the cgroup's folder and, if it is to stay on one, the number of a CPU
     */
    public static void main(String[] args) {
        Orders.serve(_ -> run(args));
    }

    private static void run(String... args) throws IOException {
        enter(args);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (TcpSocket listener = TcpSocket.open(loopback);
                Arena arena = Arena.ofConfined()) {
            Orders.answer(Integer.toString(listener.listen(loopback).getPort()));
            MemorySegment buffer = arena.allocate(Case.LARGEST_BYTES);
            while (true) {
                accept(listener).ifPresent(socket -> serve(socket, buffer));
            }
        }
    }

    /** What both ends do alike: they enter the cgroup, and their only busy thread stays on a CPU. */
    static void enter(String... args) throws IOException {
        Cgroup.join(Path.of(args[0]));
        if (args.length > 1) {
            Cpus.pinThisThread(Integer.parseInt(args[1]));
        }
    }

    private static Optional<TcpSocket> accept(TcpSocket listener) throws IOException {
        try {
            return Optional.of(listener.accept());
        } catch (InterruptedIOException _) {
            // Nobody came for a while. Whoever ends this process will do so by its input.
            return Optional.empty();
        }
    }

    private static void serve(TcpSocket socket, MemorySegment buffer) {
        try (socket) {
            BareStream stream = socket.bareStream();
            if (!stream.receive(buffer, RoundTrips.HEAD_BYTES)) {
                return;
            }
            int sizeBytes = buffer.getAtIndex(JAVA_INT, 0);
            socket.setNoDelay(buffer.getAtIndex(JAVA_INT, 1) != 0);
            stream.send(buffer, 0, RoundTrips.HEAD_BYTES);
            while (stream.receive(buffer, sizeBytes)) {
                stream.send(buffer, 0, sizeBytes);
            }
        } catch (IOException e) {
            System.err.println("echo server: " + e.getMessage());
        }
    }
}
