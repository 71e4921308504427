package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.TestRunOptions;
import bpf4j.kernel.TestRunResult;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Test runs of XDP programs on frames that go on their way afterwards, in a namespace with nothing but loopback. */
@KernelTest
class LiveFramesKernelTest {

    private static final int DROPPED = 0;
    private static final int PASSED = 1;
    private static final int FRAMES = 5;
    private static final byte[] TEXT = {'f', 'r', 'a', 'm', 'e'};

    private static TestRunOptions live() {
        return TestRunOptions.ofData(frame()).withFlags(TestRunOptions.BPF_F_TEST_XDP_LIVE_FRAMES).withRepeat(FRAMES);
    }

    @Test
    void framesGoOnTheirWay() throws Exception {
        KernelVersion.assumeAtLeast(5, 18, "live frames");
        try (NetworkNamespace namespace = TestNetwork.withLoopback();
                LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("attach_xdp")).load()) {
            namespace.call(() -> {
                // To the kernel these come from outside, where nobody is to know loopback addresses.
                Files.writeString(Path.of("/proc/sys/net/ipv4/conf/lo/route_localnet"), "1");
                try (DatagramChannel socket = DatagramChannel.open(StandardProtocolFamily.INET)) {
                    socket.bind(new InetSocketAddress("127.0.0.1", TestNetwork.TEST_PORT)).configureBlocking(false);
                    TestRunResult result = loaded.program("pass").testRun(live().withBatchSize(2));
                    assertEquals(0, result.data().length, "nothing comes back");
                    assertEquals(0, result.context().length);
                    for (int i = 0; i < FRAMES; i++) {
                        assertArrayEquals(TEXT, receive(socket));
                    }
                    loaded.program("drop").testRun(live());
                    assertEquals(null, socket.receive(ByteBuffer.allocate(TEXT.length)));
                    PacketCounts counts = PacketCounts.of(loaded);
                    assertEquals(FRAMES, counts.get(PASSED));
                    assertEquals(FRAMES, counts.get(DROPPED));
                }
                return null;
            });
        }
    }

    @Test
    void withoutThemABatchIsRefused() throws IOException {
        KernelVersion.assumeAtLeast(5, 18, "live frames");
        try (LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("attach_xdp")).load()) {
            KernelException refused = assertThrows(KernelException.class, () -> loaded.program("pass")
                    .testRun(TestRunOptions.ofData(frame()).withBatchSize(2)));
            assertEquals("EINVAL", refused.errnoName());
            KernelException large = assertThrows(KernelException.class,
                    () -> loaded.program("pass").testRun(live().withBatchSize(257)));
            assertTrue(large.getMessage().contains("at most 256 packets"), large::getMessage);
        }
    }

    private static byte[] receive(DatagramChannel socket) throws Exception {
        ByteBuffer text = ByteBuffer.allocate(2 * TEXT.length);
        // The kernel hands frames over before the run returns, or soon after.
        Patience.until(() -> socket.receive(text) != null);
        return Arrays.copyOf(text.array(), text.position());
    }

    /** Ethernet to all, IPv4 from elsewhere to loopback, UDP without checksum. */
    private static byte[] frame() {
        int udpBytes = 8 + TEXT.length;
        ByteBuffer frame = ByteBuffer.allocate(14 + 20 + udpBytes).order(ByteOrder.BIG_ENDIAN);
        frame.putLong(0, -1).putShort(12, (short) 0x0800);
        frame.putShort(14, (short) 0x4500).putShort(16, (short) (20 + udpBytes)).put(22, (byte) 64).put(23, (byte) 17);
        frame.putInt(26, 0x0a4d0002).putInt(30, 0x7f000001);
        int sum = 0;
        for (int i = 14; i < 34; i += Short.BYTES) {
            sum += Short.toUnsignedInt(frame.getShort(i));
        }
        frame.putShort(24, (short) ~((sum & 0xffff) + (sum >>> 16)));
        frame.putShort(34, (short) 7001).putShort(36, (short) TestNetwork.TEST_PORT).putShort(38, (short) udpBytes);
        return frame.put(42, TEXT).array();
    }
}
