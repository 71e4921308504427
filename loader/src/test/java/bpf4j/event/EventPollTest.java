package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Step;
import bpf4j.sys.Epoll;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Patience;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sleeping in the kernel, without anything of BPF. */
class EventPollTest {

    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();
    private static final int PATIENCE_MILLIS = (int) Patience.LIMIT.toMillis();

    private final long open = Fd.openCount();

    @AfterEach
    void count() {
        assertTrue(Fd.openCount() <= open, "descriptors are left");
    }

    private static EventPoll create() {
        return new EventPoll(Step.READ_EVENTS, "nothing");
    }

    @Test
    void wakeIsRememberedOnce() {
        try (EventPoll poll = create()) {
            poll.wake();
            poll.wake();
            assertTrue(poll.await(PATIENCE_MILLIS));
            assertFalse(poll.await(1));
        }
    }

    @Test
    void changesOfADescriptorAreToldOnce() {
        try (Arena arena = Arena.ofConfined(); EventPoll poll = create();
                Fd counter = Fd.owning(Epoll.eventCounter(), "counter")) {
            poll.watch(counter, Epoll.EPOLLIN);
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> poll.await(PATIENCE_MILLIS));
            Syscall.write(counter.number(), arena.allocateFrom(ValueLayout.JAVA_LONG, 1));
            assertFalse(waiting.join());
            long start = System.nanoTime();
            assertFalse(poll.await(20));
            assertTrue(System.nanoTime() - start >= 20_000_000, "told again of what has not changed");
        }
    }

    /** As many sleepers as carriers, twice, and there is still one for somebody who has work. */
    @Test
    void virtualThreadsSleepWithoutTheirCarriers() throws Exception {
        List<EventPoll> polls = IntStream.range(0, 2 * Runtime.getRuntime().availableProcessors())
                .mapToObj(_ -> create()).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                List<Future<Boolean>> sleepers = polls.stream()
                        .map(poll -> threads.submit(() -> poll.await(PATIENCE_MILLIS))).toList();
                Thread.sleep(50);
                assertEquals("done", threads.submit(() -> "done").get(PATIENCE_SECONDS / 3, TimeUnit.SECONDS));
                polls.forEach(EventPoll::wake);
                for (Future<Boolean> sleeper : sleepers) {
                    assertTrue(sleeper.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
                }
            } finally {
                polls.forEach(EventPoll::wake);
            }
        }
        polls.forEach(EventPoll::close);
    }
}
