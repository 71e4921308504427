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
    /** What it means here or what to do about it, may be empty. */
    private final String advice;

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
        this(step, subject, errno, advice, advice, cause);
    }

    /** The message has {@code detail} behind the errno, of which {@code advice} is a part or all. */
    KernelException(Step step, String subject, int errno, String detail, String advice, Throwable cause) {
        super(message(step, subject, errno, detail), cause);
        this.step = step;
        this.subject = subject;
        this.errno = errno;
        this.advice = advice;
    }

    /**
     * Makes an exception for a refused call, with advice by step, type and errno; where something was not permitted,
     * by a look at this process and kernel.
     *
     * @param step what the loader was doing
     * @param subject what with, for instance {@code map 'events'}
     * @param type the header's name of the map, program or attach type, for instance {@code BPF_MAP_TYPE_RINGBUF};
     *     may be empty
     * @param errno the kernel's error number, positive
     * @return the exception
     */
    public static KernelException refused(Step step, String subject, String type, int errno) {
        return new KernelException(step, subject, errno, ErrnoAdvice.HERE.of(step, type, errno));
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

    /**
     * {@return the error's name, for instance {@code EPERM}, or {@code ENOTSUPP} for the kernel's own 524; empty for
     * 0}
     */
    public String errnoName() {
        return errno == 0 ? "" : Errno.name(errno);
    }

    /**
     * {@return what the refusal means here or what to do about it, as in the message; empty if there is nothing to
     * add}
     */
    public String advice() {
        return advice;
    }

    private static String message(Step step, String subject, int errno, String detail) {
        String error = errno == 0 ? "" : ": " + Errno.name(errno) + " (" + Errno.describe(errno) + ")";
        return subject + ": " + step.text() + error + (detail.isEmpty() ? "" : ": " + detail);
    }
}
