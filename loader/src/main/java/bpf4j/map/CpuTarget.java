package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A value of a CPU map: how many packets XDP may queue for a CPU, and optionally a program that sees them there. {@code
 * struct bpf_cpumap_val} of {@code <linux/bpf.h>}.
 *
 * @param queueSize the length of the queue in packets, 1 to 16,384; 0 takes the CPU out
 * @param program to be written the program's descriptor, as read its id; 0 for none
 */
public record CpuTarget(int queueSize, int program) {

    /** Values of 4 bytes, without program. */
    public static final Codec<CpuTarget> WITHOUT_PROGRAM = new TargetCodec(Integer.BYTES);
    /** Values of 8 bytes, since Linux 5.9. */
    public static final Codec<CpuTarget> WITH_PROGRAM = new TargetCodec(Long.BYTES);

    private record TargetCodec(int sizeBytes) implements Codec<CpuTarget> {

        @Override
        public int alignmentBytes() {
            return Integer.BYTES;
        }

        @Override
        public CpuTarget read(MemorySegment segment, long offsetBytes) {
            return new CpuTarget(segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes), sizeBytes == Integer.BYTES ? 0
                    : segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Integer.BYTES));
        }

        @Override
        public void write(MemorySegment segment, long offsetBytes, CpuTarget value) {
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes, value.queueSize());
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
