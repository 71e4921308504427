package bpf4j.reloc;

import java.util.Optional;

/**
 * An object that cannot be fitted to the kernel's types. The message names program or variable, place and problem; the
 * parts are fields as well.
 */
public final class RelocationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What could not be relocated. */
    private final String subject;
    /** Place and problem. */
    private final String problem;
    private final transient Optional<SourceLine> source;

    /**
     * Makes an exception.
     *
     * @param subject the program, subprogram or struct_ops variable
     * @param problem place and problem
     * @param source the C source line, where line info has it
     * @param cause what went wrong below, or null
     */
    public RelocationException(String subject, String problem, Optional<SourceLine> source, Throwable cause) {
        super(subject + ": " + problem + source.map(s -> " (" + s + ")").orElse(""), cause);
        this.subject = subject;
        this.problem = problem;
        this.source = source;
    }

    /** {@return the program, subprogram or struct_ops variable that does not fit} */
    public String subject() {
        return subject;
    }

    /** {@return place and problem, as in the message} */
    public String problem() {
        return problem;
    }

    /** {@return the C source line; empty without line info, and after deserialization} */
    public Optional<SourceLine> source() {
        return source == null ? Optional.empty() : source;
    }
}
