package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The bytes of an address. */
record AddressCodec<A extends InetAddress>(int sizeBytes, Class<A> type) implements Codec<A> {

    @Override
    public A read(MemorySegment segment, long offsetBytes) {
        byte[] bytes = segment.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
        try {
            // InetAddress.getByAddress would make an Inet4Address of ::ffff:1.2.3.4.
            return type.cast(type == Inet6Address.class ? Inet6Address.getByAddress(null, bytes, -1)
                    : InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, A value) {
        MemorySegment.copy(value.getAddress(), 0, segment, ValueLayout.JAVA_BYTE, offsetBytes, sizeBytes);
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
