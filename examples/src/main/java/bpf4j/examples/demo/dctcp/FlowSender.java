package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.Orders;
import bpf4j.examples.net.TcpInfo;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The process at the sender: sends as fast as TCP takes it, and looks at the connection all the while. */
final class FlowSender {

    private static final int CHUNK_BYTES = 1 << 16;

    private FlowSender() {
    }

    /** What it is told: where to, how, how long, and how often to look. */
    record Order(int port, String congestionControl, long nanos, long intervalNanos) {

        String line() {
            return port + " " + congestionControl + " " + nanos + " " + intervalNanos;
        }

        static Order parse(String line) {
            String[] fields = line.split(" ");
            return new Order(Integer.parseInt(fields[0]), fields[1], Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]));
        }
    }

    /**
     * What it found.
     *
     * @param congestionControl what the kernel says the connection has
     * @param bytes how much it sent
     * @param retransmissions how many packets were sent again
     * @param window the congestion window in packets
     * @param acknowledged bytes that have arrived
     */
    record Answer(String congestionControl, long bytes, int retransmissions, Series window, Series acknowledged) {

        String line() {
            return String.join(" ", congestionControl, Long.toString(bytes), Integer.toString(retransmissions),
                    window.word(), acknowledged.word());
        }

        static Answer parse(String line) throws IOException {
            String[] fields = line.split(" ");
            if (fields.length != 5) {
                throw new IOException("the sender says: " + line);
            }
            return new Answer(fields[0], Long.parseLong(fields[1]), Integer.parseInt(fields[2]),
                    Series.parse(fields[3]), Series.parse(fields[4]));
        }
    }

    /**
     * Runs until its parent has ended. Answers an order twice: with the time when the connection was there, and with
     * what it found.
     *
     * @param args the receiver's address
     * @throws IOException if the system refuses something
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Orders orders = Orders.follow();
        InetAddress receiver = InetAddress.getByName(args[0]);
        while (true) {
            Orders.answer(run(receiver, Order.parse(orders.next())).line());
        }
    }

    private static Answer run(InetAddress receiver, Order order) throws IOException, InterruptedException {
        try (TcpSocket socket = TcpSocket.open(receiver); Arena arena = Arena.ofConfined()) {
            // Before the handshake: it is there that both ends agree on ECN.
            socket.setCongestionControl(order.congestionControl());
            socket.connect(new InetSocketAddress(receiver, order.port()));
            long start = System.nanoTime();
            Orders.answer(Long.toString(start));
            Watcher watcher = new Watcher(socket, order.intervalNanos());
            Thread watching = Thread.ofPlatform().name("watcher").start(watcher);
            MemorySegment chunk = arena.allocate(CHUNK_BYTES);
            long bytes = 0;
            while (System.nanoTime() - start < order.nanos()) {
                socket.send(chunk);
                bytes += CHUNK_BYTES;
            }
            watcher.done.set(true);
            watching.join();
            return new Answer(socket.congestionControl(), bytes, socket.info().retransmissions(),
                    watcher.window.series(), watcher.acknowledged.series());
        }
    }

    /** Looks at the connection in intervals. */
    private static final class Watcher implements Runnable {

        private final TcpSocket socket;
        private final long intervalNanos;
        private final AtomicBoolean done = new AtomicBoolean();
        private final Series.Recorder window = new Series.Recorder();
        private final Series.Recorder acknowledged = new Series.Recorder();

        Watcher(TcpSocket socket, long intervalNanos) {
            this.socket = socket;
            this.intervalNanos = intervalNanos;
        }

        @Override
        public void run() {
            try {
                while (!done.get()) {
                    TcpInfo info = socket.info();
                    long now = System.nanoTime();
                    window.add(now, info.congestionWindow());
                    acknowledged.add(now, info.bytesAcknowledged());
                    LockSupport.parkNanos(intervalNanos);
                }
            } catch (IOException e) {
                System.err.println("sender: " + e.getMessage());
            }
        }
    }
}
