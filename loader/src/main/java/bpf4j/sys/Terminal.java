package bpf4j.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The terminal behind a descriptor. Source: {@code ioctl_tty(2)}. */
public final class Terminal {

    /** {@code struct winsize}: rows and columns of characters, then both in pixels. */
    private static final int WINSIZE_BYTES = 8;
    private static final int COLUMNS_OFFSET_BYTES = 2;

    private Terminal() {
    }

    /**
     * Asks how wide a terminal is.
     *
     * @param fd the descriptor
     * @return how many characters fit into a line; 0 if the terminal does not know, or a negated errno: {@code ENOTTY}
     *     if it is none
     */
    public static int columns(int fd) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment size = buffer.allocate(WINSIZE_BYTES, Short.BYTES);
            int status = Syscall.ioctl(fd, Architecture.current().windowSizeRequest(), size.address());
            return status < 0 ? status
                    : Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_OFFSET_BYTES));
        }
    }
}
