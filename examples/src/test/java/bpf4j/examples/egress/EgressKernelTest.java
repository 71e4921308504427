package bpf4j.examples.egress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.host.Cgroup;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@KernelTest
class EgressKernelTest {

    private static final int DATAGRAMS = 10;
    private static final int DATA_BYTES = 100;
    private static final int IPV4_UDP_HEADER_BYTES = 28;

    @Test
    void whatIsSentIsCountedByItsReceiver() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Cgroup cgroup = Cgroup.create("bpf4j-test-egress"); PrintStream print = new PrintStream(out, true)) {
            CompletableFuture<Void> egress = CompletableFuture.runAsync(() -> {
                try {
                    Egress.run(print, cgroup.folder(), 3);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Patience.until(() -> out.size() > 0 || egress.isDone());
            try (Closeable _ = cgroup.enter(); DatagramSocket socket = new DatagramSocket()) {
                InetAddress receiver = InetAddress.getByName("127.0.0.2");
                for (int i = 0; i < DATAGRAMS; i++) {
                    socket.send(new DatagramPacket(new byte[DATA_BYTES], DATA_BYTES, receiver, socket.getLocalPort()));
                }
            }
            egress.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        String printed = out.toString(StandardCharsets.UTF_8);
        assertTrue(printed.matches("(?s)program 'count' on cgroup .*\\n *%d *%d  udp 127\\.0\\.0\\.2\\n.*"
                .formatted(DATAGRAMS, DATAGRAMS * (DATA_BYTES + IPV4_UDP_HEADER_BYTES))), printed);
    }
}
