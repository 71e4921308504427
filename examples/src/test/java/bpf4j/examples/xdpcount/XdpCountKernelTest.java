package bpf4j.examples.xdpcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.link.NetworkNamespace;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@KernelTest
class XdpCountKernelTest {

    private static final int DATAGRAMS = 10;
    private static final int DATA_BYTES = 100;
    private static final int HEADERS_BYTES = 14 + 20 + 8;

    /** Runs {@code ip(8)} in the calling thread's network namespace. */
    private static void ip(String arguments) throws IOException, InterruptedException {
        Process ip = new ProcessBuilder(("ip " + arguments).split(" ")).redirectErrorStream(true).start();
        String said = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, ip.waitFor(), "ip " + arguments + ": " + said);
    }

    /** What is sent to everybody on one end of the pair needs nobody on the other. */
    private static Void sendThroughThePair() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress everybody = InetAddress.getByName("10.77.1.255");
            for (int i = 0; i < DATAGRAMS; i++) {
                socket.send(new DatagramPacket(new byte[DATA_BYTES], DATA_BYTES, everybody, 7000));
            }
        }
        return null;
    }

    @Test
    void whatArrivesIsCountedByItsProtocol() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (NetworkNamespace namespace = NetworkNamespace.create(); PrintStream print = new PrintStream(out, true)) {
            namespace.call(() -> {
                for (String step : List.of("link add here type veth peer name there", "addr add 10.77.1.1/24 dev here",
                        "link set here up", "link set there up")) {
                    ip(step);
                }
                return null;
            });
            CompletableFuture<Void> count = CompletableFuture.runAsync(() -> {
                try {
                    namespace.call(() -> {
                        XdpCount.run(print, "there", 3);
                        return null;
                    });
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Patience.until(() -> out.size() > 0 || count.isDone());
            namespace.call(XdpCountKernelTest::sendThroughThePair);
            count.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        String printed = out.toString(StandardCharsets.UTF_8);
        assertTrue(printed.matches("(?s)program 'count' on interface there\\n.*\\n *%d *%d  ipv4 udp\\n.*".formatted(
                DATAGRAMS, DATAGRAMS * (DATA_BYTES + HEADERS_BYTES))), printed);
    }

    @Test
    void interfaceThatIsNotThereIsNamed() {
        String message = assertThrows(KernelException.class,
                () -> XdpCount.run(System.out, "no-such-device", 1)).getMessage();
        assertTrue(message.contains("interface 'no-such-device'"), message);
    }
}
