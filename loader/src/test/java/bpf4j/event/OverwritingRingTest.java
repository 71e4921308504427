package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ring buffers that overwrite what was not read have another layout, which no reader here knows. */
class OverwritingRingTest {

    /** {@code 1U << 19} of {@code enum bpf_map_create_flags}, since Linux 6.19. */
    private static final int BPF_F_RB_OVERWRITE = 0x80000;

    @Test
    void isRefusedAndNotMisread() throws IOException {
        FakeKernel kernel = new FakeKernel();
        BpfObject object = BpfObject.read(Fixtures.object("ringbuf_records-el.o"))
                .withMap("records", map -> map.withFlags(map.flags() | BPF_F_RB_OVERWRITE));
        long open = Fd.openCount();
        try (LoadedObject loaded = FakeLoads.load(object, kernel)) {
            assertEquals(BPF_F_RB_OVERWRITE, kernel.map("records").field("map_flags"));
            long loadedOnly = Fd.openCount();
            String message = assertThrows(KernelException.class, () -> RingBuffer.open(loaded.map("records")))
                    .getMessage();
            assertEquals("ring buffer 'records': reading events: it overwrites records that were not read "
                    + "(BPF_F_RB_OVERWRITE), which is not supported", message);
            assertTrue(Fd.openCount() <= loadedOnly, "descriptors are left");
        }
        assertEquals(Set.of(), kernel.open());
        assertTrue(Fd.openCount() <= open);
    }
}
