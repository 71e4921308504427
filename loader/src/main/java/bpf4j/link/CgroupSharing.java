package bpf4j.link;

/**
 * What a program that is attached to a cgroup without a link leaves room for. All programs of one attach type on a
 * cgroup have to agree. Source: {@code BPF_F_ALLOW_OVERRIDE} and {@code BPF_F_ALLOW_MULTI} of {@code <linux/bpf.h>}.
 */
public enum CgroupSharing {
    /** Nothing: one program, and none on the cgroups below. */
    EXCLUSIVE(0),
    /** One program on this cgroup; on a cgroup below another one takes its place there. */
    OVERRIDABLE(1),
    /** All programs of this cgroup and of those above it run, as they do with links. */
    SHARED(1 << 1);

    private final int flags;

    CgroupSharing(int flags) {
        this.flags = flags;
    }

    int flags() {
        return flags;
    }
}
