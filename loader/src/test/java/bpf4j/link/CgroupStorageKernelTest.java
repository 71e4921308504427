package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Descriptors;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.map.BpfMap;
import bpf4j.map.CgroupStorageKey;
import bpf4j.map.PerCpuMap;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Storage that cgroups have because programs are attached to them. */
@KernelTest
class CgroupStorageKernelTest {

    private static final int PORT = 7300;
    private static final int DATAGRAMS = 5;
    private static final int SENT_BYTES = 10;
    /** Headers of IPv4 and UDP. */
    private static final int PACKET_BYTES = 20 + 8 + SENT_BYTES;

    private static void exchange() throws InterruptedException {
        try (Fd receiver = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
            for (int i = 0; i < DATAGRAMS; i++) {
                TestSockets.send(PORT, new byte[SENT_BYTES]);
                assertEquals(SENT_BYTES, TestSockets.awaited(receiver));
            }
        }
    }

    @Test
    void eachPlaceOfACgroupHasItsElement() throws Exception {
        try (Descriptors _ = new Descriptors(); TestCgroup cgroup = new TestCgroup();
                NetworkNamespace namespace = TestNetwork.withLoopback();
                LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("maps_storage_attachment")).load()) {
            BpfMap<CgroupStorageKey, Long> bytes = BpfMap.of(loaded.map("bytes"), CgroupStorageKey.class, Long.class);
            PerCpuMap<Long, Long> both = PerCpuMap.of(loaded.map("both"), Long.class, Long.class);
            CgroupStorageKey out = CgroupStorageKey.of(cgroup.folder(), AttachType.BPF_CGROUP_INET_EGRESS);
            CgroupStorageKey in = CgroupStorageKey.of(cgroup.folder(), AttachType.BPF_CGROUP_INET_INGRESS);
            assertEquals(cgroup.id(), out.cgroupId());
            assertEquals(Optional.empty(), bytes.lookup(out));
            assertFalse(bytes.replace(out, 1L), "nothing is attached");
            assertEquals(Optional.empty(), bytes.firstKey());

            try (Link _ = loaded.program("outgoing").attachToCgroup(cgroup.folder());
                    Link _ = loaded.program("incoming").attachToCgroup(cgroup.folder())) {
                assertEquals(Optional.of(0L), bytes.lookup(out));
                bytes.put(out, 1000L);
                cgroup.enter();
                TestNetwork.in(namespace, CgroupStorageKernelTest::exchange);
                assertEquals(Map.of(out, 1000L + DATAGRAMS * PACKET_BYTES, in, (long) DATAGRAMS * PACKET_BYTES),
                        bytes.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
                assertEquals(2 * DATAGRAMS, both.sum(cgroup.id(), Long::longValue));
                both.putForEach(cgroup.id(), 0L);
                assertEquals(0, both.sum(cgroup.id(), Long::longValue));
                assertEquals(1, both.stream().count());
                assertEquals("EINVAL", assertThrows(KernelException.class, () -> bytes.delete(out)).errnoName());
            }
        }
    }

    @Test
    void elementsGoWithTheirCgroup() throws Exception {
        try (LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("maps_storage_attachment")).load()) {
            BpfMap<CgroupStorageKey, Long> bytes = BpfMap.of(loaded.map("bytes"), CgroupStorageKey.class, Long.class);
            try (TestCgroup cgroup = new TestCgroup();
                    Link _ = loaded.program("outgoing").attachToCgroup(cgroup.folder())) {
                assertEquals(1, bytes.stream().count());
            }
            assertTrue(Patience.until(() -> bytes.firstKey().isEmpty()));
        }
    }

    @Test
    void folderThatIsNotThereIsRefused() {
        KernelException e = assertThrows(KernelException.class,
                () -> CgroupStorageKey.of(Path.of("/no-such-cgroup"), AttachType.BPF_CGROUP_INET_EGRESS));
        assertTrue(e.getMessage().contains("/no-such-cgroup"), e::getMessage);
    }
}
