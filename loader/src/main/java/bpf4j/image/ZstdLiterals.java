package bpf4j.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * The literals of one Zstandard block after the other; a block may use the tree of an earlier one. Not thread-safe.
 * Source: RFC 8878, section 3.1.1.3.1.
 */
final class ZstdLiterals {

    final byte[] bytes = new byte[ZstdDecoder.MAX_BLOCK_BYTES];
    int count;
    private HuffmanTable table;

    void read(ByteCursor in) throws IOException {
        int first = in.u8();
        int type = first & 3;
        int format = first >> 2 & 3;
        in.position--;
        if (type < 2) {
            int headerBytes = format == 1 ? 2 : format == 3 ? 3 : 1;
            count = checked((int) in.number(headerBytes) >> (headerBytes == 1 ? 3 : 4));
            if (type == 0) {
                System.arraycopy(in.bytes, in.take(count), bytes, 0, count);
            } else {
                Arrays.fill(bytes, 0, count, (byte) in.u8());
            }
            return;
        }
        int sizeBits = format < 2 ? 10 : format == 2 ? 14 : 18;
        long header = in.number(format < 2 ? 3 : format + 2) >> 4;
        int mask = (1 << sizeBits) - 1;
        count = checked((int) header & mask);
        int compressedBytes = (int) (header >> sizeBits) & mask;
        int from = in.take(compressedBytes);
        ByteCursor compressed = new ByteCursor(in.bytes, from, in.position);
        if (type == 2) {
            table = HuffmanTable.read(compressed);
        } else if (table == null) {
            throw new IOException("literals without a tree");
        }
        if (format == 0) {
            table.decode(in.bytes, compressed.position, compressed.end, bytes, 0, count);
        } else {
            decodeFour(compressed);
        }
    }

    private void decodeFour(ByteCursor in) throws IOException {
        int[] sizes = {(int) in.number(2), (int) in.number(2), (int) in.number(2), 0};
        sizes[3] = in.end - in.position - sizes[0] - sizes[1] - sizes[2];
        int each = (count + 3) / 4;
        for (int i = 0; i < 4; i++) {
            int wanted = i < 3 ? each : count - 3 * each;
            if (wanted < 0) {
                throw new IOException("%d literals in four streams".formatted(count));
            }
            int from = in.take(sizes[i]);
            table.decode(in.bytes, from, in.position, bytes, i * each, wanted);
        }
    }

    private static int checked(int count) throws IOException {
        if (count > ZstdDecoder.MAX_BLOCK_BYTES) {
            throw new IOException("0x%x literals are more than a block's".formatted(count));
        }
        return count;
    }
}
