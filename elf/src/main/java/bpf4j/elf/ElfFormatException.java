package bpf4j.elf;

/** The bytes are no ELF file of the supported kind, or contradict themselves. The message names place and problem. */
public final class ElfFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message in the form {@code subject: place: problem}
     */
    public ElfFormatException(String message) {
        super(message);
    }
}
