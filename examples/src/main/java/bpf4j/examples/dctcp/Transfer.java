package bpf4j.examples.dctcp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import bpf4j.examples.Findings;
import bpf4j.examples.net.TcpInfo;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** One connection through which many bytes go from one end to the other. */
final class Transfer {

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int CHUNKS = 512;
    private static final long SEED = 8257;

    /** How much went through an end, and the checksum of it. */
    private record Flow(long bytes, long checksum) {
    }

    /**
     * What there was to see.
     *
     * @param sender the congestion control of the sending end
     * @param receiver the congestion control of the receiving end
     * @param sent what was sent
     * @param received what was received
     * @param info the sender's counters at the end
     */
    record Outcome(String sender, String receiver, Flow sent, Flow received, TcpInfo info) {

        void report(String congestionControl, Findings findings) {
            findings.expect(sender.equals(congestionControl) && receiver.equals(congestionControl),
                    "the kernel says that both ends use it: %s, %s", sender, receiver);
            findings.expect(sent.equals(received), "%d bytes sent and received, CRC-32C %08x and %08x",
                    received.bytes(), sent.checksum(), received.checksum());
            findings.note("sender: %s", info);
        }
    }

    private Transfer() {
    }

    static Outcome run(InetAddress address, String congestionControl) throws IOException, InterruptedException {
        try (TcpSocket listener = TcpSocket.open(address);
                TcpSocket sender = TcpSocket.open(address)) {
            // Before the handshake: it is there that both ends agree on ECN, and an accepted socket begins like its
            // listener.
            listener.setCongestionControl(congestionControl);
            sender.setCongestionControl(congestionControl);
            InetSocketAddress meeting = listener.listen(address);
            sender.connect(meeting);
            try (TcpSocket receiver = listener.accept()) {
                FutureTask<Flow> receiving = new FutureTask<>(() -> receive(receiver));
                Thread thread = Thread.ofPlatform().name("receiver").start(receiving);
                try {
                    Flow sent = send(sender);
                    return new Outcome(sender.congestionControl(), receiver.congestionControl(), sent, receiving.get(),
                            sender.info());
                } catch (ExecutionException e) {
                    throw new IOException("receiver: " + e.getCause().getMessage(), e);
                } finally {
                    thread.interrupt();
                    thread.join();
                }
            }
        }
    }

    private static Flow send(TcpSocket socket) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        Checksum checksum = new CRC32C();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES, Long.BYTES);
            for (int i = 0; i < CHUNKS; i++) {
                for (long offset = 0; offset < CHUNK_BYTES; offset += Long.BYTES) {
                    chunk.set(JAVA_LONG, offset, random.nextLong());
                }
                checksum.update(chunk.asByteBuffer());
                socket.send(chunk);
            }
        }
        return new Flow((long) CHUNKS * CHUNK_BYTES, checksum.getValue());
    }

    private static Flow receive(TcpSocket socket) throws IOException {
        Checksum checksum = new CRC32C();
        long bytes = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(CHUNK_BYTES);
            while (bytes < (long) CHUNKS * CHUNK_BYTES) {
                int got = socket.receive(buffer);
                if (got == 0) {
                    break;
                }
                checksum.update(buffer.asSlice(0, got).asByteBuffer());
                bytes += got;
            }
        }
        return new Flow(bytes, checksum.getValue());
    }
}
