package bpf4j.map;

/**
 * A value of a device map: where XDP sends packets, and optionally a program that sees them there. {@code struct
 * bpf_devmap_val} of {@code <linux/bpf.h>}.
 *
 * @param interfaceIndex the network interface
 * @param program to be written the program's descriptor, as read its id; 0 for none
 */
public record DeviceTarget(int interfaceIndex, int program) {

    /** Values of 4 bytes, without program. */
    public static final Codec<DeviceTarget> WITHOUT_PROGRAM = codec(Integer.BYTES);
    /** Values of 8 bytes, since Linux 5.8. */
    public static final Codec<DeviceTarget> WITH_PROGRAM = codec(Long.BYTES);

    private static Codec<DeviceTarget> codec(int sizeBytes) {
        return new TargetCodec<>(sizeBytes, DeviceTarget::new, DeviceTarget::interfaceIndex, DeviceTarget::program);
    }
}
