package bpf4j.event;

/** Where a thread sleeps until something was submitted or somebody wakes it. */
interface WaitPoint extends AutoCloseable {

    /**
     * Waits. May return early, without a reason.
     *
     * @param timeoutMillis how long at most
     * @return whether {@link #wake} was called, now or before
     */
    boolean await(int timeoutMillis);

    /** Ends the wait of another thread, or the next. */
    void wake();

    /** {@return the descriptor that is readable when a wait would end} */
    int number();

    @Override
    void close();
}
