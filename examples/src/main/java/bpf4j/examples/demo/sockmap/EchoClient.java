package bpf4j.examples.demo.sockmap;

import bpf4j.examples.demo.Orders;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The process that sends requests and takes the time until they are answered. */
final class EchoClient {

    /** What it is told: a connection, and how long to talk on it. */
    record Order(int port, Case content, long warmUpNanos, long nanos) {

        String line() {
            return String.join(" ", Integer.toString(port), Integer.toString(content.sizeBytes()),
                    Boolean.toString(content.noDelay()), Long.toString(warmUpNanos), Long.toString(nanos));
        }

        static Order parse(String line) {
            String[] fields = line.split(" ");
            return new Order(Integer.parseInt(fields[0]),
                    new Case(Integer.parseInt(fields[1]), Boolean.parseBoolean(fields[2])),
                    Long.parseLong(fields[3]), Long.parseLong(fields[4]));
        }
    }

    private EchoClient() {
    }

    /**
     * Runs until its parent has ended.
     *
     * @param args the cgroup's folder and, if it is to stay on one, the number of a CPU
     */
    public static void main(String[] args) {
        Orders.serve(orders -> run(orders, args));
    }

    private static void run(Orders orders, String... args) throws IOException, InterruptedException {
        EchoServer.enter(args);
        while (true) {
            Order order = Order.parse(orders.next());
            InetSocketAddress server = new InetSocketAddress("127.0.0.1", order.port());
            Orders.answer(RoundTrips.measure(server, order.content(), order.warmUpNanos(), order.nanos()).line());
        }
    }
}
