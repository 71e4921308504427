package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.Orders;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The process at the receiver: takes what comes on one connection after the other, and sends datagrams back. */
final class FlowReceiver {

    private static final int BUFFER_BYTES = 1 << 18;

    private FlowReceiver() {
    }

    /**
     * Runs until its parent has ended. Answers with the port that sends datagrams back; is told a congestion control,
     * answers with the port to connect to and, when the connection has ended, with the number of bytes that came.
     *
     * @param args the address to be reached at
     * @throws IOException if the system refuses something
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Orders orders = Orders.follow();
        InetAddress address = InetAddress.getByName(args[0]);
        DatagramSocket echo = new DatagramSocket(new InetSocketAddress(address, 0));
        Thread.ofPlatform().daemon().name("echo").start(() -> sendBack(echo));
        Orders.answer(Integer.toString(echo.getLocalPort()));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            while (true) {
                String congestionControl = orders.next();
                try (TcpSocket listener = TcpSocket.open(address)) {
                    // What is accepted begins like its listener: DCTCP is what the receiver does as well.
                    listener.setCongestionControl(congestionControl);
                    Orders.answer(Integer.toString(listener.listen(address).getPort()));
                    try (TcpSocket socket = listener.accept()) {
                        Orders.answer(Long.toString(receive(socket, buffer)));
                    }
                }
            }
        }
    }

    private static long receive(TcpSocket socket, MemorySegment buffer) throws IOException {
        long bytes = 0;
        for (int now = socket.receive(buffer); now > 0; now = socket.receive(buffer)) {
            bytes += now;
        }
        return bytes;
    }

    private static void sendBack(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[Probe.DATAGRAM_BYTES], Probe.DATAGRAM_BYTES);
        try {
            while (true) {
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
