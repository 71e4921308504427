package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A value of a device map: where XDP sends packets, and optionally a program that sees them there. {@code struct
 * bpf_devmap_val} of {@code <linux/bpf.h>}.
 *
 * @param interfaceIndex the network interface
 * @param program to be written the program's descriptor, as read its id; 0 for none
 */
public record DeviceTarget(int interfaceIndex, int program) {

    /** Values of 4 bytes, without program. */
    public static final Codec<DeviceTarget> WITHOUT_PROGRAM = new TargetCodec(Integer.BYTES);
    /** Values of 8 bytes, since Linux 5.8. */
    public static final Codec<DeviceTarget> WITH_PROGRAM = new TargetCodec(Long.BYTES);

    private record TargetCodec(int sizeBytes) implements Codec<DeviceTarget> {

        @Override
        public int alignmentBytes() {
            return Integer.BYTES;
        }

        @Override
        public DeviceTarget read(MemorySegment segment, long offsetBytes) {
            return new DeviceTarget(segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes), sizeBytes == Integer.BYTES ? 0
                    : segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Integer.BYTES));
        }

        @Override
        public void write(MemorySegment segment, long offsetBytes, DeviceTarget value) {
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes, value.interfaceIndex());
            if (sizeBytes > Integer.BYTES) {
                segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Integer.BYTES, value.program());
            } else if (value.program() != 0) {
                throw new IllegalArgumentException("the values of this map have no room for a program");
            }
        }

        @Override
        public String toString() {
            return "target of %d bytes".formatted(sizeBytes);
        }
    }
}
