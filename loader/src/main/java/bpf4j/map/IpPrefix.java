package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A network, as LPM tries of addresses have them for keys: {@code struct bpf_lpm_trie_key} with 4 or 16 bytes of
 * address. To look an address up, give all of its bits. The kernel heeds the first {@code length} bits only, but keeps
 * and gives back the others.
 *
 * @param address the address
 * @param length how many bits of it count, from the front: 0 to 32 or 0 to 128
 */
public record IpPrefix(InetAddress address, int length) {

    /** Networks of IPv4: keys of 8 bytes. */
    public static final Codec<IpPrefix> IPV4 = new PrefixCodec<>(Codec.IPV4, Inet4Address.class);
    /** Networks of IPv6: keys of 20 bytes. */
    public static final Codec<IpPrefix> IPV6 = new PrefixCodec<>(Codec.IPV6, Inet6Address.class);

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException if the address has no prefix of this length
     */
    public IpPrefix {
        if (length < 0 || length > address.getAddress().length * 8) {
            throw new IllegalArgumentException("%s has no prefix of %d bits"
                    .formatted(address.getHostAddress(), length));
        }
    }

    /**
     * Reads a network in its usual form. No name service is asked.
     *
     * @param text {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone, all of whose bits then count
     * @return the network
     * @throws IllegalArgumentException if it is none
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        return slash < 0 ? of(address) : new IpPrefix(address, Integer.parseInt(text.substring(slash + 1)));
    }

    /**
     * Makes a prefix of all bits of an address.
     *
     * @param address the address
     * @return the prefix
     */
    public static IpPrefix of(InetAddress address) {
        return new IpPrefix(address, address.getAddress().length * 8);
    }

    /** {@return the network in its usual form} */
    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }

    private record PrefixCodec<A extends InetAddress>(Codec<A> addresses, Class<A> type) implements Codec<IpPrefix> {

        @Override
        public int sizeBytes() {
            return Integer.BYTES + addresses.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return Integer.BYTES;
        }

        @Override
        public IpPrefix read(MemorySegment segment, long offsetBytes) {
            return new IpPrefix(addresses.read(segment, offsetBytes + Integer.BYTES),
                    segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes));
        }

        @Override
        public void write(MemorySegment segment, long offsetBytes, IpPrefix value) {
            if (!type.isInstance(value.address())) {
                throw new IllegalArgumentException("%s is not of %s".formatted(value, type.getSimpleName()));
            }
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes, value.length());
            addresses.write(segment, offsetBytes + Integer.BYTES, type.cast(value.address()));
        }

        @Override
        public String toString() {
            return "prefix of " + type.getSimpleName();
        }
    }
}
