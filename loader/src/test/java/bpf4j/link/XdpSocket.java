package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Memory;
import bpf4j.sys.Socket;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Patience;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * An AF_XDP socket that receives from the first queue of an interface, with memory for a few packets. Source: {@code
 * <linux/if_xdp.h>}.
 */
final class XdpSocket implements AutoCloseable {

    private static final int AF_XDP = 44;
    private static final int SOL_XDP = 283;
    private static final int XDP_MMAP_OFFSETS = 1;
    private static final int XDP_RX_RING = 2;
    private static final int XDP_UMEM_REG = 4;
    private static final int XDP_UMEM_FILL_RING = 5;
    private static final int XDP_UMEM_COMPLETION_RING = 6;
    private static final long XDP_PGOFF_RX_RING = 0;
    private static final long XDP_UMEM_PGOFF_FILL_RING = 0x1_0000_0000L;
    private static final short XDP_COPY = 2;
    private static final int SOCKADDR_XDP_BYTES = 16;
    /** {@code struct xdp_umem_reg} up to its flags. */
    private static final int UMEM_REG_BYTES = 32;
    /** Four times {@code struct xdp_ring_offset}: receive, send, fill, completion. */
    private static final int OFFSETS_BYTES = 4 * 32;
    private static final int FILL_OFFSETS = 2 * 32;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int SLOTS = 8;
    private static final int CHUNK_BYTES = 4096;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final Arena arena = Arena.ofAuto();
    /** What is mapped of a socket keeps it open. */
    private final Arena rings = Arena.ofShared();
    private final Fd fd;
    private final MemorySegment packets = arena.allocate((long) SLOTS * CHUNK_BYTES, CHUNK_BYTES);
    private final MemorySegment offsets = arena.allocate(OFFSETS_BYTES, Long.BYTES);
    private final MemorySegment received;
    private int taken;

    /** Is called in the interface's namespace. */
    XdpSocket(int interfaceIndex) throws InterruptedException {
        fd = Fd.owning(Socket.open(AF_XDP, Socket.SOCK_RAW, 0), "AF_XDP socket of a test");
        MemorySegment umem = arena.allocate(UMEM_REG_BYTES, Long.BYTES);
        umem.set(ValueLayout.JAVA_LONG, 0, packets.address());
        umem.set(ValueLayout.JAVA_LONG, 8, packets.byteSize());
        umem.set(ValueLayout.JAVA_INT, 16, CHUNK_BYTES);
        set(XDP_UMEM_REG, umem);
        MemorySegment slots = arena.allocateFrom(ValueLayout.JAVA_INT, SLOTS);
        set(XDP_UMEM_FILL_RING, slots);
        set(XDP_UMEM_COMPLETION_RING, slots);
        set(XDP_RX_RING, slots);
        assertEquals(0, Syscall.getsockopt(fd.number(), SOL_XDP, XDP_MMAP_OFFSETS, offsets,
                arena.allocateFrom(ValueLayout.JAVA_INT, OFFSETS_BYTES)));
        received = ring(XDP_PGOFF_RX_RING, 0, DESCRIPTOR_BYTES);
        MemorySegment fill = ring(XDP_UMEM_PGOFF_FILL_RING, FILL_OFFSETS, Long.BYTES);
        for (int i = 0; i < SLOTS; i++) {
            fill.setAtIndex(ValueLayout.JAVA_LONG, offset(FILL_OFFSETS, 2) / Long.BYTES + i, (long) i * CHUNK_BYTES);
        }
        INT.setRelease(fill, offset(FILL_OFFSETS, 0), SLOTS);
        MemorySegment address = arena.allocate(SOCKADDR_XDP_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_XDP);
        address.set(ValueLayout.JAVA_SHORT, 2, XDP_COPY);
        address.set(ValueLayout.JAVA_INT, 4, interfaceIndex);
        int[] status = new int[1];
        // The kernel lets go of a queue some time after its last socket was closed.
        Patience.until(() -> (status[0] = Socket.bind(fd.number(), address)) != -Errno.EBUSY.number());
        assertEquals(0, status[0]);
    }

    private void set(int option, MemorySegment value) {
        assertEquals(0, Syscall.setsockopt(fd.number(), SOL_XDP, option, value));
    }

    /** {@return where producer (0), consumer (1) or descriptors (2) of a ring are} */
    private long offset(int ring, int what) {
        return offsets.get(ValueLayout.JAVA_LONG, ring + (long) what * Long.BYTES);
    }

    private MemorySegment ring(long page, int ring, int elementBytes) {
        return assertInstanceOf(Memory.Mapping.Mapped.class, Memory.map(rings, fd, page,
                offset(ring, 2) + (long) SLOTS * elementBytes, Memory.PROT_READ | Memory.PROT_WRITE,
                Memory.MAP_SHARED)).memory();
    }

    int number() {
        return fd.number();
    }

    /** {@return the next packet, from its link layer on; null if none comes} */
    byte[] awaited() throws InterruptedException {
        if (!Patience.until(() -> (int) INT.getAcquire(received, offset(0, 0)) != taken)) {
            return null;
        }
        long descriptor = offset(0, 2) + (long) (taken & SLOTS - 1) * DESCRIPTOR_BYTES;
        byte[] packet = packets.asSlice(received.get(ValueLayout.JAVA_LONG, descriptor),
                received.get(ValueLayout.JAVA_INT, descriptor + Long.BYTES)).toArray(ValueLayout.JAVA_BYTE);
        INT.setRelease(received, offset(0, 1), ++taken);
        return packet;
    }

    /** Closes the socket; the packets' memory goes with this object. */
    @Override
    public void close() {
        rings.close();
        fd.close();
    }
}
