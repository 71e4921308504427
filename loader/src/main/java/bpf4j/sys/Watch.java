package bpf4j.sys;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices when something is forgotten that has to be closed: if the garbage collector finds that nobody can close it,
 * what is left of it is released, and the leak is reported to the logger {@code bpf4j.sys.Watch}; with the system
 * property {@code bpf4j.fd.origins=true}, set at the start, also where it was made. Safe for use by several threads.
 */
public final class Watch {

    /** Set at the start; not a question of the logger's level: to find a logger takes a short-lived process long. */
    static final boolean REMEMBERS_ORIGINS = Boolean.getBoolean("bpf4j.fd.origins");

    private static final AtomicLong LEAKED = new AtomicLong();

    private final State state;
    private final Cleaner.Cleanable cleanable;

    private Watch(Object owner, State state) {
        this.state = state;
        this.cleanable = Backstop.CLEANER.register(owner, state);
    }

    /**
     * Watches something.
     *
     * @param owner what is reachable as long as somebody may use or close it: of memory its arena's scope
     * @param what what is said to be leaked: {@code memory of map "events"}
     * @param release releases what is left, on the cleaner's thread; refers to the owner in no way
     * @return the watch, which whoever closes the thing ends
     */
    public static Watch over(Object owner, String what, Runnable release) {
        return new Watch(owner, new State(what, release));
    }

    /** The thing is closed in the right way. Calling it again does nothing. */
    public void end() {
        if (state.ended.compareAndSet(false, true)) {
            cleanable.clean();
        }
    }

    /** {@return how many watched things of this process were forgotten} */
    public static long leakCount() {
        return LEAKED.get();
    }

    /** Apart from the owner and the watch, so that the cleaner can outlive these. */
    private static final class State implements Runnable {

        private final AtomicBoolean ended = new AtomicBoolean();
        private final String what;
        private final Runnable release;
        private final Throwable origin = REMEMBERS_ORIGINS ? new Throwable("made here") : null;

        State(String what, Runnable release) {
            this.what = what;
            this.release = release;
        }

        @Override
        public void run() {
            if (ended.compareAndSet(false, true)) {
                release.run();
                LEAKED.incrementAndGet();
                System.getLogger(Watch.class.getName()).log(Level.WARNING, what + ": was never closed", origin);
            }
        }
    }

    /** Starts the cleaner's thread with the first thing that is watched, not with the class. */
    static final class Backstop {

        static final Cleaner CLEANER = Cleaner.create();

        private Backstop() {
        }
    }
}
