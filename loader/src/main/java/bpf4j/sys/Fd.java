package bpf4j.sys;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * An owned file descriptor: closed once, by its owner. Safe for use by several threads.
 *
 * <p>A call that is in flight, or a user that makes many calls, holds the descriptor between {@link #acquire} and
 * {@link #release}; a close meanwhile takes effect at the release, so that the kernel cannot give the number to another
 * object while it is used. An owner that forgets to close leaves the work to the garbage collector, which reports a
 * leak to the logger {@code bpf4j.sys.Fd}; with the system property {@code bpf4j.fd.origins=true}, set at the start,
 * also where the descriptor was opened.
 *
 * <p>The number is at least {@value #MIN_NUMBER}: 0 means "none" in many fields of {@code bpf(2)}, and 0 to 2 belong to
 * the standard streams. The calls of {@link Syscall} that make descriptors see to it.
 */
public final class Fd implements AutoCloseable {

    /** The least number of an owned descriptor. */
    public static final int MIN_NUMBER = 3;

    private static final AtomicLong OPEN = new AtomicLong();
    private static final AtomicLong LEAKED = new AtomicLong();

    private final Ownership ownership;
    private final Cleaner.Cleanable cleanable;

    private Fd(Ownership ownership) {
        this.ownership = ownership;
        this.cleanable = Watch.Backstop.CLEANER.register(this, ownership);
    }

    /**
     * Takes ownership of a descriptor.
     *
     * @param number the descriptor, at least {@value #MIN_NUMBER}
     * @param what what it is, for messages: {@code map "events"}
     * @return its owner
     * @throws IllegalArgumentException if the number is less, which includes negated errnos
     */
    public static Fd owning(int number, String what) {
        return owning(number, what, Kernel.RUNNING);
    }

    /**
     * Takes ownership of a descriptor that some kernel returned.
     *
     * @param number the descriptor, at least {@value #MIN_NUMBER}
     * @param what what it is, for messages: {@code map "events"}
     * @param kernel where it is closed
     * @return its owner
     * @throws IllegalArgumentException if the number is less, which includes negated errnos
     */
    public static Fd owning(int number, String what, Kernel kernel) {
        if (number < MIN_NUMBER) {
            throw new IllegalArgumentException(what + ": " + number + " is not an owned file descriptor");
        }
        return new Fd(new Ownership(number, what, kernel));
    }

    /**
     * Moves a new descriptor to {@value #MIN_NUMBER} or above. The original is closed when it has been moved and also
     * when that fails.
     *
     * @param result a new descriptor, or a negated errno
     * @return the descriptor, or a negated errno
     */
    public static int lift(int result) {
        if (result < 0 || result >= MIN_NUMBER) {
            return result;
        }
        int lifted = duplicate(result);
        Syscall.close(result);
        return lifted;
    }

    /**
     * Duplicates a descriptor, whoever owns it: {@code fcntl(2)}, {@code F_DUPFD_CLOEXEC}.
     *
     * @param number an open descriptor, which stays as it is
     * @return a new descriptor, at least {@value #MIN_NUMBER}, or a negated errno
     */
    public static int duplicate(int number) {
        return Syscall.fcntl(number, Syscall.F_DUPFD_CLOEXEC, MIN_NUMBER);
    }

    /**
     * Holds the descriptor for a call, or for many. Each success is followed by one {@link #release}, in a {@code
     * finally} or when the user is closed.
     *
     * @return the number, which stays open until the release
     * @throws IllegalStateException if the descriptor was closed or handed over
     */
    public int acquire() {
        ownership.acquire();
        return ownership.number;
    }

    /** Ends what {@link #acquire} began, and closes the descriptor if a close came in between. */
    public void release() {
        try {
            if (ownership.release()) {
                cleanable.clean();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Holds the descriptor while something is called with it.
     *
     * @param call takes the number, which stays open until it returns
     * @return what it returned
     * @throws IllegalStateException if the descriptor was closed or handed over
     */
    public int call(IntUnaryOperator call) {
        int number = acquire();
        try {
            return call.applyAsInt(number);
        } finally {
            release();
        }
    }

    /**
     * Holds the descriptor while something is made with it.
     *
     * @param <T> what is made
     * @param use takes the number, which stays open until it returns
     * @return what it returned
     * @throws IllegalStateException if the descriptor was closed or handed over
     */
    public <T> T use(IntFunction<T> use) {
        int number = acquire();
        try {
            return use.apply(number);
        } finally {
            release();
        }
    }

    /**
     * Returns the number for use as a value, as in an instruction that refers to a map. The number is good as long as
     * the caller keeps this object from being closed and collected: {@link Reference#reachabilityFence}.
     *
     * @return the number, at least {@value #MIN_NUMBER}
     * @throws IllegalStateException if the descriptor was closed or handed over
     */
    public int number() {
        ownership.requireOpen();
        return ownership.number;
    }

    /** {@return whether the descriptor was neither closed nor handed over} */
    public boolean isOpen() {
        return (ownership.state & Ownership.ENDED) == 0;
    }

    /**
     * Hands the descriptor over: the caller owns the number now and this object ends.
     *
     * @return the number
     * @throws IllegalStateException if the descriptor was closed or handed over
     */
    public int take() {
        try {
            ownership.take();
            cleanable.clean();
            return ownership.number;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Closes the descriptor, now or when the last call in flight is over. Calling it again does nothing. */
    @Override
    public void close() {
        try {
            if (ownership.close()) {
                cleanable.clean();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** {@return how many descriptors are owned in this process} */
    public static long openCount() {
        return OPEN.get();
    }

    /** {@return how many descriptors were collected without having been closed} */
    public static long leakCount() {
        return LEAKED.get();
    }

    @Override
    public String toString() {
        return ownership.toString();
    }

    /** The state, apart from its object so that the cleaner can outlive that. */
    private static final class Ownership implements Runnable {

        /** A close was asked for. The bits below {@link #TAKEN} count the calls in flight. */
        private static final int CLOSED = 1 << 31;
        private static final int TAKEN = 1 << 30;
        private static final int ENDED = CLOSED | TAKEN;
        private static final VarHandle STATE;

        static {
            try {
                STATE = MethodHandles.lookup().findVarHandle(Ownership.class, "state", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final int number;
        private final String what;
        private final Kernel kernel;
        /** Where the descriptor came from, if somebody wants to know enough to pay for it. */
        private final Throwable origin;
        private volatile int state;

        Ownership(int number, String what, Kernel kernel) {
            this.number = number;
            this.what = what;
            this.kernel = kernel;
            this.origin = Watch.REMEMBERS_ORIGINS ? new Throwable("opened here") : null;
            OPEN.incrementAndGet();
        }

        void acquire() {
            int seen;
            do {
                seen = requireOpen();
            } while (!STATE.compareAndSet(this, seen, seen + 1));
        }

        /** Whether this has closed the descriptor. */
        boolean release() {
            boolean last = (int) STATE.getAndAdd(this, -1) == CLOSED + 1;
            if (last) {
                closeNow();
            }
            return last;
        }

        void take() {
            int seen;
            do {
                seen = requireOpen();
            } while (!STATE.compareAndSet(this, seen, seen | TAKEN));
            OPEN.decrementAndGet();
        }

        /** Whether this has closed the descriptor. */
        boolean close() {
            boolean unused = (int) STATE.getAndBitwiseOr(this, CLOSED) == 0;
            if (unused) {
                closeNow();
            }
            return unused;
        }

        int requireOpen() {
            int seen = state;
            if ((seen & ENDED) != 0) {
                throw new IllegalStateException(
                        this + ((seen & TAKEN) != 0 ? ": was handed over" : ": is closed"));
            }
            return seen;
        }

        /**
         * Run by the cleaner, once: after a close or a hand-over there is nothing to do. Otherwise this is a leak, or
         * one of a user who held the descriptor beyond its close and is gone.
         */
        @Override
        public void run() {
            int before = (int) STATE.getAndBitwiseOr(this, CLOSED);
            boolean ended = before == CLOSED || (before & TAKEN) != 0;
            if (!ended) {
                closeNow();
                LEAKED.incrementAndGet();
                System.getLogger(Fd.class.getName()).log(Level.WARNING, this + ": was never closed", origin);
            }
        }

        /** Linux frees the number whatever close(2) returns, so there is nothing to try again. */
        private void closeNow() {
            OPEN.decrementAndGet();
            kernel.close(number);
        }

        @Override
        public String toString() {
            return what + ": file descriptor " + number;
        }
    }
}
