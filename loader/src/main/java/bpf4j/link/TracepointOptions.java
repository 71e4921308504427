package bpf4j.link;

import java.util.Objects;

/**
 * A tracepoint and how to attach to it.
 *
 * @param category the tracepoint's folder below {@code events} in tracefs, such as {@code syscalls}
 * @param name the tracepoint, such as {@code sys_enter_openat}
 * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
 * @param mode how to attach; a tracepoint has no {@link ProbeMode#LEGACY} one
 */
public record TracepointOptions(String category, String name, long cookie, ProbeMode mode) {

    /**
     * Checks that nothing is null.
     *
     * @throws IllegalArgumentException if the mode is {@link ProbeMode#LEGACY}
     */
    public TracepointOptions {
        Objects.requireNonNull(category);
        Objects.requireNonNull(name);
        if (mode == ProbeMode.LEGACY) {
            throw new IllegalArgumentException("a tracepoint is no probe that could be written into tracefs");
        }
        Objects.requireNonNull(mode);
    }

    /**
     * Names a tracepoint.
     *
     * @param category the tracepoint's folder below {@code events} in tracefs
     * @param name the tracepoint
     * @return options without a cookie
     */
    public static TracepointOptions of(String category, String name) {
        return new TracepointOptions(category, name, 0, ProbeMode.AUTO);
    }

    /**
     * Changes the cookie.
     *
     * @param newCookie any number, 0 for none
     * @return the changed copy
     */
    public TracepointOptions withCookie(long newCookie) {
        return new TracepointOptions(category, name, newCookie, mode);
    }

    /**
     * Changes how to attach.
     *
     * @param newMode any but {@link ProbeMode#LEGACY}
     * @return the changed copy
     */
    public TracepointOptions withMode(ProbeMode newMode) {
        return new TracepointOptions(category, name, cookie, newMode);
    }
}
