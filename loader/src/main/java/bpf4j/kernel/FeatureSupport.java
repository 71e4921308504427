package bpf4j.kernel;

/** What a probe has found out. */
public enum FeatureSupport {
    /** The kernel has the feature. */
    SUPPORTED,
    /** The kernel lacks the feature: what needs it was refused, and the same without it was not. */
    MISSING,
    /** The probe cannot tell, for instance for lack of privileges. Asking again may bring another answer. */
    INCONCLUSIVE
}
