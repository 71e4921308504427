package bpf4j.btf.dump;

import bpf4j.btf.BtfFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text that grows in one array of bytes, up to a limit. */
final class ByteText {

    private static final int LONGEST_NUMBER = 20;

    private final String subject;
    private final int limitBytes;
    private byte[] bytes;
    private int length;

    /**
     * Starts an empty text.
     *
     * @param subject whose text it is, for the message when it becomes too long
     * @param startBytes what there is to be room for at first
     * @param limitBytes its greatest length
     */
    ByteText(String subject, int startBytes, int limitBytes) {
        this.subject = subject;
        this.limitBytes = limitBytes;
        this.bytes = new byte[startBytes];
    }

    /** {@return ASCII text, for {@link #add(byte[])}} */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void add(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the last byte away. */
    void dropLast() {
        length--;
    }

    /** Takes bytes out. */
    void remove(int from, int count) {
        System.arraycopy(bytes, from + count, bytes, from, length - from - count);
        length -= count;
    }

    void add(char ascii) {
        if (length == bytes.length) {
            room(1);
        }
        bytes[length++] = (byte) ascii;
    }

    void repeat(char ascii, int times) {
        room(times);
        for (int i = 0; i < times; i++) {
            bytes[length++] = (byte) ascii;
        }
    }

    void number(long value) {
        if (value < 0) {
            add(Long.toString(value));
            return;
        }
        room(LONGEST_NUMBER);
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** Adds a name that ends in NUL, with {@code _} for what cannot stand in one of C's. {@return how long it is} */
    int name(byte[] strings, int offset) {
        int start = length;
        int at = offset;
        if (strings[at] >= '0' && strings[at] <= '9') {
            add('_');
        }
        while (true) {
            byte b = strings[at++];
            if (b == 0) {
                return length - start;
            }
            if (length == bytes.length) {
                room(1);
            }
            bytes[length++] = Identifiers.letter(b);
        }
    }

    private void room(int more) {
        if (more <= bytes.length - length) {
            return;
        }
        if (more > limitBytes - length) {
            throw new BtfFormatException(subject + ": written as C it takes more than " + limitBytes
                    + " bytes, out of proportion to its types");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(limitBytes, Math.max(bytes.length * 2L, (long) length + more)));
    }
}
