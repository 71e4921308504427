package bpf4j.image;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Zstandard frames without dictionaries, every access checked. Matches look back into the output itself, so that no
 * window is allocated, whatever a frame claims. What follows the last frame is ignored. Source: RFC 8878, section 3.1.
 */
final class ZstdDecoder {

    static final int MAX_BLOCK_BYTES = 128 << 10;
    private static final int MAGIC = 0xfd2fb528;
    /** The low four bits are the writer's own. */
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int RAW = 0;
    private static final int RLE = 1;
    private static final int COMPRESSED = 2;

    private final MemorySegment data;
    private final ExpandedBytes out;
    private final byte[] block = new byte[BackwardBits.PADDING + MAX_BLOCK_BYTES + BackwardBits.PADDING];
    private long position;

    ZstdDecoder(MemorySegment data, ExpandedBytes out) {
        this.data = data;
        this.out = out;
    }

    void decode() throws IOException {
        do {
            if (isSkippable()) {
                long size = LittleEndian.u32(data, position + 4);
                position += 8;
                require(size);
                position += size;
            } else {
                long at = position;
                try {
                    decodeFrame();
                } catch (IOException e) {
                    throw new IOException("frame at 0x%x: %s".formatted(at, e.getMessage()), e);
                }
            }
        } while (data.byteSize() - position >= 8 && (isSkippable() || LittleEndian.i32(data, position) == MAGIC));
    }

    private boolean isSkippable() {
        return data.byteSize() - position >= 8 && (LittleEndian.i32(data, position) & ~15) == SKIPPABLE_MAGIC;
    }

    private void decodeFrame() throws IOException {
        position += 4;
        int descriptor = (int) number(1);
        boolean single = (descriptor & 0x20) != 0;
        boolean checked = (descriptor & 4) != 0;
        if ((descriptor & 8) != 0) {
            throw new IOException("a reserved bit in the descriptor 0x%x".formatted(descriptor));
        }
        if (!single) {
            number(1);
        }
        if (number((1 << (descriptor & 3)) / 2) != 0) {
            throw new IOException("it needs a dictionary");
        }
        int sizeBytes = descriptor >> 6 == 0 ? single ? 1 : 0 : 1 << (descriptor >> 6);
        long size = number(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        int start = out.size();
        decodeBlocks(start);
        if (sizeBytes > 0 && size != out.size() - start) {
            throw new IOException("0x%x bytes, where its header says 0x%x".formatted(out.size() - start, size));
        }
        if (checked && (int) number(4) != (int) XxHash64.of(out.from(start))) {
            throw new IOException("its checksum differs");
        }
    }

    private void decodeBlocks(int frameStart) throws IOException {
        ZstdLiterals literals = new ZstdLiterals();
        ZstdSequences sequences = new ZstdSequences();
        boolean last;
        do {
            long at = position;
            int header = (int) number(3);
            last = (header & 1) != 0;
            int size = header >> 3;
            if (size > MAX_BLOCK_BYTES) {
                throw new IOException("block at 0x%x: size 0x%x is over 0x%x".formatted(at, size, MAX_BLOCK_BYTES));
            }
            switch (header >> 1 & 3) {
                case RAW -> {
                    take(size);
                    out.write(block, BackwardBits.PADDING, size);
                }
                case RLE -> out.fill((int) number(1), size);
                case COMPRESSED -> {
                    take(size);
                    ByteCursor in = new ByteCursor(block, BackwardBits.PADDING, BackwardBits.PADDING + size);
                    try {
                        literals.read(in);
                        sequences.write(in, literals, out, frameStart);
                    } catch (IOException e) {
                        throw new IOException("block at 0x%x: %s".formatted(at, e.getMessage()), e);
                    }
                }
                default -> throw new IOException("block at 0x%x: reserved type".formatted(at));
            }
        } while (!last);
    }

    private void take(int size) throws IOException {
        require(size);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, position, block, BackwardBits.PADDING, size);
        position += size;
    }

    private long number(int bytes) throws IOException {
        require(bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | LittleEndian.u8(data, position + i);
        }
        position += bytes;
        return value;
    }

    private void require(long bytes) throws IOException {
        if (bytes > data.byteSize() - position) {
            throw new IOException("cut off at 0x%x".formatted(data.byteSize()));
        }
    }
}
