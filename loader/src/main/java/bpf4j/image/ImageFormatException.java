package bpf4j.image;

/**
 * A file that is no kernel image, BTF or archive of it, that is damaged, that expands to more than is taken, or that
 * this program cannot expand. The message names place and problem.
 */
public final class ImageFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message in the form {@code subject: place: problem}
     */
    public ImageFormatException(String message) {
        super(message);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param message in the form {@code subject: place: problem}
     * @param cause what went wrong below
     */
    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
