package bpf4j.object;

/** An ELF file that is well-formed but no usable BPF object. The message names place and problem. */
public final class ObjectFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message in the form {@code subject: place: problem}
     */
    public ObjectFormatException(String message) {
        super(message);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message in the form {@code subject: place: problem}
     * @param cause what went wrong below
     */
    public ObjectFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
