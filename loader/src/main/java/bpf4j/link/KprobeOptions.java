package bpf4j.link;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the kernel's code and how to attach to it.
 *
 * @param function the kernel function, {@code MODULE:FUNCTION} for that of one module; empty if the offset is an
 *     address
 * @param offsetBytes where in the function, in bytes from its start, at the start of an instruction; or the address
 * @param isReturn whether the program runs when the function returns, not when it is called
 * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
 * @param mode how to attach
 * @param maxActive how many calls of the function may be under way at once without the return of one being missed, 0 to
 *     {@value #MAX_ACTIVE}; 0 leaves it to the kernel, which takes 10 or twice the number of CPUs, if that is more.
 *     Another number is for returns, and only {@link ProbeMode#LEGACY} can do it, which {@link ProbeMode#AUTO} then is
 */
public record KprobeOptions(String function, long offsetBytes, boolean isReturn, long cookie, ProbeMode mode,
        int maxActive) {

    /** The largest {@code maxActive}: {@code KRETPROBE_MAXACTIVE_MAX} of {@code kernel/trace/trace_kprobe.c}. */
    public static final int MAX_ACTIVE = 4096;

    private static final Pattern PLACE =
            Pattern.compile("((?:[A-Za-z0-9_-]+:)?[A-Za-z0-9_.]+)(?:\\+(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9}))?");

    /**
     * Checks that nothing is null.
     *
     * @throws IllegalArgumentException if a return has an offset, or what is said of calls under way is out of range
     *     or takes another mode
     */
    public KprobeOptions {
        Objects.requireNonNull(function);
        Objects.requireNonNull(mode);
        if (!function.isEmpty() && isReturn && offsetBytes != 0) {
            throw new IllegalArgumentException(
                    "a function has one return, so offset " + offsetBytes + " means nothing");
        }
        if (maxActive < 0 || maxActive > MAX_ACTIVE) {
            throw new IllegalArgumentException("calls under way: %d is not 0 to %d".formatted(maxActive, MAX_ACTIVE));
        }
        if (maxActive != 0 && mode != ProbeMode.AUTO && mode != ProbeMode.LEGACY) {
            throw new IllegalArgumentException("a number of calls under way takes the mode LEGACY, not " + mode);
        }
    }

    /**
     * Names a function, at whose call the program runs.
     *
     * @param function the kernel function, {@code MODULE:FUNCTION} for that of one module
     * @return options without a cookie
     */
    public static KprobeOptions of(String function) {
        return new KprobeOptions(function, 0, false, 0, ProbeMode.AUTO, 0);
    }

    /**
     * Gives an address, for functions that share their name with others.
     *
     * @param address the address of an instruction in the kernel, as {@code /proc/kallsyms} shows it
     * @return options without a cookie
     */
    public static KprobeOptions ofAddress(long address) {
        return new KprobeOptions("", address, false, 0, ProbeMode.AUTO, 0);
    }

    /** Reads {@code function} and {@code function+offset}, where an offset with {@code 0x} is in hex. */
    static Optional<KprobeOptions> parse(String text) {
        Matcher place = PLACE.matcher(text);
        return place.matches() ? Optional.of(of(place.group(1)).withOffsetBytes(
                place.group(2) == null ? 0 : Long.decode(decimal(place.group(2))))) : Optional.empty();
    }

    /** A zero in front does not make a number octal. */
    private static String decimal(String number) {
        return number.length() > 1 && Character.toLowerCase(number.charAt(1)) == 'x' ? number
                : number.replaceFirst("^0+(?=.)", "");
    }

    /**
     * Changes the offset.
     *
     * @param newOffsetBytes the start of an instruction, in bytes from the function's start
     * @return the changed copy
     */
    public KprobeOptions withOffsetBytes(long newOffsetBytes) {
        return new KprobeOptions(function, newOffsetBytes, isReturn, cookie, mode, maxActive);
    }

    /**
     * Changes when the program runs.
     *
     * @param newReturn true for the function's return
     * @return the changed copy
     */
    public KprobeOptions withReturn(boolean newReturn) {
        return new KprobeOptions(function, offsetBytes, newReturn, cookie, mode, maxActive);
    }

    /**
     * Changes the cookie.
     *
     * @param newCookie any number, 0 for none
     * @return the changed copy
     */
    public KprobeOptions withCookie(long newCookie) {
        return new KprobeOptions(function, offsetBytes, isReturn, newCookie, mode, maxActive);
    }

    /**
     * Changes how to attach.
     *
     * @param newMode how
     * @return the changed copy
     */
    public KprobeOptions withMode(ProbeMode newMode) {
        return new KprobeOptions(function, offsetBytes, isReturn, cookie, newMode, maxActive);
    }

    /**
     * Changes how many calls may be under way at once without the return of one being missed.
     *
     * @param newMaxActive 0 to {@value #MAX_ACTIVE}, 0 for what the kernel chooses
     * @return the changed copy
     */
    public KprobeOptions withMaxActive(int newMaxActive) {
        return new KprobeOptions(function, offsetBytes, isReturn, cookie, mode, newMaxActive);
    }

    /** {@return the mode that these options can be had in} */
    ProbeMode possibleMode() {
        return maxActive == 0 ? mode : ProbeMode.LEGACY;
    }

    KprobeOptions withFunction(String newFunction) {
        return new KprobeOptions(newFunction, offsetBytes, isReturn, cookie, mode, maxActive);
    }

    /** {@return the place as tracefs takes it: {@code function+0x10} or an address} */
    String place() {
        String offset = "0x" + Long.toHexString(offsetBytes);
        return function.isEmpty() ? offset : offsetBytes == 0 ? function : function + "+" + offset;
    }
}
