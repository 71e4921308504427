package bpf4j.btf;

/** BTF data that is malformed, or that contradicts itself where it was used. The message names place and problem. */
public final class BtfFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message in the form {@code subject: place: problem}
     */
    public BtfFormatException(String message) {
        super(message);
    }
}
