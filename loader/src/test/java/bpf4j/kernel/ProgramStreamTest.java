package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr.StreamRead;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams of a program, on a kernel that gives them in pieces. */
class ProgramStreamTest {

    private static final int PROGRAM = 5;

    /** Gives a piece for each read, then a status. */
    private static final class Pieces implements Kernel {

        private final Deque<String> pieces;
        private final int end;

        Pieces(List<String> pieces, int end) {
            this.pieces = new ArrayDeque<>(pieces);
            this.end = end;
        }

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            assertEquals(BpfCommand.BPF_PROG_STREAM_READ_BY_FD, command);
            assertEquals(StreamRead.STRUCT.sizeBytes(), sizeBytes);
            assertEquals(PROGRAM, StreamRead.PROG_FD.get(attr));
            assertEquals(2, StreamRead.STREAM_ID.get(attr));
            if (pieces.isEmpty()) {
                return end;
            }
            byte[] text = pieces.remove().getBytes(StandardCharsets.UTF_8);
            assertTrue(StreamRead.STREAM_BUF_LEN.get(attr) > 100_000);
            MemorySegment.copy(text, 0, MemorySegment.ofAddress(StreamRead.STREAM_BUF.get(attr))
                    .reinterpret(text.length), ValueLayout.JAVA_BYTE, 0, text.length);
            return text.length;
        }

        @Override
        public int close(int fd) {
            throw new AssertionError("nothing to close");
        }
    }

    private static String read(Kernel kernel) {
        return new String(ProgramStream.BPF_STDERR.read(new BpfCalls(kernel), PROGRAM, "program 'p'"),
                StandardCharsets.UTF_8);
    }

    @Test
    void readsUntilThereIsNoMore() {
        assertEquals("one\ntwo\n", read(new Pieces(List.of("one\n", "two\n"), 0)));
        assertEquals("", read(new Pieces(List.of(), 0)));
    }

    @Test
    void keepsWhatCameBeforeAFailure() {
        assertEquals("one\n", read(new Pieces(List.of("one\n"), -Errno.ENOMEM.number())));
    }

    @Test
    void endsThoughAProgramWritesOn() {
        assertTrue(read(new Pieces(Collections.nCopies(1000, "x"), 0)).length() < 1000);
    }

    @Test
    void saysSinceWhen() {
        KernelException refused = assertThrows(KernelException.class,
                () -> read(new Pieces(List.of(), -Errno.EINVAL.number())));
        assertEquals(Step.READ_EVENTS, refused.step());
        assertTrue(refused.getMessage().contains("Linux 6.17"), refused::getMessage);
    }
}
