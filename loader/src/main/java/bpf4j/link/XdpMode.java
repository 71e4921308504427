package bpf4j.link;

import java.util.Locale;

/** Where an XDP program runs: the {@code XDP_FLAGS_*_MODE} of {@code <linux/if_link.h>}. */
public enum XdpMode {
    /** In the driver if it can, else behind it. */
    ANY(0),
    /** Behind the driver, on socket buffers: every interface can, and it is slower. {@code XDP_FLAGS_SKB_MODE} */
    GENERIC(1 << 1),
    /** In the driver. {@code XDP_FLAGS_DRV_MODE} */
    NATIVE(1 << 2),
    /** On the network card, by a program that was loaded for it. {@code XDP_FLAGS_HW_MODE} */
    OFFLOAD(1 << 3);

    private final int flags;

    XdpMode(int flags) {
        this.flags = flags;
    }

    /** {@return the kernel's flags for it} */
    int flags() {
        return flags;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
