package bpf4j.kernel;

/**
 * Something that was done otherwise than the object asks for, because of the kernel.
 *
 * @param subject what it was done to, for instance {@code map 'events'}
 * @param change what was done
 * @param reason why
 */
public record Adaptation(String subject, String change, String reason) {

    /** {@return one line for people} */
    @Override
    public String toString() {
        return subject + ": " + change + " (" + reason + ")";
    }
}
