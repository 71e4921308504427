package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class LogBufferTest {

    private static final int NO_SPACE = -Errno.ENOSPC.number();

    /** A command that answers by the size of the buffer, and writes one line into it. */
    private static final class Scripted implements LogBuffer.Attempt {

        private final IntUnaryOperator answer;
        private final long trueSize;
        private final List<String> tries = new ArrayList<>();

        Scripted(long trueSize, IntUnaryOperator answer) {
            this.trueSize = trueSize;
            this.answer = answer;
        }

        @Override
        public int call(int level, MemorySegment log) {
            tries.add(level + ":" + log.byteSize());
            if (log.byteSize() > 0) {
                log.setString(0, "said at " + log.byteSize());
            }
            return answer.applyAsInt((int) log.byteSize());
        }

        @Override
        public long trueSizeBytes() {
            return trueSize;
        }
    }

    @Test
    void firstTryHasNoLog() {
        Scripted attempt = new Scripted(0, _ -> 7);
        assertEquals(new LogBuffer.Outcome(7, ""), LogBuffer.run(0, attempt));
        assertEquals(List.of("0:0"), attempt.tries);
    }

    @Test
    void refusalIsRepeatedWithALog() {
        Scripted attempt = new Scripted(0, _ -> -22);
        assertEquals(new LogBuffer.Outcome(-22, "said at 1048576"), LogBuffer.run(0, attempt));
        assertEquals(List.of("0:0", "1:1048576"), attempt.tries);
    }

    @Test
    void levelThatWasAskedForIsTheFirstTrys() {
        Scripted attempt = new Scripted(0, _ -> 7);
        assertEquals(new LogBuffer.Outcome(7, "said at 1048576"), LogBuffer.run(4, attempt));
        assertEquals(List.of("4:1048576"), attempt.tries);
    }

    @Test
    void logThatIsTooLongDoublesWhereTheKernelDoesNotTell() {
        Scripted attempt = new Scripted(0, size -> size > 4_000_000 ? -22 : size == 0 ? -22 : NO_SPACE);
        assertEquals(-22, LogBuffer.run(0, attempt).status());
        assertEquals(List.of("0:0", "1:1048576", "1:2097152", "1:4194304"), attempt.tries);
    }

    @Test
    void logThatIsTooLongIsGivenItsTrueSize() {
        Scripted attempt = new Scripted(5_000_001, size -> size >= 5_000_001 ? -22 : size == 0 ? -22 : NO_SPACE);
        assertEquals("said at 5000001", LogBuffer.run(0, attempt).log());
        assertEquals(List.of("0:0", "1:1048576", "1:5000001"), attempt.tries);
    }

    /**
     * The kernel says that the whole log has fitted, so there is another reason, which a larger buffer does not
     * remove.
     */
    @Test
    void lackOfSpaceElsewhereIsNotTheLogs() {
        Scripted attempt = new Scripted(100, _ -> NO_SPACE);
        assertEquals(NO_SPACE, LogBuffer.run(0, attempt).status());
        assertEquals(List.of("0:0", "1:1048576"), attempt.tries);
    }

    @Test
    void growingEndsAtTheLargest() {
        Scripted attempt = new Scripted(0, _ -> NO_SPACE);
        assertEquals(NO_SPACE, LogBuffer.run(1, attempt, 100, 500).status());
        assertEquals(List.of("1:100", "1:200", "1:400", "1:500"), attempt.tries);
        Scripted huge = new Scripted(0xffff_ffffL, _ -> NO_SPACE);
        assertEquals(NO_SPACE, LogBuffer.run(1, huge, 100, 500).status());
        assertEquals(List.of("1:100", "1:500"), huge.tries);
    }

    @Test
    void busyIsTriedFiveTimes() {
        Scripted attempt = new Scripted(0, _ -> -Errno.EAGAIN.number());
        assertEquals(-Errno.EAGAIN.number(), LogBuffer.run(0, attempt).status());
        assertEquals(10, attempt.tries.size());
        int[] calls = {0};
        Scripted third = new Scripted(0, _ -> ++calls[0] < 3 ? -Errno.EAGAIN.number() : 5);
        assertEquals(5, LogBuffer.run(0, third).status());
        assertTrue(third.tries.stream().allMatch("0:0"::equals));
    }
}
