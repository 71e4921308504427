package bpf4j.examples.sockmap;

import bpf4j.examples.net.TcpInfo;
import bpf4j.examples.net.TcpSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Messages sent to a server that sends them back, one after the other on one connection.
 *
 * @param address the server's
 * @param messages how many messages were sent
 * @param bytes how many bytes came back
 * @param intact whether they are those that were sent
 * @param dataSegmentsOut packets with data that left by TCP meanwhile
 * @param dataSegmentsIn packets with data that came by TCP meanwhile
 * @param took how long it took
 */
record Echo(InetAddress address, int messages, long bytes, boolean intact, int dataSegmentsOut, int dataSegmentsIn,
        Duration took) {

    static final int USUAL_MESSAGES = 1000;
    static final int MESSAGE_BYTES = 1024;
    private static final int WARM_UP_MESSAGES = 1000;
    private static final long SEED = 793;

    static Echo with(InetSocketAddress server, int messages) throws IOException {
        try (TcpSocket socket = TcpSocket.open(server.getAddress());
                Arena arena = Arena.ofConfined()) {
            socket.connect(server);
            MemorySegment message = arena.allocate(MESSAGE_BYTES);
            MemorySegment answer = arena.allocate(MESSAGE_BYTES);
            // The server's end may not be filed yet when connect returns; when an answer has come, it is. And both JVMs
            // get warm.
            for (int i = 0; i < WARM_UP_MESSAGES; i++) {
                exchange(socket, message, answer);
            }

            SplittableRandom random = new SplittableRandom(SEED);
            long bytes = 0;
            boolean intact = true;
            TcpInfo before = socket.info();
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                byte[] text = new byte[MESSAGE_BYTES];
                random.nextBytes(text);
                message.copyFrom(MemorySegment.ofArray(text));
                bytes += exchange(socket, message, answer);
                intact &= answer.mismatch(message) < 0;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            TcpInfo after = socket.info();
            return new Echo(server.getAddress(), messages, bytes, intact,
                    after.dataSegmentsOut() - before.dataSegmentsOut(),
                    after.dataSegmentsIn() - before.dataSegmentsIn(), took);
        }
    }

    /** Sends a message and waits for all of it to come back. */
    private static int exchange(TcpSocket socket, MemorySegment message, MemorySegment answer) throws IOException {
        answer.fill((byte) 0);
        socket.send(message);
        int bytes = 0;
        while (bytes < MESSAGE_BYTES) {
            int got = socket.receive(answer.asSlice(bytes));
            if (got == 0) {
                throw new IOException("the server closed the connection after %d of %d bytes"
                        .formatted(bytes, MESSAGE_BYTES));
            }
            bytes += got;
        }
        return bytes;
    }
}
