package bpf4j.image;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The compressed kernel in an image that unpacks itself.
 *
 * @param offset where it starts in the image, in bytes
 * @param bytes the payload; its end may be the expanded size
 */
record Payload(long offset, MemorySegment bytes) {

    private static final int X86_HEADER_BYTES = 0x250;
    private static final int X86_SECTOR_BYTES = 512;
    /** What stands for no number in {@code setup_sects}, by history. */
    private static final int X86_DEFAULT_SECTORS = 4;
    private static final int HDRS = 0x53726448;
    /** The first boot protocol that says where the payload is: Linux 2.6.26. */
    private static final int PAYLOAD_PROTOCOL = 0x208;
    private static final int ZBOOT_HEADER_BYTES = 64;
    private static final int MZ = 0x5a4d;
    private static final int ZIMG = 0x676d697a;

    /**
     * Finds the payload of an x86 bzImage (Documentation/arch/x86/boot.rst) or an EFI zboot image
     * (drivers/firmware/efi/libstub/zboot-header.S).
     *
     * @return nothing if the bytes are neither
     * @throws ImageFormatException if they are, but the payload is not within them
     */
    static Optional<Payload> find(MemorySegment image, String subject) {
        if (image.byteSize() >= X86_HEADER_BYTES && LittleEndian.u16(image, 0x1fe) == 0xaa55
                && LittleEndian.i32(image, 0x202) == HDRS) {
            int protocol = LittleEndian.u16(image, 0x206);
            if (protocol < PAYLOAD_PROTOCOL) {
                throw new ImageFormatException("%s: 0x206: boot protocol 0x%x does not say where the kernel is"
                        .formatted(subject, protocol));
            }
            int sectors = LittleEndian.u8(image, 0x1f1);
            long start = (1L + (sectors == 0 ? X86_DEFAULT_SECTORS : sectors)) * X86_SECTOR_BYTES;
            return Optional.of(within(image, 0x248, start + LittleEndian.u32(image, 0x248),
                    LittleEndian.u32(image, 0x24c), subject));
        }
        if (image.byteSize() >= ZBOOT_HEADER_BYTES && LittleEndian.u16(image, 0) == MZ
                && LittleEndian.i32(image, 4) == ZIMG) {
            return Optional.of(within(image, 8, LittleEndian.u32(image, 8), LittleEndian.u32(image, 12), subject));
        }
        return Optional.empty();
    }

    private static Payload within(MemorySegment image, int field, long offset, long size, String subject) {
        if (offset + size > image.byteSize()) {
            throw new ImageFormatException("%s: 0x%x: the payload of 0x%x bytes at 0x%x runs past the end at 0x%x"
                    .formatted(subject, field, size, offset, image.byteSize()));
        }
        return new Payload(offset, image.asSlice(offset, size));
    }
}
