package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import java.nio.file.Path;

/**
 * An attachment for which the kernel makes no link object. It does not end with the process but when it is ended, or
 * with its target, and it cannot be pinned. Safe for use by several threads, as all links are.
 */
public abstract sealed class DirectAttachment implements Link
        permits CgroupAttachment, LircMode2, LwtRoute, PerfAttachment, ReuseportProgram, SocketFilter,
        SockmapAttachment, StructOpsRegistration, TcAction, TcFilter, TcMatchall, UsdtLink, XdpAttachment {

    private enum State {
        ATTACHED,
        DETACHED,
        CLOSED
    }

    private final String description;
    private final String type;
    private State state = State.ATTACHED;

    /**
     * @param description what is attached to what
     * @param type the attach type's header name, for advice; may be empty
     */
    DirectAttachment(String description, String type) {
        this.description = description;
        this.type = type;
    }

    /** Asks the kernel to end the attachment. {@return 0 or a negated errno} */
    abstract int end();

    /** Gives back what was held for {@link #end}; called once, when the attachment is over or given up. */
    abstract void release();

    /** Puts another program into the place; called while attached. */
    void replace(LoadedProgram program) {
        throw noLink(Step.REPLACE);
    }

    /** {@return why there is nothing to pin or replace, and what would help} */
    abstract String whyNoLink();

    @Override
    public final String description() {
        return description;
    }

    @Override
    public final synchronized void detach() {
        switch (state) {
            case CLOSED -> throw new IllegalStateException(description + ": the link is closed");
            case DETACHED -> { }
            case ATTACHED -> {
                int status = end();
                if (status < 0) {
                    throw KernelException.refused(Step.DETACH, description, type, -status);
                }
                state = State.DETACHED;
                release();
            }
        }
    }

    @Override
    public final synchronized void close() {
        if (state == State.ATTACHED) {
            end();
            release();
        }
        state = State.CLOSED;
    }

    /**
     * Gives the attachment up without ending it: it lasts until somebody else ends it or its target goes. What needs a
     * descriptor of this process to last, such as a perf event, ends all the same. Does nothing once it has ended.
     */
    public final synchronized void leave() {
        if (state == State.ATTACHED) {
            release();
        }
        state = State.CLOSED;
    }

    @Override
    public final synchronized void update(LoadedProgram program) {
        switch (state) {
            case CLOSED -> throw noLink(Step.REPLACE);
            case DETACHED -> throw new KernelException(Step.REPLACE, description, 0, "it was detached");
            case ATTACHED -> replace(program);
        }
    }

    @Override
    public final void pin(Path path) {
        throw noLink(Step.PIN);
    }

    @Override
    public final void unpin() {
        throw noLink(Step.PIN);
    }

    private synchronized RuntimeException noLink(Step step) {
        return state == State.CLOSED ? new IllegalStateException(description + ": the link is closed")
                : new KernelException(step, description, 0, whyNoLink());
    }

    @Override
    public final String toString() {
        return description;
    }
}
