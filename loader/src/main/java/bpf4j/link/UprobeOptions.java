package bpf4j.link;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the code of an executable or a shared library, and how to attach to it.
 *
 * @param binary the file: a path with a slash, {@code ARCHIVE!/NAME} for a library inside of a zip archive, or a name
 *     that is looked for where programs or libraries are
 * @param function the function, {@code name}, {@code name@VERSION} or {@code name@@VERSION}; empty if the offset is one
 *     in the file
 * @param offsetBytes where in the function, in bytes from its start, at the start of an instruction; or where in the
 *     file
 * @param isReturn whether the program runs when the function returns, not when it is called
 * @param pid the process whose calls are meant: {@link #ALL_PROCESSES}, {@link #THIS_PROCESS} or another's id
 * @param refCtrOffset where in the file a counter is that the kernel counts up for as long as the program is attached,
 *     as USDT probes have it, in bytes; 0 for none; Linux 4.20
 * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
 * @param mode how to attach
 */
public record UprobeOptions(String binary, String function, long offsetBytes, boolean isReturn, int pid,
        long refCtrOffset, long cookie, ProbeMode mode) {

    /** {@code pid}: every process that uses the file, also those that start later. */
    public static final int ALL_PROCESSES = -1;
    /** {@code pid}: all threads of this process. */
    public static final int THIS_PROCESS = 0;

    private static final Pattern PLACE = Pattern.compile("([^:]+):(?:(0[xX][0-9a-fA-F]{1,16})|(.+?)"
            + "(?:\\+(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,18}))?)");

    /**
     * Checks that nothing is null.
     *
     * @throws IllegalArgumentException if an offset is negative, a return has one, or the process is negative and
     *     not all
     */
    public UprobeOptions {
        Objects.requireNonNull(binary);
        Objects.requireNonNull(function);
        Objects.requireNonNull(mode);
        if (pid < ALL_PROCESSES) {
            throw new IllegalArgumentException(pid + " is no process");
        }
        if (offsetBytes < 0 || refCtrOffset < 0) {
            throw new IllegalArgumentException("an offset is negative");
        }
        if (!function.isEmpty() && isReturn && offsetBytes != 0) {
            throw new IllegalArgumentException(
                    "a function has one return, so offset " + offsetBytes + " means nothing");
        }
    }

    /**
     * Names a function, at whose call by any process the program runs.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param function the function, {@code name}, {@code name@VERSION} or {@code name@@VERSION}
     * @return options for all processes, without a cookie
     */
    public static UprobeOptions of(String binary, String function) {
        return new UprobeOptions(binary, function, 0, false, ALL_PROCESSES, 0, 0, ProbeMode.AUTO);
    }

    /**
     * Gives a place in a file, for code without a name.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param fileOffset the start of an instruction, in bytes from the start of the file
     * @return options for all processes, without a cookie
     */
    public static UprobeOptions ofOffset(String binary, long fileOffset) {
        return new UprobeOptions(binary, "", fileOffset, false, ALL_PROCESSES, 0, 0, ProbeMode.AUTO);
    }

    /** {@return what a section says behind its slash: {@code FILE:FUNCTION+OFFSET} or {@code FILE:0xOFFSET}} */
    static Optional<UprobeOptions> parse(String text) {
        Matcher place = PLACE.matcher(text);
        if (!place.matches()) {
            return Optional.empty();
        }
        String binary = place.group(1);
        if (place.group(2) != null) {
            return offset(place.group(2)).map(offset -> ofOffset(binary, offset));
        }
        UprobeOptions function = of(binary, place.group(3));
        return place.group(4) == null ? Optional.of(function) : offset(place.group(4)).map(function::withOffsetBytes);
    }

    /** A zero in front does not make a number octal. */
    private static Optional<Long> offset(String number) {
        boolean hexadecimal = number.length() > 1 && Character.toLowerCase(number.charAt(1)) == 'x';
        long value = hexadecimal ? Long.parseUnsignedLong(number, 2, number.length(), 16) : Long.parseLong(number);
        return value < 0 ? Optional.empty() : Optional.of(value);
    }

    /**
     * Changes the offset.
     *
     * @param newOffsetBytes the start of an instruction, in bytes from the start of the function, or of the file if no
     *     function is named
     * @return the changed copy
     */
    public UprobeOptions withOffsetBytes(long newOffsetBytes) {
        return new UprobeOptions(binary, function, newOffsetBytes, isReturn, pid, refCtrOffset, cookie, mode);
    }

    /**
     * Changes when the program runs.
     *
     * @param newReturn true for the function's return
     * @return the changed copy
     */
    public UprobeOptions withReturn(boolean newReturn) {
        return new UprobeOptions(binary, function, offsetBytes, newReturn, pid, refCtrOffset, cookie, mode);
    }

    /**
     * Changes the process.
     *
     * @param newPid {@link #ALL_PROCESSES}, {@link #THIS_PROCESS} or another's id
     * @return the changed copy
     */
    public UprobeOptions withPid(int newPid) {
        return new UprobeOptions(binary, function, offsetBytes, isReturn, newPid, refCtrOffset, cookie, mode);
    }

    /**
     * Changes the counter that the kernel counts up.
     *
     * @param newRefCtrOffset a 16-bit counter in the file's data, in bytes from the start of the file, 0 for none
     * @return the changed copy
     */
    public UprobeOptions withRefCtrOffset(long newRefCtrOffset) {
        return new UprobeOptions(binary, function, offsetBytes, isReturn, pid, newRefCtrOffset, cookie, mode);
    }

    /**
     * Changes the cookie.
     *
     * @param newCookie any number, 0 for none
     * @return the changed copy
     */
    public UprobeOptions withCookie(long newCookie) {
        return new UprobeOptions(binary, function, offsetBytes, isReturn, pid, refCtrOffset, newCookie, mode);
    }

    /**
     * Changes how to attach.
     *
     * @param newMode how
     * @return the changed copy
     */
    public UprobeOptions withMode(ProbeMode newMode) {
        return new UprobeOptions(binary, function, offsetBytes, isReturn, pid, refCtrOffset, cookie, newMode);
    }

    /** {@return the place for people: {@code libc.so.6:malloc+0x10}} */
    String place() {
        String offset = "0x" + Long.toHexString(offsetBytes);
        return binary + ":" + (function.isEmpty() ? offset : offsetBytes == 0 ? function : function + "+" + offset);
    }
}
