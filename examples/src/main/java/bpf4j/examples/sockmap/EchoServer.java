package bpf4j.examples.sockmap;

import bpf4j.examples.host.Cgroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/**
 * The process at the other end: an ordinary server on ordinary sockets, which knows nothing of BPF. It joins the cgroup
 * that it is given, listens on the given addresses, tells one port a line, and sends back what it gets until its input
 * ends.
 */
final class EchoServer {

    private EchoServer() {
    }

    /**
     * Runs the server.
     *
     * @param args the cgroup's folder, then the addresses
     * @throws IOException if it cannot join or listen
     */
    public static void main(String[] args) throws IOException {
        Cgroup.join(Path.of(args[0]));
        for (int i = 1; i < args.length; i++) {
            ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(args[i]));
            Thread.ofPlatform().daemon().start(() -> serve(listener));
            System.out.println(listener.getLocalPort());
        }
        // Ends with the process that started this one, however that one ends.
        System.in.transferTo(System.err);
    }

    private static void serve(ServerSocket listener) {
        while (true) {
            try (Socket socket = listener.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
                System.err.println("echo server: " + e.getMessage());
            }
        }
    }
}
