package bpf4j.event;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long shared memory and descriptors last: until their owner has ended and the last user has left. Ending never
 * waits. Safe for use by several threads.
 */
final class Lifetime {

    /** The bits below count the users. */
    private static final int ENDED = 1 << 31;

    private final AtomicInteger state = new AtomicInteger();
    private final Runnable release;

    /** @param release run once, by the last one out */
    Lifetime(Runnable release) {
        this.release = release;
    }

    /** {@return whether the caller may use what is here, and has to {@link #leave} then} */
    boolean enter() {
        int seen;
        do {
            seen = state.get();
            if (seen < 0) {
                return false;
            }
        } while (!state.compareAndSet(seen, seen + 1));
        return true;
    }

    void leave() {
        if (state.decrementAndGet() == ENDED) {
            release.run();
        }
    }

    /** {@return whether this call ended it: the caller is still in, to tell the others, and has to {@link #leave}} */
    boolean end() {
        int seen;
        do {
            seen = state.get();
            if (seen < 0) {
                return false;
            }
        } while (!state.compareAndSet(seen, seen + 1 | ENDED));
        return true;
    }

    boolean isOpen() {
        return state.get() >= 0;
    }
}
