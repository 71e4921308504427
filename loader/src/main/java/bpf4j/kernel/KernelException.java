package bpf4j.kernel;

import bpf4j.sys.Errno;

/** The kernel refused something. The message names subject, step and errno; the parts are fields as well. */
public class KernelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the loader was doing. */
    private final Step step;
    /** What with. */
    private final String subject;
    /** The kernel's error number; 0 where no call was made. */
    private final int errno;

    /**
     * Makes an exception for a refused call.
     *
     * @param step what the loader was doing
     * @param subject what with, for instance {@code map 'events'}
     * @param errno the kernel's error number, positive; 0 where no call was made
     */
    public KernelException(Step step, String subject, int errno) {
        this(step, subject, errno, "");
    }

    /**
     * Makes an exception for a refused call, with more to say.
     *
     * @param step what the loader was doing
     * @param subject what with, for instance {@code map 'events'}
     * @param errno the kernel's error number, positive; 0 where no call was made
     * @param advice what it means here or what to do about it, may be empty
     */
    public KernelException(Step step, String subject, int errno, String advice) {
        this(step, subject, errno, advice, null);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param step what the loader was doing
     * @param subject what with, for instance {@code map 'events'}
     * @param errno the kernel's error number, positive; 0 where no call was made
     * @param advice what it means here or what to do about it, may be empty
     * @param cause what went wrong below, or null
     */
    public KernelException(Step step, String subject, int errno, String advice, Throwable cause) {
        super(message(step, subject, errno, advice), cause);
        this.step = step;
        this.subject = subject;
        this.errno = errno;
    }

    /** {@return what the loader was doing} */
    public Step step() {
        return step;
    }

    /** {@return what it was doing that with, for instance {@code map 'events'}} */
    public String subject() {
        return subject;
    }

    /** {@return the kernel's error number, positive; 0 where no call was made} */
    public int errno() {
        return errno;
    }

    /** {@return the error's name, for instance {@code EPERM}, or {@code ENOTSUPP} for the kernel's own 524; empty for 0} */
    public String errnoName() {
        return errno == 0 ? "" : Errno.name(errno);
    }

    private static String message(Step step, String subject, int errno, String advice) {
        String error = errno == 0 ? "" : ": " + Errno.name(errno) + " (" + Errno.describe(errno) + ")";
        return subject + ": " + step.text() + error + (advice.isEmpty() ? "" : ": " + advice);
    }
}
