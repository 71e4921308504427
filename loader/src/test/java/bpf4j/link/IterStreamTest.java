package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IterStreamTest {

    private static final int FD = 77;

    private final AtomicInteger closed = new AtomicInteger();
    private final Kernel kernel = new Kernel() {
        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            throw new AssertionError(command);
        }

        @Override
        public int close(int fd) {
            closed.addAndGet(fd);
            return 0;
        }
    };

    /** Answers: texts to read, and errnos as numbers. */
    private IterStream stream(Object... answers) {
        Deque<Object> left = new ArrayDeque<>(List.of(answers));
        return new IterStream(Fd.owning(FD, "iterator", kernel), (fd, buffer) -> {
            assertEquals(FD, fd);
            Object answer = left.isEmpty() ? "" : left.pop();
            if (answer instanceof Errno errno) {
                return -errno.number();
            }
            byte[] text = answer.toString().getBytes(StandardCharsets.UTF_8);
            assertTrue(text.length <= buffer.byteSize());
            buffer.copyFrom(MemorySegment.ofArray(text));
            return text.length;
        });
    }

    @Test
    void readsToTheEnd() throws IOException {
        try (IterStream stream = stream("one\n", "two\n")) {
            assertEquals("one\ntwo\n", new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(-1, stream.read());
        }
        assertEquals(FD, closed.get());
    }

    @Test
    void readsSingleBytesAndNothing() throws IOException {
        try (IterStream stream = stream("a", "\u0080".substring(0, 1))) {
            assertEquals('a', stream.read());
            assertEquals(0, stream.read(new byte[0]));
            byte[] two = new byte[2];
            assertEquals(2, stream.read(two));
            assertArrayEquals(new byte[] {(byte) 0xc2, (byte) 0x80}, two);
        }
    }

    @Test
    void goesOnWhereTheKernelTookABreak() throws IOException {
        try (IterStream stream = stream(Errno.EAGAIN, Errno.EINTR, Errno.EAGAIN, "late")) {
            assertEquals("late", new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void saysWhatIsTooLong() {
        try (IterStream stream = stream(Errno.E2BIG, Errno.EACCES)) {
            String message = assertThrows(IOException.class, stream::read).getMessage();
            assertTrue(message.contains("E2BIG") && message.contains("about one object"), message);
            assertTrue(assertThrows(IOException.class, stream::read).getMessage().contains("EACCES"));
        }
    }

    @Test
    void closedStreamCannotBeRead() {
        IterStream stream = stream("never");
        stream.close();
        stream.close();
        assertThrows(IOException.class, stream::read);
        assertEquals(FD, closed.get());
    }
}
