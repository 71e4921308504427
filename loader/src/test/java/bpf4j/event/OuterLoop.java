package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Epoll;
import bpf4j.sys.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Somebody else's event loop, which waits for a source's descriptor. */
final class OuterLoop implements AutoCloseable {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment event = arena.allocate(Epoll.eventBytes(), Long.BYTES);
    private final Fd epoll = Fd.owning(Epoll.create(), "outer loop");

    OuterLoop(EventSource source) {
        Epoll.set(event, 0, Epoll.EPOLLIN, 1);
        assertEquals(0, Epoll.control(epoll.number(), Epoll.EPOLL_CTL_ADD, source.epollFd(), event));
    }

    boolean isReadable(long timeoutMillis) {
        int count = Epoll.await(epoll.number(), event, (int) timeoutMillis);
        assertTrue(count >= 0);
        return count == 1;
    }

    @Override
    public void close() {
        epoll.close();
        arena.close();
    }
}
