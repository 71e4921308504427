package bpf4j.link;

/**
 * How a program is attached to a perf event, as a kprobe and a uprobe are. There is a reason to choose only where
 * something else than the kernel's age decides, for instance that a pin is needed.
 */
public enum ProbeMode {
    /** The first of the others that the kernel has. */
    AUTO,
    /** By a link of the kernel, which can have a cookie and can be pinned; Linux 5.15. */
    LINK,
    /** By the perf event itself; Linux 4.17. No cookie, no pin, and the attachment ends with the process. */
    EVENT,
    /** By a probe that is written into tracefs and stays there when the process dies; any kernel. No cookie, no pin. */
    LEGACY;

    boolean mayLink() {
        return this == AUTO || this == LINK;
    }
}
