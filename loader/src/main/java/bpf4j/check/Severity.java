package bpf4j.check;

/** What a finding means for loading. */
public enum Severity {
    /** The object cannot be loaded. */
    BLOCKS,
    /** Whether it can be loaded depends on something that is not known of the kernel. */
    UNDECIDED,
    /** It is loaded all the same; something later may not work. */
    NOTE
}
