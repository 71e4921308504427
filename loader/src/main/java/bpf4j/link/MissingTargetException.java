package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import java.util.List;

/**
 * What a program shall be attached to is not there: a kernel function, a tracepoint, a symbol of a file. Its errno is
 * {@code ENOENT}, whichever of its numbers the kernel took for it. Who has several names to try catches this one.
 */
public final class MissingTargetException extends KernelException {

    private static final long serialVersionUID = 1L;

    /** What was looked for. */
    private final String target;
    /** Names that are there and nearly the same, nearest first. */
    private final String[] near;

    /**
     * Makes an exception.
     *
     * @param description what was to be attached to what
     * @param target what was looked for
     * @param problem the sentence about it
     * @param near names that are there, nearest first, may be empty
     */
    MissingTargetException(String description, String target, String problem, List<String> near) {
        super(Step.ATTACH, description, Errno.ENOENT.number(),
                near.isEmpty() ? problem : problem + "; near: " + String.join(", ", near));
        this.target = target;
        this.near = near.toArray(String[]::new);
    }

    /** {@return the name that was looked for} */
    public String target() {
        return target;
    }

    /** {@return names that are there and nearly the same, nearest first, at most three} */
    public List<String> near() {
        return List.of(near);
    }
}
