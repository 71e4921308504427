package bpf4j.link;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * A route whose packets a program sees. Source: {@code <linux/rtnetlink.h>}, {@code <linux/lwtunnel.h>},
 * {@code ip-route(8)}.
 *
 * @param destination where the packets go; for a program of {@code lwt_seg6local} the segment
 * @param prefixBits how many bits of the destination count: 32 of an IPv4 address and 128 of an IPv6 address for one
 *     host
 * @param device the interface that they leave through, for a segment any but the loopback one; of the calling
 *     thread's network namespace
 * @param gateway whom they are handed to, of the destination's family; empty for the receivers themselves
 * @param table the routing table, 254 for the main one
 * @param metric which route counts if there are several to one destination: that with the lowest; 0 for the usual
 *     one, which is 1024 for IPv6
 * @param headroomBytes how much a program of {@code lwt_xmit} may put before a packet, 0 to 256
 */
public record LwtOptions(InetAddress destination, int prefixBits, NetInterface device, Optional<InetAddress> gateway,
        int table, int metric, int headroomBytes) {

    private static final int RT_TABLE_MAIN = 254;
    private static final int MAX_HEADROOM_BYTES = 256;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the destination has no prefix of this length, destination and gateway are
     *     not of one family, or the headroom is not in 0 to 256
     */
    public LwtOptions {
        Objects.requireNonNull(device);
        int addressBits = destination.getAddress().length * Byte.SIZE;
        if (prefixBits < 0 || prefixBits > addressBits) {
            throw new IllegalArgumentException(
                    "an address of %d bits has no prefix of %d".formatted(addressBits, prefixBits));
        }
        if (gateway.isPresent() && gateway.get().getAddress().length * Byte.SIZE != addressBits) {
            throw new IllegalArgumentException("destination and gateway are of two families");
        }
        if (headroomBytes < 0 || headroomBytes > MAX_HEADROOM_BYTES) {
            throw new IllegalArgumentException("a headroom of %d bytes is not in 0 to %d".formatted(
                    headroomBytes, MAX_HEADROOM_BYTES));
        }
    }

    /**
     * {@return a route of the main table to receivers behind an interface}
     *
     * @param destination where the packets go
     * @param prefixBits how many bits of the destination count
     * @param device the interface that they leave through
     */
    public static LwtOptions to(InetAddress destination, int prefixBits, NetInterface device) {
        return new LwtOptions(destination, prefixBits, device, Optional.empty(), RT_TABLE_MAIN, 0, 0);
    }

    /**
     * {@return these, by way of a gateway}
     *
     * @param newGateway whom the packets are handed to, of the destination's family
     */
    public LwtOptions withGateway(InetAddress newGateway) {
        return new LwtOptions(destination, prefixBits, device, Optional.of(newGateway), table, metric, headroomBytes);
    }

    /**
     * {@return these in another routing table}
     *
     * @param newTable the table's number
     */
    public LwtOptions withTable(int newTable) {
        return new LwtOptions(destination, prefixBits, device, gateway, newTable, metric, headroomBytes);
    }

    /**
     * {@return these with another metric}
     *
     * @param newMetric the metric; 0 for the usual one, which is 1024 for IPv6
     */
    public LwtOptions withMetric(int newMetric) {
        return new LwtOptions(destination, prefixBits, device, gateway, table, newMetric, headroomBytes);
    }

    /**
     * {@return these with room before each packet}
     *
     * @param newHeadroomBytes how much a program may put there, 0 to 256
     */
    public LwtOptions withHeadroomBytes(int newHeadroomBytes) {
        return new LwtOptions(destination, prefixBits, device, gateway, table, metric, newHeadroomBytes);
    }
}
