package bpf4j.link;

/**
 * Where a tc filter goes and what its program may do. Source: {@code struct tcmsg} of {@code <linux/rtnetlink.h>},
 * {@code tc-bpf(8)}.
 *
 * @param parent the qdisc or class, major number in the upper 16 bits
 * @param handle the filter's number among those of one priority; 0 lets the kernel choose
 * @param priority the filter's place: lower ones run first; 1 to 65535, 0 lets the kernel choose one below those there
 * @param directAction whether the program's result is the verdict ({@code TC_ACT_*}), or a class to sort the packet
 *     into
 * @param replace whether a filter of the same priority and handle is replaced, for which both are to be given
 */
public record TcOptions(int parent, int handle, int priority, boolean directAction, boolean replace) {

    private static final int MAX_PRIORITY = 0xffff;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the priority is not in 0 to 65535, or something is to be replaced and its
     *     handle or priority is 0
     */
    public TcOptions {
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority + " is not in 0 to " + MAX_PRIORITY);
        }
        if (replace && (handle == 0 || priority == 0)) {
            throw new IllegalArgumentException("replacing needs the handle and the priority of what is replaced");
        }
    }

    /**
     * {@return a filter in the clsact qdisc, whose program's result is the verdict}
     *
     * @param direction which packets the program sees
     */
    public static TcOptions clsact(TcDirection direction) {
        return below(direction.parent());
    }

    /**
     * {@return a filter of another qdisc or class, which has to be there, whose program's result is the verdict}
     *
     * @param parent the qdisc or class, major number in the upper 16 bits
     */
    public static TcOptions below(int parent) {
        return new TcOptions(parent, 0, 0, true, false);
    }

    /**
     * {@return these with another number of the filter}
     *
     * @param newHandle the number; 0 lets the kernel choose
     */
    public TcOptions withHandle(int newHandle) {
        return new TcOptions(parent, newHandle, priority, directAction, replace);
    }

    /**
     * {@return these with another priority}
     *
     * @param newPriority 1 to 65535, lower ones are first; 0 lets the kernel choose
     */
    public TcOptions withPriority(int newPriority) {
        return new TcOptions(parent, handle, newPriority, directAction, replace);
    }

    /**
     * {@return these with the program's result as the verdict or as a class}
     *
     * @param newDirectAction whether the result is the verdict
     */
    public TcOptions withDirectAction(boolean newDirectAction) {
        return new TcOptions(parent, handle, priority, newDirectAction, replace);
    }

    /**
     * {@return these, replacing a filter that is there or not}
     *
     * @param newReplace whether a filter of this handle and priority is replaced
     */
    public TcOptions withReplace(boolean newReplace) {
        return new TcOptions(parent, handle, priority, directAction, newReplace);
    }

    /** {@return whether the filter goes into the clsact qdisc} */
    boolean inClsact() {
        return parent == TcDirection.INGRESS.parent() || parent == TcDirection.EGRESS.parent();
    }
}
