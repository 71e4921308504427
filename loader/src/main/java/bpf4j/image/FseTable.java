package bpf4j.image;

import java.io.IOException;
import java.util.Arrays;

/**
 * A decoding table of finite state entropy: a state gives a symbol, and how to get the next state. Immutable. Source:
 * RFC 8878, section 4.1.
 */
final class FseTable {

    final int accuracyBits;
    private final byte[] symbols;
    private final byte[] bitCounts;
    private final short[] baselines;

    /**
     * Spreads symbols over states.
     *
     * @param shares of each symbol; -1 for less than one state; they add up to {@code 1 << accuracyBits}
     */
    FseTable(int accuracyBits, short... shares) {
        this.accuracyBits = accuracyBits;
        int size = 1 << accuracyBits;
        this.symbols = new byte[size];
        this.bitCounts = new byte[size];
        this.baselines = new short[size];
        int[] next = new int[shares.length];
        int last = size - 1;
        for (int symbol = 0; symbol < shares.length; symbol++) {
            next[symbol] = Math.max(1, shares[symbol]);
            if (shares[symbol] == -1) {
                symbols[last--] = (byte) symbol;
            }
        }
        int at = 0;
        for (int symbol = 0; symbol < shares.length; symbol++) {
            for (int i = 0; i < shares[symbol]; i++) {
                symbols[at] = (byte) symbol;
                do {
                    at = at + (size >> 1) + (size >> 3) + 3 & size - 1;
                } while (at > last);
            }
        }
        for (int state = 0; state < size; state++) {
            int count = next[symbols[state]]++;
            int bits = accuracyBits - (31 - Integer.numberOfLeadingZeros(count));
            bitCounts[state] = (byte) bits;
            baselines[state] = (short) ((count << bits) - size);
        }
    }

    /** {@return a table of one state, which gives always the same symbol} */
    static FseTable of(int symbol) {
        short[] shares = new short[symbol + 1];
        shares[symbol] = 1;
        return new FseTable(0, shares);
    }

    /** Reads a table's description, and goes over it. */
    static FseTable read(ByteCursor in, int maxAccuracyBits, int maxSymbol) throws IOException {
        int first = in.position;
        ForwardBits bits = new ForwardBits(in.bytes, first, in.end);
        int accuracyBits = bits.read(4) + 5;
        if (accuracyBits > maxAccuracyBits) {
            throw new IOException("a table of 2^%d states, where 2^%d are allowed"
                    .formatted(accuracyBits, maxAccuracyBits));
        }
        short[] shares = new short[maxSymbol + 1];
        int count = 0;
        int remaining = 1 << accuracyBits;
        while (remaining > 0) {
            if (count > maxSymbol) {
                throw new IOException("a table with symbols over %d".formatted(maxSymbol));
            }
            int share = share(bits, remaining);
            shares[count++] = (short) share;
            remaining -= Math.abs(share);
            if (share == 0) {
                int zeros;
                do {
                    zeros = bits.read(2);
                    count += zeros;
                } while (zeros == 3);
            }
        }
        in.take(bits.usedBytes());
        return new FseTable(accuracyBits, Arrays.copyOf(shares, Math.min(count, shares.length)));
    }

    /** A number from 0 to {@code remaining + 1}, less one; the lower of them take a bit less. */
    private static int share(ForwardBits bits, int remaining) throws IOException {
        int width = 32 - Integer.numberOfLeadingZeros(remaining + 1);
        int shortOnes = (1 << width) - 2 - remaining;
        int low = bits.read(width - 1);
        if (low < shortOnes) {
            return low - 1;
        }
        int value = bits.read(1) << width - 1 | low;
        return (value >= 1 << width - 1 ? value - shortOnes : value) - 1;
    }

    int start(BackwardBits bits) throws IOException {
        return (int) bits.read(accuracyBits);
    }

    int symbol(int state) {
        return symbols[state];
    }

    int next(int state, BackwardBits bits) {
        return baselines[state] + (int) bits.readBeyond(bitCounts[state]);
    }

    /** Bits from the lowest of the first byte on. */
    private static final class ForwardBits {

        private final byte[] bytes;
        private final int firstBit;
        private final int endBit;
        private int position;

        ForwardBits(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.firstBit = from * 8;
            this.endBit = end * 8;
            this.position = firstBit;
        }

        int read(int count) throws IOException {
            if (count > endBit - position) {
                throw new IOException("a table's description ends early");
            }
            int value = 0;
            for (int i = 0; i < count; i++, position++) {
                value |= (bytes[position >> 3] >> (position & 7) & 1) << i;
            }
            return value;
        }

        int usedBytes() {
            return position - firstBit + 7 >> 3;
        }
    }
}
