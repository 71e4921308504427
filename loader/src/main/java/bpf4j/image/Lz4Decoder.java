package bpf4j.image;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * LZ4's legacy frame: after the magic number, blocks that are independent of each other, each with its compressed size
 * before it. A new magic number may stand between them. Source: the format's "Block Format" and "Frame Format"
 * documents.
 */
final class Lz4Decoder {

    private static final int MAGIC = 0x184c2102;
    /** What one block expands to at most, by the format. */
    private static final int MAX_BLOCK_BYTES = 8 << 20;
    /** A block that does not compress grows by one byte in 255. */
    private static final long MAX_COMPRESSED_BYTES = MAX_BLOCK_BYTES + MAX_BLOCK_BYTES / 255 + 16;
    private static final int MIN_MATCH = 4;

    private final MemorySegment data;
    private final ExpandedBytes out;
    private byte[] block = new byte[0];
    private int position;
    private int end;

    Lz4Decoder(MemorySegment data, ExpandedBytes out) {
        this.data = data;
        this.out = out;
    }

    void decode() throws IOException {
        long at = 4;
        while (data.byteSize() - at > 4) {
            long size = LittleEndian.u32(data, at);
            if (size == MAGIC) {
                at += 4;
                continue;
            }
            if (size == 0 || size > MAX_COMPRESSED_BYTES || size > data.byteSize() - at - 4) {
                throw new IOException("block at 0x%x: 0x%x bytes, where there are 0x%x".formatted(at, size,
                        data.byteSize() - at - 4));
            }
            block = data.asSlice(at + 4, size).toArray(ValueLayout.JAVA_BYTE);
            position = 0;
            end = (int) size;
            try {
                decodeBlock();
            } catch (IOException e) {
                throw new IOException("block at 0x%x: %s".formatted(at, e.getMessage()), e);
            }
            at += 4 + size;
        }
        if (out.size() == 0) {
            throw new IOException("no block");
        }
    }

    private void decodeBlock() throws IOException {
        int start = out.size();
        while (true) {
            int token = next();
            int literals = length(token >>> 4);
            if (literals > end - position) {
                throw new IOException("0x%x literals run past its end".formatted(literals));
            }
            out.write(block, position, literals);
            position += literals;
            if (position < end) {
                int distance = next() | next() << 8;
                out.repeat(distance, length(token & 15) + MIN_MATCH, start);
            }
            if (out.size() - start > MAX_BLOCK_BYTES) {
                throw new IOException("it expands to more than 0x%x bytes".formatted(MAX_BLOCK_BYTES));
            }
            if (position == end) {
                return;
            }
        }
    }

    private int length(int first) throws IOException {
        int length = first;
        if (first == 15) {
            int more;
            do {
                more = next();
                length += more;
                if (length > MAX_BLOCK_BYTES) {
                    throw new IOException("a length of more than 0x%x".formatted(MAX_BLOCK_BYTES));
                }
            } while (more == 255);
        }
        return length;
    }

    private int next() throws IOException {
        if (position == end) {
            throw new IOException("cut off at 0x%x".formatted(position));
        }
        return Byte.toUnsignedInt(block[position++]);
    }
}
