package bpf4j.kernel;

import bpf4j.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Runs a command that can write a log: first without, since that is fastest and nearly always succeeds; after a failure
 * with one, which grows until the log fits.
 */
final class LogBuffer {

    /** What one try of the command came to. */
    interface Attempt {

        /**
         * Makes the call.
         *
         * @param level 0 for no log
         * @param log the buffer, {@link MemorySegment#NULL} for none
         * @return the command's result or a negated errno
         */
        int call(int level, MemorySegment log);

        /** {@return how long the whole log is, 0 where the kernel does not tell} */
        long trueSizeBytes();
    }

    /**
     * What the command came to.
     *
     * @param status its result or a negated errno
     * @param log the log of the last try, empty where there was none
     */
    record Outcome(int status, String log) {
    }

    private static final long FIRST_BYTES = 1 << 20;
    /** The kernel accepts no larger buffer ({@code UINT_MAX >> 2}). */
    private static final long MAX_BYTES = (1L << 30) - 1;
    private static final int MAX_BUSY_TRIES = 5;

    private LogBuffer() {
    }

    static Outcome run(int level, Attempt attempt) {
        return run(level, attempt, FIRST_BYTES, MAX_BYTES);
    }

    static Outcome run(int level, Attempt attempt, long firstBytes, long maxBytes) {
        if (level == 0) {
            int status = repeated(attempt, 0, MemorySegment.NULL);
            if (status >= 0) {
                return new Outcome(status, "");
            }
        }
        long size = firstBytes;
        while (true) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment log = arena.allocate(size);
                int status = repeated(attempt, Math.max(level, 1), log);
                if (status != -Errno.ENOSPC.number() || size == maxBytes) {
                    return new Outcome(status, text(log));
                }
                long wanted = attempt.trueSizeBytes();
                if (wanted != 0 && wanted <= size) {
                    // The whole log has fitted, so the lack of space is another one.
                    return new Outcome(status, text(log));
                }
                size = Math.min(maxBytes, wanted > size ? wanted : size * 2);
            }
        }
    }

    /** The verifier gives up with EAGAIN when a signal came in between. */
    private static int repeated(Attempt attempt, int level, MemorySegment log) {
        int status;
        int tries = 0;
        do {
            status = attempt.call(level, log);
            tries++;
        } while (status == -Errno.EAGAIN.number() && tries < MAX_BUSY_TRIES);
        return status;
    }

    private static String text(MemorySegment log) {
        long length = 0;
        while (length < log.byteSize() && log.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return new String(log.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
