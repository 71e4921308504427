package bpf4j.map;

import bpf4j.kernel.KernelException;

/** An operation on many elements stopped at one of them. Those before it were done. */
public final class BatchException extends KernelException {

    private static final long serialVersionUID = 1L;

    /** How many elements were done. */
    private final int completed;

    BatchException(KernelException cause, int completed, int wanted) {
        super(cause.step(), cause.subject(), cause.errno(), "%d of %d elements were done%s".formatted(completed, wanted,
                cause.advice().isEmpty() ? "" : "; " + cause.advice()), cause);
        this.completed = completed;
    }

    /** {@return how many elements were done, counted from the first; the one after them is what the kernel refused} */
    public int completed() {
        return completed;
    }
}
