package bpf4j.image;

import java.io.IOException;
import java.util.Arrays;

/** A decoding table of Zstandard's Huffman codes for literals. Immutable. Source: RFC 8878, section 4.2. */
final class HuffmanTable {

    private static final int MAX_CODE_BITS = 11;
    private static final int MAX_WEIGHT_ACCURACY_BITS = 6;
    private static final int MAX_SYMBOLS = 256;

    private final int codeBits;
    private final byte[] symbols;
    private final byte[] bitCounts;

    private HuffmanTable(int[] weights, int count, int codeBits) {
        this.codeBits = codeBits;
        this.symbols = new byte[1 << codeBits];
        this.bitCounts = new byte[1 << codeBits];
        int at = 0;
        for (int weight = 1; weight <= codeBits; weight++) {
            int states = 1 << weight - 1;
            for (int symbol = 0; symbol < count; symbol++) {
                if (weights[symbol] == weight) {
                    Arrays.fill(symbols, at, at + states, (byte) symbol);
                    Arrays.fill(bitCounts, at, at + states, (byte) (codeBits + 1 - weight));
                    at += states;
                }
            }
        }
    }

    /** Reads a tree's description, and goes over it. */
    static HuffmanTable read(ByteCursor in) throws IOException {
        int[] weights = new int[MAX_SYMBOLS];
        int header = in.u8();
        int count = header < 128 ? compressedWeights(in, header, weights) : plainWeights(in, header - 127, weights);
        int sum = 0;
        for (int symbol = 0; symbol < count; symbol++) {
            if (weights[symbol] > MAX_CODE_BITS) {
                throw new IOException("a literal's weight %d is over %d".formatted(weights[symbol], MAX_CODE_BITS));
            }
            sum += weights[symbol] == 0 ? 0 : 1 << weights[symbol] - 1;
        }
        int codeBits = 32 - Integer.numberOfLeadingZeros(sum);
        // The last weight is not stored: it fills the sum up to a power of two.
        int last = (1 << codeBits) - sum;
        if (sum == 0 || codeBits > MAX_CODE_BITS || Integer.bitCount(last) != 1) {
            throw new IOException("the literals' weights add up to 0x%x".formatted(sum));
        }
        weights[count] = Integer.numberOfTrailingZeros(last) + 1;
        return new HuffmanTable(weights, count + 1, codeBits);
    }

    private static int plainWeights(ByteCursor in, int count, int[] weights) throws IOException {
        for (int i = 0; i < count; i += 2) {
            int two = in.u8();
            weights[i] = two >> 4;
            if (i + 1 < count) {
                weights[i + 1] = two & 15;
            }
        }
        return count;
    }

    /** Two states take turns until the bits are used up. */
    private static int compressedWeights(ByteCursor in, int size, int[] weights) throws IOException {
        int from = in.take(size);
        ByteCursor description = new ByteCursor(in.bytes, from, from + size);
        FseTable table = FseTable.read(description, MAX_WEIGHT_ACCURACY_BITS, MAX_CODE_BITS + 1);
        BackwardBits bits = new BackwardBits(in.bytes, description.position, description.end);
        int state = table.start(bits);
        int other = table.start(bits);
        int count = 0;
        while (!bits.isOverrun()) {
            if (count >= MAX_SYMBOLS - 2) {
                throw new IOException("weights for more than %d literals".formatted(MAX_SYMBOLS));
            }
            weights[count++] = table.symbol(state);
            int next = table.next(state, bits);
            state = other;
            other = next;
        }
        weights[count++] = table.symbol(state);
        return count;
    }

    /** Decodes the stream in {@code bytes[from..to)} to as many literals as are asked for. */
    void decode(byte[] bytes, int from, int to, byte[] literals, int start, int count) throws IOException {
        BackwardBits bits = new BackwardBits(bytes, from, to);
        for (int i = start; i < start + count; i++) {
            int entry = bits.peek(codeBits);
            literals[i] = symbols[entry];
            bits.skip(bitCounts[entry]);
            if (bits.isOverrun()) {
                throw new IOException("the literals end early");
            }
        }
        if (!bits.isAtStart()) {
            throw new IOException("more bits than literals");
        }
    }
}
