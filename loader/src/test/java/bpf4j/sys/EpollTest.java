package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class EpollTest {

    @Test
    void returnsTheCallersNumberOfWhatIsReady() {
        try (Fd epoll = Fd.owning(Epoll.create(), "epoll");
                Fd silent = Fd.owning(Epoll.eventCounter(), "silent");
                Fd ready = Fd.owning(Epoll.eventCounter(), "ready");
                Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(Epoll.eventBytes());
            Epoll.set(event, 0, Epoll.EPOLLIN, 1);
            assertEquals(0, Epoll.control(epoll.number(), Epoll.EPOLL_CTL_ADD, silent.number(), event));
            Epoll.set(event, 0, Epoll.EPOLLIN, 0x1122_3344_5566_7788L);
            assertEquals(0, Epoll.control(epoll.number(), Epoll.EPOLL_CTL_ADD, ready.number(), event));
            assertEquals(-Errno.EEXIST.number(),
                    Epoll.control(epoll.number(), Epoll.EPOLL_CTL_ADD, ready.number(), event));

            MemorySegment events = arena.allocate(2L * Epoll.eventBytes());
            assertEquals(0, Epoll.await(epoll.number(), events, 0));
            assertEquals(8, Syscall.write(ready.number(), arena.allocateFrom(ValueLayout.JAVA_LONG, 1)));
            assertEquals(1, Epoll.await(epoll.number(), events, 1000));
            assertEquals(Epoll.EPOLLIN, Epoll.mask(events, 0));
            assertEquals(0x1122_3344_5566_7788L, Epoll.data(events, 0));

            assertEquals(8, Syscall.read(ready.number(), arena.allocate(8)));
            assertEquals(-Errno.EAGAIN.number(), Syscall.read(ready.number(), arena.allocate(8)));
            assertEquals(0, Epoll.control(epoll.number(), Epoll.EPOLL_CTL_DEL, ready.number(), event));
            assertEquals(0, Epoll.await(epoll.number(), events, 0));
        }
    }
}
