package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.Orders;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * The process at the sender that asks how long packets take: it sends datagrams through the queue that the connection
 * fills, and takes the time until they are back.
 */
final class Probe {

    static final int DATAGRAM_BYTES = 64;
    /** No queue here lasts longer; what has not come back by then is lost. */
    private static final int PATIENCE_MILLIS = 300;

    private Probe() {
    }

    /** What it is told: where to, and how often. */
    record Order(int port, long nanos, long intervalNanos) {

        String line() {
            return port + " " + nanos + " " + intervalNanos;
        }

        static Order parse(String line) {
            String[] fields = line.split(" ");
            return new Order(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
        }
    }

    /** What it found: how many were sent, and the milliseconds that each took that came back. */
    record Answer(int sent, Series milliseconds) {

        String line() {
            return sent + " " + milliseconds.word();
        }

        static Answer parse(String line) throws IOException {
            String[] fields = line.split(" ");
            if (fields.length != 2) {
                throw new IOException("the probe says: " + line);
            }
            return new Answer(Integer.parseInt(fields[0]), Series.parse(fields[1]));
        }
    }

    /**
     * Runs until its parent has ended.
     *
     * @param args the receiver's address
     * @throws IOException if the system refuses something
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Orders orders = Orders.follow();
        InetAddress receiver = InetAddress.getByName(args[0]);
        while (true) {
            Order order = Order.parse(orders.next());
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                Orders.answer(run(socket, new InetSocketAddress(receiver, order.port()), order).line());
            }
        }
    }

    private static Answer run(DatagramSocket socket, InetSocketAddress receiver, Order order)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + order.nanos();
        Series.Recorder milliseconds = new Series.Recorder();
        Thread listening = Thread.ofPlatform().name("answers").start(() -> listen(socket, end, milliseconds));
        ByteBuffer bytes = ByteBuffer.allocate(DATAGRAM_BYTES);
        DatagramPacket packet = new DatagramPacket(bytes.array(), DATAGRAM_BYTES, receiver);
        int sent = 0;
        for (long next = System.nanoTime(); next < end; next += order.intervalNanos()) {
            long now = System.nanoTime();
            while (now < next) {
                LockSupport.parkNanos(next - now);
                now = System.nanoTime();
            }
            bytes.putLong(0, System.nanoTime());
            socket.send(packet);
            sent++;
        }
        listening.join();
        return new Answer(sent, milliseconds.series());
    }

    private static void listen(DatagramSocket socket, long endNanos, Series.Recorder milliseconds) {
        ByteBuffer bytes = ByteBuffer.allocate(DATAGRAM_BYTES);
        DatagramPacket packet = new DatagramPacket(bytes.array(), DATAGRAM_BYTES);
        while (true) {
            try {
                socket.receive(packet);
                long now = System.nanoTime();
                long left = bytes.getLong(0);
                milliseconds.add(left, (now - left) / 1e6);
            } catch (SocketTimeoutException _) {
                if (System.nanoTime() - endNanos > 0) {
                    return;
                }
            } catch (IOException e) {
                System.err.println("probe: " + e.getMessage());
                return;
            }
        }
    }
}
