package bpf4j.link;

/**
 * What a program that is attached to a cgroup without a link leaves room for. All programs of one attach type on a
 * cgroup have to agree whether they share it. Source: {@code BPF_F_ALLOW_OVERRIDE}, {@code BPF_F_ALLOW_MULTI} and
 * {@code BPF_F_PREORDER} of {@code <linux/bpf.h>}.
 */
public enum CgroupSharing {
    /** Nothing: one program, and none on the cgroups below. */
    EXCLUSIVE(0),
    /** One program on this cgroup; on a cgroup below another one takes its place there. */
    OVERRIDABLE(1),
    /** All programs of this cgroup and of those above it run, as they do with links; those of this one first. */
    SHARED(1 << 1),
    /** As {@link #SHARED}, but before the programs of the cgroups below, too; needs Linux 6.15. */
    SHARED_PREORDER(SHARED.flags | CgroupLink.BPF_F_PREORDER);

    private final int flags;

    CgroupSharing(int flags) {
        this.flags = flags;
    }

    int flags() {
        return flags;
    }

    boolean isShared() {
        return (flags & SHARED.flags) != 0;
    }
}
