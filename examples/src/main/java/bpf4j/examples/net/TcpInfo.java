package bpf4j.examples.net;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Counters of a TCP connection: some of {@code struct tcp_info} in {@code linux/tcp.h}, what
 * {@code getsockopt(TCP_INFO)} fills. The structure has only ever grown at its end, so these offsets hold on every
 * kernel.
 *
 * @param roundTripMicros the smoothed round-trip time
 * @param congestionWindow how many packets may be under way
 * @param retransmissions packets sent again, all together
 * @param bytesAcknowledged bytes that arrived at the other end, each counted once
 * @param segmentsOut packets sent, acknowledgements among them
 * @param segmentsIn packets received
 * @param dataSegmentsIn packets received that carry data
 * @param dataSegmentsOut packets sent that carry data
 * @param delivered packets that arrived at the other end
 * @param deliveredCe packets that arrived there with the mark "congestion experienced"
 */
public record TcpInfo(int roundTripMicros, int congestionWindow, int retransmissions, long bytesAcknowledged,
        int segmentsOut, int segmentsIn, int dataSegmentsIn, int dataSegmentsOut, int delivered, int deliveredCe) {

    static final StructLayout LAYOUT = structLayout(
            paddingLayout(68),
            JAVA_INT.withName("tcpi_rtt"),
            paddingLayout(8),
            JAVA_INT.withName("tcpi_snd_cwnd"),
            paddingLayout(16),
            JAVA_INT.withName("tcpi_total_retrans"),
            paddingLayout(16),
            JAVA_LONG.withName("tcpi_bytes_acked"),
            paddingLayout(8),
            JAVA_INT.withName("tcpi_segs_out"),
            JAVA_INT.withName("tcpi_segs_in"),
            paddingLayout(8),
            JAVA_INT.withName("tcpi_data_segs_in"),
            JAVA_INT.withName("tcpi_data_segs_out"),
            paddingLayout(32),
            JAVA_INT.withName("tcpi_delivered"),
            JAVA_INT.withName("tcpi_delivered_ce"));

    static TcpInfo read(MemorySegment info) {
        long bytesAcknowledged = info.get(JAVA_LONG, LAYOUT.byteOffset(PathElement.groupElement("tcpi_bytes_acked")));
        return new TcpInfo(field(info, "tcpi_rtt"), field(info, "tcpi_snd_cwnd"), field(info, "tcpi_total_retrans"),
                bytesAcknowledged, field(info, "tcpi_segs_out"), field(info, "tcpi_segs_in"),
                field(info, "tcpi_data_segs_in"), field(info, "tcpi_data_segs_out"), field(info, "tcpi_delivered"),
                field(info, "tcpi_delivered_ce"));
    }

    private static int field(MemorySegment info, String name) {
        return info.get(JAVA_INT, LAYOUT.byteOffset(PathElement.groupElement(name)));
    }
}
