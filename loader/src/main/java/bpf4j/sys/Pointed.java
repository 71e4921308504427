package bpf4j.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads what the addresses in an attr lead to, for kernels that are not there. */
public final class Pointed {

    /** Paths and licenses are shorter. */
    private static final int MAX_TEXT_BYTES = 1 << 12;

    private Pointed() {
    }

    /**
     * Gives memory that an address leads to.
     *
     * @param address where it is, in memory of this process that its owner keeps alive as long as it is used
     * @param sizeBytes how much
     * @return the memory
     */
    @SuppressWarnings("restricted")
    public static MemorySegment memory(long address, int sizeBytes) {
        return MemorySegment.ofAddress(address).reinterpret(sizeBytes);
    }

    /**
     * Copies bytes.
     *
     * @param address where they are, in memory of this process that its owner keeps alive during the call
     * @param sizeBytes how many
     * @return the bytes, none for a null address
     */
    public static byte[] bytes(long address, int sizeBytes) {
        return address == 0 ? new byte[0]
                : memory(address, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Copies a text that ends in NUL.
     *
     * @param address where it is, in memory of this process that its owner keeps alive during the call
     * @return the text, empty for a null address
     */
    public static String text(long address) {
        return address == 0 ? "" : memory(address, MAX_TEXT_BYTES).getString(0);
    }

    /**
     * Writes text with a NUL, cut to the room that there is.
     *
     * @param address where to, in memory of this process that its owner keeps alive during the call
     * @param sizeBytes the room
     * @param text the text
     */
    public static void write(long address, int sizeBytes, String text) {
        if (address != 0 && sizeBytes > 0) {
            memory(address, sizeBytes).setString(0, text.substring(0, Math.min(text.length(), sizeBytes - 1)));
        }
    }
}
