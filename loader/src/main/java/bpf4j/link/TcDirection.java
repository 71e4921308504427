package bpf4j.link;

import bpf4j.object.AttachType;
import java.util.Locale;

/** Which packets of an interface a program sees. */
public enum TcDirection {
    /** Those that arrive. */
    INGRESS(AttachType.BPF_TCX_INGRESS, 0xffff_fff2),
    /** Those that leave. */
    EGRESS(AttachType.BPF_TCX_EGRESS, 0xffff_fff3);

    private final AttachType attachType;
    private final int parent;

    TcDirection(AttachType attachType, int parent) {
        this.attachType = attachType;
        this.parent = parent;
    }

    /** {@return the attach type for tcx} */
    AttachType attachType() {
        return attachType;
    }

    /** {@return the place in a clsact qdisc: {@code TC_H_MIN_INGRESS}, {@code TC_H_MIN_EGRESS}} */
    int parent() {
        return parent;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
