package bpf4j.map;

/**
 * A value of a CPU map: how many packets XDP may queue for a CPU, and optionally a program that sees them there. {@code
 * struct bpf_cpumap_val} of {@code <linux/bpf.h>}.
 *
 * @param queueSize the length of the queue in packets, 1 to 16,384; 0 takes the CPU out
 * @param program to be written the program's descriptor, as read its id; 0 for none
 */
public record CpuTarget(int queueSize, int program) {

    /** Values of 4 bytes, without program. */
    public static final Codec<CpuTarget> WITHOUT_PROGRAM = codec(Integer.BYTES);
    /** Values of 8 bytes, since Linux 5.9. */
    public static final Codec<CpuTarget> WITH_PROGRAM = codec(Long.BYTES);

    private static Codec<CpuTarget> codec(int sizeBytes) {
        return new TargetCodec<>(sizeBytes, CpuTarget::new, CpuTarget::queueSize, CpuTarget::program);
    }
}
