package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LifetimeTest {

    private final AtomicInteger releases = new AtomicInteger();
    private final Lifetime lifetime = new Lifetime(releases::incrementAndGet);

    @Test
    void lastOneOutReleases() {
        assertTrue(lifetime.enter());
        assertTrue(lifetime.enter());
        assertTrue(lifetime.end());
        assertFalse(lifetime.end());
        assertFalse(lifetime.enter());
        assertFalse(lifetime.isOpen());
        lifetime.leave();
        lifetime.leave();
        assertEquals(0, releases.get());
        lifetime.leave();
        assertEquals(1, releases.get());
        assertFalse(lifetime.enter());
    }

    @Test
    void leavingWithoutAnEndReleasesNothing() {
        assertTrue(lifetime.enter());
        lifetime.leave();
        assertEquals(0, releases.get());
        assertTrue(lifetime.isOpen());
    }

    @RepeatedTest(20)
    void nobodyIsInsideWhenItIsReleased() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean seen = new AtomicBoolean();
        AtomicInteger released = new AtomicInteger();
        Lifetime raced = new Lifetime(() -> {
            released.incrementAndGet();
            seen.set(inside.get() != 0);
        });
        CountDownLatch started = new CountDownLatch(2);
        Runnable user = () -> {
            started.countDown();
            while (raced.enter()) {
                inside.incrementAndGet();
                inside.decrementAndGet();
                raced.leave();
            }
        };
        Thread first = Thread.ofPlatform().start(user);
        Thread second = Thread.ofPlatform().start(user);
        started.await();
        assertTrue(raced.end());
        raced.leave();
        first.join();
        second.join();
        assertEquals(1, released.get());
        assertFalse(seen.get());
    }
}
