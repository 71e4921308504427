package bpf4j.link;

import java.util.Objects;

/**
 * A USDT probe of an executable or a shared library, and how to attach to it.
 *
 * @param binary the file: a path with a slash, {@code ARCHIVE!/NAME} for a library inside of a zip archive, or a name
 *     that is looked for where programs or libraries are
 * @param provider the probe's provider
 * @param name the probe's name
 * @param pid the process that is meant: {@link UprobeOptions#ALL_PROCESSES}, {@link UprobeOptions#THIS_PROCESS} or
 *     another's id
 * @param cookie what the program reads with {@code bpf_usdt_cookie}, or with {@code bpf_get_attach_cookie} if its
 *     object has no maps for USDT; 0 for none
 */
public record UsdtOptions(String binary, String provider, String name, int pid, long cookie) {

    /**
     * Checks that nothing is null.
     *
     * @throws IllegalArgumentException if the process is negative and not all
     */
    public UsdtOptions {
        Objects.requireNonNull(binary);
        Objects.requireNonNull(provider);
        Objects.requireNonNull(name);
        if (pid < UprobeOptions.ALL_PROCESSES) {
            throw new IllegalArgumentException(pid + " is no process");
        }
    }

    /**
     * Names a probe.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param provider the probe's provider
     * @param name the probe's name
     * @return options for all processes, without a cookie
     */
    public static UsdtOptions of(String binary, String provider, String name) {
        return new UsdtOptions(binary, provider, name, UprobeOptions.ALL_PROCESSES, 0);
    }

    /**
     * Changes the process.
     *
     * @param newPid {@link UprobeOptions#ALL_PROCESSES}, {@link UprobeOptions#THIS_PROCESS} or another's id
     * @return the changed copy
     */
    public UsdtOptions withPid(int newPid) {
        return new UsdtOptions(binary, provider, name, newPid, cookie);
    }

    /**
     * Changes the cookie.
     *
     * @param newCookie any number
     * @return the changed copy
     */
    public UsdtOptions withCookie(long newCookie) {
        return new UsdtOptions(binary, provider, name, pid, newCookie);
    }

    /** {@return the probe for people: {@code libc.so.6:libc:setjmp}} */
    String place() {
        return binary + ":" + provider + ":" + name;
    }
}
