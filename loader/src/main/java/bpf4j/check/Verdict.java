package bpf4j.check;

import java.util.List;

/** What a check comes to for one object and one kernel. */
public enum Verdict {
    /** Nothing that can be seen from outside stands against it; the verifier has the last word. */
    LOADS,
    /** Something stands against it. */
    FAILS,
    /** Something that is not known of the kernel decides. */
    UNKNOWN;

    static Verdict of(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity() == Severity.BLOCKS)) {
            return FAILS;
        }
        return findings.stream().anyMatch(f -> f.severity() == Severity.UNDECIDED) ? UNKNOWN : LOADS;
    }
}
