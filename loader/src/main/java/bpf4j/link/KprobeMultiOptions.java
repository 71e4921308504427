package bpf4j.link;

import java.util.List;
import java.util.Objects;

/**
 * Many kernel functions and how to attach to them.
 *
 * @param functions which ones
 * @param cookies what {@code bpf_get_attach_cookie} returns in the program, one for each listed function in the same
 *     order, or none
 * @param isReturn whether the program runs when a function returns, not when it is called
 * @param isUnique whether a pattern has to fit exactly one function, as one for {@code name.llvm.1234} is meant to
 */
public record KprobeMultiOptions(Functions functions, List<Long> cookies, boolean isReturn, boolean isUnique) {

    /** Which functions. */
    public sealed interface Functions {

        /**
         * All that can be traced and whose names fit a pattern.
         *
         * @param glob the pattern, in which a star stands for any characters and a question mark for one
         */
        record Matching(String glob) implements Functions {

            /**
             * Checks the pattern.
             *
             * @throws IllegalArgumentException if it has other characters than names, stars and question marks
             */
            public Matching {
                if (!Glob.isValid(glob)) {
                    throw new IllegalArgumentException(
                            "'" + glob + "' is not a pattern of letters, digits, _ . * and ?");
                }
            }
        }

        /**
         * Functions by name. Of several that share a name the kernel takes one.
         *
         * @param names the names, at least one
         */
        record Named(List<String> names) implements Functions {

            /**
             * Copies the names.
             *
             * @throws IllegalArgumentException if there are none
             */
            public Named {
                names = List.copyOf(names);
                if (names.isEmpty()) {
                    throw new IllegalArgumentException("no function is named");
                }
            }
        }

        /**
         * Functions by address.
         *
         * @param addresses where they start, at least one
         */
        record At(List<Long> addresses) implements Functions {

            /**
             * Copies the addresses.
             *
             * @throws IllegalArgumentException if there are none
             */
            public At {
                addresses = List.copyOf(addresses);
                if (addresses.isEmpty()) {
                    throw new IllegalArgumentException("no address is given");
                }
            }
        }
    }

    /**
     * Copies the cookies, and checks their number.
     *
     * @throws IllegalArgumentException if there are cookies, but not as many as functions are listed
     */
    public KprobeMultiOptions {
        Objects.requireNonNull(functions);
        cookies = List.copyOf(cookies);
        int listed = switch (functions) {
            case Functions.Matching _ -> 0;
            case Functions.Named(List<String> names) -> names.size();
            case Functions.At(List<Long> addresses) -> addresses.size();
        };
        if (!cookies.isEmpty() && cookies.size() != listed) {
            throw new IllegalArgumentException(listed == 0 ? "a pattern does not say which function a cookie is for"
                    : cookies.size() + " cookies for " + listed + " functions");
        }
        if (isUnique && listed != 0) {
            throw new IllegalArgumentException("only a pattern may fit several functions");
        }
    }

    /**
     * Takes all functions that fit a pattern.
     *
     * @param glob the pattern, {@code tcp_*}
     * @return options for their calls
     */
    public static KprobeMultiOptions matching(String glob) {
        return new KprobeMultiOptions(new Functions.Matching(glob), List.of(), false, false);
    }

    /**
     * Names functions.
     *
     * @param names their names
     * @return options for their calls, without cookies
     */
    public static KprobeMultiOptions named(List<String> names) {
        return new KprobeMultiOptions(new Functions.Named(names), List.of(), false, false);
    }

    /**
     * Gives the addresses of functions.
     *
     * @param addresses where they start, as {@code /proc/kallsyms} shows it
     * @return options for their calls, without cookies
     */
    public static KprobeMultiOptions at(List<Long> addresses) {
        return new KprobeMultiOptions(new Functions.At(addresses), List.of(), false, false);
    }

    /**
     * Changes the cookies.
     *
     * @param newCookies one for each listed function, in the same order
     * @return the changed copy
     */
    public KprobeMultiOptions withCookies(List<Long> newCookies) {
        return new KprobeMultiOptions(functions, newCookies, isReturn, isUnique);
    }

    /**
     * Changes when the program runs. A session runs at both and has this false.
     *
     * @param newReturn true for the functions' returns
     * @return the changed copy
     */
    public KprobeMultiOptions withReturn(boolean newReturn) {
        return new KprobeMultiOptions(functions, cookies, newReturn, isUnique);
    }

    /**
     * Changes how many functions a pattern may fit.
     *
     * @param newUnique true for exactly one
     * @return the changed copy
     */
    public KprobeMultiOptions withUnique(boolean newUnique) {
        return new KprobeMultiOptions(functions, cookies, isReturn, newUnique);
    }
}
