package bpf4j.link;

import java.util.Optional;

/**
 * Which cgroups an iterator visits, and in which order: {@code enum bpf_cgroup_iter_order} of {@code <linux/bpf.h>}.
 */
public enum CgroupOrder {
    /** One cgroup. */
    SELF_ONLY(1),
    /** A cgroup and all below it, parents before children. */
    DESCENDANTS_PRE(2),
    /** A cgroup and all below it, children before parents. */
    DESCENDANTS_POST(3),
    /** A cgroup and all above it, up to the root. */
    ANCESTORS_UP(4);

    private final int number;

    CgroupOrder(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<CgroupOrder> of(int number) {
        for (CgroupOrder order : values()) {
            if (order.number == number) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }
}
