package bpf4j.reloc;

import java.math.BigInteger;
import java.util.OptionalLong;

/** Integers as C writes them: decimal, hexadecimal after {@code 0x}, octal after {@code 0}, maybe with a sign. */
final class CNumber {

    /** 64 bits in octal, and some room for leading zeros. */
    private static final int MAX_LENGTH = 64;

    private CNumber() {
    }

    /** {@return the number's 64 bits, negative ones in two's complement; empty if it is none or needs more} */
    static OptionalLong parseUnsigned(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int radix = 10;
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
            digits = digits.substring(2);
            radix = 16;
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
        }
        if (digits.isEmpty() || digits.length() > MAX_LENGTH) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < digits.length(); i++) {
            // BigInteger would take a second sign and digits of other scripts.
            if (digits.charAt(i) > 'f' || Character.digit(digits.charAt(i), radix) < 0) {
                return OptionalLong.empty();
            }
        }
        BigInteger value = new BigInteger(digits, radix);
        if (value.bitLength() > Long.SIZE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(negative ? -value.longValue() : value.longValue());
    }
}
