package bpf4j.kernel;

/** The kernel lacks something that the object cannot do without. */
public final class UnsupportedFeatureException extends KernelException {

    private static final long serialVersionUID = 1L;

    /** What is missing. */
    private final String feature;
    /** The first kernel version that has it, or the option that turns it on. */
    private final String since;

    /**
     * Makes an exception.
     *
     * @param step what the loader was doing
     * @param subject what with, for instance {@code map 'events'}
     * @param errno the kernel's error number, positive; 0 where no call was made
     * @param feature what is missing
     * @param since the first kernel version that has it, or the option that turns it on
     */
    public UnsupportedFeatureException(Step step, String subject, int errno, String feature, String since) {
        super(step, subject, errno, "this kernel has no %s, which needs %s".formatted(feature, since));
        this.feature = feature;
        this.since = since;
    }

    /** {@return what is missing} */
    public String feature() {
        return feature;
    }

    /** {@return the first kernel version that has it, or the option that turns it on} */
    public String since() {
        return since;
    }
}
