package bpf4j.image;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A kernel as it lies in memory, without a table of sections: {@code Image} of arm64, RISC-V and LoongArch. Its BTF is
 * found by the look of a header. Source: Documentation/arch/arm64/booting.rst, arch/riscv/boot-image-header.rst.
 */
final class FlatImage {

    private static final int MAGIC_OFFSET = 0x38;
    private static final int ARM64 = 0x644d5241;
    private static final int RISCV = 0x05435352;
    /** {@code LINUX_PE_MAGIC}: any EFI image of Linux. */
    private static final int LINUX_PE = 0x818223cd;
    private static final byte[] BTF_START = {(byte) 0x9f, (byte) 0xeb, 1, 0};
    private static final int MIN_BTF_HEADER_BYTES = 24;
    private static final int MAX_BTF_HEADER_BYTES = 256;
    /** Besides its own, a kernel holds the BTF of the few BPF programs that are built in. */
    private static final int MAX_CANDIDATES = 16;

    private FlatImage() {
    }

    static boolean is(MemorySegment image) {
        if (image.byteSize() < MAGIC_OFFSET + 4) {
            return false;
        }
        int magic = LittleEndian.i32(image, MAGIC_OFFSET);
        return magic == ARM64 || magic == RISCV || magic == LINUX_PE;
    }

    /** {@return a copy of the largest BTF in the image: the kernel's own} */
    static Optional<Btf> btf(MemorySegment image, String name) {
        PriorityQueue<MemorySegment> largest = new PriorityQueue<>(Comparator.comparingLong(MemorySegment::byteSize));
        for (long at = Pattern.find(image, BTF_START, 0); at >= 0; at = Pattern.find(image, BTF_START, at + 1)) {
            long size = btfBytes(image, at);
            if (size > 0) {
                largest.add(image.asSlice(at, size));
                if (largest.size() > MAX_CANDIDATES) {
                    largest.remove();
                }
            }
        }
        return largest.stream().sorted(Comparator.comparingLong(MemorySegment::byteSize).reversed())
                .flatMap(candidate -> parse(candidate, name).stream()).findFirst();
    }

    /** {@return the size of the BTF at this offset, 0 if its header cannot be one} */
    private static long btfBytes(MemorySegment image, long at) {
        if (image.byteSize() - at < MIN_BTF_HEADER_BYTES) {
            return 0;
        }
        long headerBytes = LittleEndian.u32(image, at + 4);
        long typeBytes = LittleEndian.u32(image, at + 12);
        long stringOffset = LittleEndian.u32(image, at + 16);
        long stringBytes = LittleEndian.u32(image, at + 20);
        long size = headerBytes + stringOffset + stringBytes;
        boolean plausible = headerBytes >= MIN_BTF_HEADER_BYTES && headerBytes <= MAX_BTF_HEADER_BYTES
                && LittleEndian.u32(image, at + 8) == 0 && typeBytes > 0 && typeBytes <= stringOffset && stringBytes > 0
                && size <= image.byteSize() - at;
        return plausible ? size : 0;
    }

    private static Optional<Btf> parse(MemorySegment candidate, String name) {
        try {
            return Optional.of(Btf.parse(MemorySegment.ofArray(candidate.toArray(ValueLayout.JAVA_BYTE)), name));
        } catch (BtfFormatException e) {
            return Optional.empty();
        }
    }
}
