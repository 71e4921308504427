package bpf4j.event;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Epoll;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Sleeps in {@code epoll_wait(2)}. Buffers are watched for changes and not for their state: a ring buffer counts as
 * readable while a program is still writing its only record, which would make a sleep of it a busy loop.
 */
final class EventPoll implements WaitPoint {

    /** What did not fit is returned by the next wait. */
    private static final int EVENTS = 16;
    private static final long WAKE = -1;

    private final Step step;
    private final String subject;
    private final Fd epoll;
    private final Fd wake;
    /** Small, and left to the garbage collector so that a late waiter cannot find it gone. */
    private final MemorySegment events = Arena.ofAuto().allocate((long) EVENTS * Epoll.eventBytes(), Long.BYTES);

    EventPoll(Step step, String subject) {
        this.step = step;
        this.subject = subject;
        epoll = Fd.owning(checked(Epoll.create()), "events of " + subject);
        try {
            wake = Fd.owning(checked(Epoll.eventCounter()), "wake-up of " + subject);
        } catch (RuntimeException e) {
            epoll.close();
            throw e;
        }
        try {
            add(wake, Epoll.EPOLLIN, WAKE);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Wakes whoever waits when the state of a descriptor changes to what the mask says. */
    void watch(Fd fd, int mask) {
        add(fd, mask | Epoll.EPOLLET, 0);
    }

    private void add(Fd fd, int mask, long data) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment event = buffer.allocate(Epoll.eventBytes(), Long.BYTES);
            Epoll.set(event, 0, mask, data);
            checked(Epoll.control(epoll.number(), Epoll.EPOLL_CTL_ADD, fd.number(), event));
        }
    }

    /** A native call keeps the carrier of a virtual thread: another thread sleeps in its place, and it can park. */
    @Override
    public boolean await(int timeoutMillis) {
        return Thread.currentThread().isVirtual()
                ? Substitutes.call(() -> sleep(timeoutMillis)) : sleep(timeoutMillis);
    }

    private boolean sleep(int timeoutMillis) {
        int number = epoll.acquire();
        try {
            int count = Epoll.await(number, events, timeoutMillis);
            if (count == -Errno.EINTR.number()) {
                return false;
            }
            checked(count);
            for (int index = 0; index < count; index++) {
                if (Epoll.data(events, index) == WAKE) {
                    return reset();
                }
            }
            return false;
        } finally {
            epoll.release();
        }
    }

    private boolean reset() {
        try (var buffer = CallBuffer.acquire()) {
            return Syscall.read(wake.number(), buffer.allocate(ValueLayout.JAVA_LONG)) > 0;
        }
    }

    @Override
    public void wake() {
        try (var buffer = CallBuffer.acquire()) {
            Syscall.write(wake.number(), buffer.allocateFrom(ValueLayout.JAVA_LONG, 1));
        }
    }

    @Override
    public void close() {
        epoll.close();
        wake.close();
    }

    @Override
    public int number() {
        return epoll.number();
    }

    private int checked(int result) {
        if (result < 0) {
            throw new KernelException(step, subject, -result);
        }
        return result;
    }

    /** Platform threads, as many as virtual threads sleep; one that nobody wants for a minute ends. */
    private static final class Substitutes {

        private static final ExecutorService THREADS = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("sleeps for a virtual thread ", 0).factory());

        /** An interrupt does not end it, as it does not end the native call. */
        static boolean call(BooleanSupplier sleep) {
            try {
                return CompletableFuture.supplyAsync(sleep::getAsBoolean, THREADS).join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException failure ? failure : e;
            }
        }
    }
}
