package bpf4j.image;

import java.io.IOException;

/**
 * The sequences of one Zstandard block after the other: so many literals, then a match. A block may use tables and
 * offsets of an earlier one. Not thread-safe. Source: RFC 8878, sections 3.1.1.3.2 to 3.1.1.5.
 */
final class ZstdSequences {

    private static final int MAX_OFFSET_CODE = 31;

    private static final FseTable DEFAULT_LITERAL_LENGTHS = new FseTable(6, shorts(
            4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1,
            -1));
    private static final FseTable DEFAULT_MATCH_LENGTHS = new FseTable(6, shorts(
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1));
    private static final FseTable DEFAULT_OFFSETS = new FseTable(5, shorts(
            1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1));

    /** By code: the least length, and how many bits are added to it. */
    private static final int[] LITERAL_LENGTHS = {
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512,
            1024, 2048, 4096, 8192, 16384, 32768, 65536};
    private static final int[] LITERAL_LENGTH_BITS = {
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
            15, 16};
    private static final int[] MATCH_LENGTHS = {
            3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
            32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771,
            65539};
    private static final int[] MATCH_LENGTH_BITS = {
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
            2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    private FseTable literalLengths;
    private FseTable offsets;
    private FseTable matchLengths;
    private long offset1 = 1;
    private long offset2 = 4;
    private long offset3 = 8;

    /** Writes a block's content: its literals, and what they are mixed with. */
    void write(ByteCursor in, ZstdLiterals literals, ExpandedBytes out, int frameStart) throws IOException {
        int count = count(in);
        int used = 0;
        if (count > 0) {
            used = writeSequences(in, count, literals, out, frameStart);
        } else if (in.position != in.end) {
            throw new IOException("0x%x bytes after no sequences".formatted(in.end - in.position));
        }
        out.write(literals.bytes, used, literals.count - used);
    }

    private static int count(ByteCursor in) throws IOException {
        int first = in.u8();
        if (first < 128) {
            return first;
        }
        return first < 255 ? (first - 128 << 8) + in.u8() : (int) in.number(2) + 0x7f00;
    }

    private int writeSequences(ByteCursor in, int count, ZstdLiterals literals, ExpandedBytes out, int frameStart)
            throws IOException {
        int modes = in.u8();
        if ((modes & 3) != 0) {
            throw new IOException("reserved bits in the modes 0x%x".formatted(modes));
        }
        literalLengths = table(in, modes >> 6, 9, LITERAL_LENGTHS.length - 1, DEFAULT_LITERAL_LENGTHS, literalLengths);
        offsets = table(in, modes >> 4 & 3, 8, MAX_OFFSET_CODE, DEFAULT_OFFSETS, offsets);
        matchLengths = table(in, modes >> 2 & 3, 9, MATCH_LENGTHS.length - 1, DEFAULT_MATCH_LENGTHS, matchLengths);
        BackwardBits bits = new BackwardBits(in.bytes, in.position, in.end);
        int literalState = literalLengths.start(bits);
        int offsetState = offsets.start(bits);
        int matchState = matchLengths.start(bits);
        int blockEnd = out.size() + ZstdDecoder.MAX_BLOCK_BYTES;
        int used = 0;
        for (int i = 0; i < count; i++) {
            int offsetCode = offsets.symbol(offsetState);
            int matchCode = matchLengths.symbol(matchState);
            int literalCode = literalLengths.symbol(literalState);
            long offsetValue = (1L << offsetCode) + bits.read(offsetCode);
            int matchLength = MATCH_LENGTHS[matchCode] + (int) bits.read(MATCH_LENGTH_BITS[matchCode]);
            int literalLength = LITERAL_LENGTHS[literalCode] + (int) bits.read(LITERAL_LENGTH_BITS[literalCode]);
            if (literalLength > literals.count - used || matchLength > blockEnd - out.size() - literalLength) {
                throw new IOException("sequence %d: 0x%x literals and a match of 0x%x bytes are more than the block's"
                        .formatted(i, literalLength, matchLength));
            }
            out.write(literals.bytes, used, literalLength);
            used += literalLength;
            out.repeat(distance(offsetValue, literalLength == 0), matchLength, frameStart);
            if (i < count - 1) {
                literalState = literalLengths.next(literalState, bits);
                matchState = matchLengths.next(matchState, bits);
                offsetState = offsets.next(offsetState, bits);
                if (bits.isOverrun()) {
                    throw new IOException("the sequences end early");
                }
            }
        }
        if (!bits.isAtStart()) {
            throw new IOException("more bits than sequences");
        }
        return used;
    }

    /** The three last distances have short names, which shift by one where no literals stand before the match. */
    private long distance(long value, boolean noLiterals) {
        long distance;
        if (value > 3) {
            distance = value - 3;
        } else {
            int recent = (int) value + (noLiterals ? 1 : 0);
            if (recent == 1) {
                return offset1;
            }
            distance = recent == 2 ? offset2 : recent == 3 ? offset3 : offset1 - 1;
            if (recent == 2) {
                offset2 = offset1;
                offset1 = distance;
                return distance;
            }
        }
        offset3 = offset2;
        offset2 = offset1;
        offset1 = distance;
        return distance;
    }

    private static FseTable table(ByteCursor in, int mode, int maxAccuracyBits, int maxSymbol, FseTable predefined,
            FseTable previous) throws IOException {
        return switch (mode) {
            case 0 -> predefined;
            case 1 -> {
                int symbol = in.u8();
                if (symbol > maxSymbol) {
                    throw new IOException("code %d is over %d".formatted(symbol, maxSymbol));
                }
                yield FseTable.of(symbol);
            }
            case 2 -> FseTable.read(in, maxAccuracyBits, maxSymbol);
            default -> {
                if (previous == null) {
                    throw new IOException("sequences without a table");
                }
                yield previous;
            }
        };
    }

    private static short[] shorts(int... values) {
        short[] result = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (short) values[i];
        }
        return result;
    }
}
