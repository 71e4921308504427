package bpf4j.link;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a tc filter goes and what its program may do. Source: {@code struct tcmsg} of {@code <linux/rtnetlink.h>},
 * {@code tc-bpf(8)}.
 *
 * @param parent the qdisc or class, major number in the upper 16 bits
 * @param handle the filter's number among those of one priority; 0 lets the kernel choose
 * @param priority the filter's place: lower ones run first; 1 to 65535, 0 lets the kernel choose one below those there
 * @param protocol which packets the filter is for: an Ethernet type, 0 to 65535, 3 ({@code ETH_P_ALL}) for all
 * @param chain the chain of filters that it goes into: 0 is run first, others when an action says so
 * @param directAction whether the program's result is the verdict ({@code TC_ACT_*}), or a class to sort the packet
 *     into
 * @param action what packets are handed to that the program picks out, by any result but 0; not with direct action
 * @param replace whether a filter of the same priority and handle is replaced, for which both are to be given
 */
public record TcOptions(int parent, int handle, int priority, int protocol, int chain, boolean directAction,
        Optional<TcAction> action, boolean replace) {

    private static final int MAX_PRIORITY = 0xffff;
    private static final int MAX_PROTOCOL = 0xffff;
    private static final int ETH_P_ALL = 3;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the priority is not in 0 to 65535, or something is to be replaced and its
     *     handle or priority is 0
     */
    public TcOptions {
        Objects.requireNonNull(action);
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority + " is not in 0 to " + MAX_PRIORITY);
        }
        if (protocol < 0 || protocol > MAX_PROTOCOL) {
            throw new IllegalArgumentException("protocol " + protocol + " is not in 0 to " + MAX_PROTOCOL);
        }
        if (replace && (handle == 0 || priority == 0)) {
            throw new IllegalArgumentException("replacing needs the handle and the priority of what is replaced");
        }
        if (directAction && action.isPresent()) {
            throw new IllegalArgumentException("a filter whose result is the verdict hands nothing to an action");
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
        return new TcOptions(parent, 0, 0, ETH_P_ALL, 0, true, Optional.empty(), false);
    }

    /**
     * {@return these with another number of the filter}
     *
     * @param newHandle the number; 0 lets the kernel choose
     */
    public TcOptions withHandle(int newHandle) {
        return new TcOptions(parent, newHandle, priority, protocol, chain, directAction, action, replace);
    }

    /**
     * {@return these with another priority}
     *
     * @param newPriority 1 to 65535, lower ones are first; 0 lets the kernel choose
     */
    public TcOptions withPriority(int newPriority) {
        return new TcOptions(parent, handle, newPriority, protocol, chain, directAction, action, replace);
    }

    /**
     * {@return these for packets of one protocol}
     *
     * @param newProtocol the Ethernet type: 0x0800 for IPv4, 3 for all
     */
    public TcOptions withProtocol(int newProtocol) {
        return new TcOptions(parent, handle, priority, newProtocol, chain, directAction, action, replace);
    }

    /**
     * {@return these in another chain}
     *
     * @param newChain the chain's number
     */
    public TcOptions withChain(int newChain) {
        return new TcOptions(parent, handle, priority, protocol, newChain, directAction, action, replace);
    }

    /**
     * {@return these with the program's result as the verdict or as a class}
     *
     * @param newDirectAction whether the result is the verdict
     */
    public TcOptions withDirectAction(boolean newDirectAction) {
        return new TcOptions(parent, handle, priority, protocol, chain, newDirectAction, action, replace);
    }

    /**
     * {@return these without direct action: the program picks packets out, and an action decides about them}
     *
     * @param newAction the action, not closed until the filter is attached
     */
    public TcOptions withAction(TcAction newAction) {
        return new TcOptions(parent, handle, priority, protocol, chain, false, Optional.of(newAction), replace);
    }

    /**
     * {@return these, replacing a filter that is there or not}
     *
     * @param newReplace whether a filter of this handle and priority is replaced
     */
    public TcOptions withReplace(boolean newReplace) {
        return new TcOptions(parent, handle, priority, protocol, chain, directAction, action, newReplace);
    }

    /** {@return whether the filter goes into the clsact qdisc} */
    boolean inClsact() {
        return parent == TcDirection.INGRESS.parent() || parent == TcDirection.EGRESS.parent();
    }
}
