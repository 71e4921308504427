package bpf4j.examples.net;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * {@code struct sockaddr_in} and {@code sockaddr_in6} of {@code netinet/in.h}: an address and a port as the C library
 * takes them.
 */
final class SocketAddress {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final StructLayout IPV4 = structLayout(JAVA_SHORT.withName("sin_family"), PORT.withName("sin_port"),
            sequenceLayout(4, JAVA_BYTE).withName("sin_addr"), paddingLayout(8));
    private static final StructLayout IPV6 = structLayout(JAVA_SHORT.withName("sin6_family"),
            PORT.withName("sin6_port"), JAVA_INT.withName("sin6_flowinfo"),
            sequenceLayout(16, JAVA_BYTE).withName("sin6_addr"), JAVA_INT.withName("sin6_scope_id"));

    private static final long PORT_OFFSET_BYTES = IPV4.byteOffset(PathElement.groupElement("sin_port"));
    private static final long IPV4_ADDRESS_OFFSET_BYTES = IPV4.byteOffset(PathElement.groupElement("sin_addr"));
    private static final long IPV6_ADDRESS_OFFSET_BYTES = IPV6.byteOffset(PathElement.groupElement("sin6_addr"));

    /** Enough for either. */
    static final StructLayout LARGEST = IPV6;

    private SocketAddress() {
    }

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    static MemorySegment write(InetSocketAddress address, Arena arena) {
        byte[] host = address.getAddress().getAddress();
        boolean old = address.getAddress() instanceof Inet4Address;
        MemorySegment segment = arena.allocate(old ? IPV4 : IPV6);
        segment.set(JAVA_SHORT, 0, (short) family(address.getAddress()));
        segment.set(PORT, PORT_OFFSET_BYTES, (short) address.getPort());
        MemorySegment.copy(host, 0, segment, JAVA_BYTE, old ? IPV4_ADDRESS_OFFSET_BYTES : IPV6_ADDRESS_OFFSET_BYTES,
                host.length);
        return segment;
    }

    static InetSocketAddress read(MemorySegment segment) throws IOException {
        boolean old = segment.get(JAVA_SHORT, 0) == AF_INET;
        byte[] host = new byte[old ? 4 : 16];
        MemorySegment.copy(segment, JAVA_BYTE, old ? IPV4_ADDRESS_OFFSET_BYTES : IPV6_ADDRESS_OFFSET_BYTES, host, 0,
                host.length);
        return new InetSocketAddress(InetAddress.getByAddress(host),
                Short.toUnsignedInt(segment.get(PORT, PORT_OFFSET_BYTES)));
    }
}
