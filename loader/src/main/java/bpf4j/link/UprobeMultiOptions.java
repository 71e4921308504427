package bpf4j.link;

import java.util.List;
import java.util.Objects;

/**
 * Many places in the code of one executable or shared library, and how to attach to them.
 *
 * @param binary the file: a path with a slash, {@code ARCHIVE!/NAME} for a library inside of a zip archive, or a name
 *     that is looked for where programs or libraries are
 * @param places which ones
 * @param cookies what {@code bpf_get_attach_cookie} returns in the program, one for each listed place in the same
 *     order, or none
 * @param refCtrOffsets where in the file counters are that the kernel counts up for as long as the program is attached,
 *     in bytes, one for each listed place, 0 for none there; or an empty list
 * @param isReturn whether the program runs when a function returns, not when it is called
 * @param pid the process whose calls are meant: {@link UprobeOptions#ALL_PROCESSES}, {@link UprobeOptions#THIS_PROCESS}
 *     or another's id. Before Linux 6.10 only calls by the first thread of the process count
 */
public record UprobeMultiOptions(String binary, Places places, List<Long> cookies, List<Long> refCtrOffsets,
        boolean isReturn, int pid) {

    /** Which places. */
    public sealed interface Places {

        /**
         * All functions that the file defines and whose names fit a pattern.
         *
         * @param glob the pattern, in which a star stands for any characters and a question mark for one
         */
        record Matching(String glob) implements Places {

            /**
             * Checks the pattern.
             *
             * @throws IllegalArgumentException if it is empty
             */
            public Matching {
                if (glob.isEmpty()) {
                    throw new IllegalArgumentException("the pattern is empty");
                }
            }
        }

        /**
         * Functions by name.
         *
         * @param names the names, {@code name}, {@code name@VERSION} or {@code name@@VERSION}, at least one
         */
        record Named(List<String> names) implements Places {

            /**
             * Copies the names.
             *
             * @throws IllegalArgumentException if there are none
             */
            public Named {
                names = List.copyOf(names);
                requireSome(names);
            }
        }

        /**
         * Instructions by where they are.
         *
         * @param fileOffsets where they start, in bytes from the start of the file, at least one
         */
        record At(List<Long> fileOffsets) implements Places {

            /**
             * Copies the offsets.
             *
             * @throws IllegalArgumentException if there are none
             */
            public At {
                fileOffsets = List.copyOf(fileOffsets);
                requireSome(fileOffsets);
            }
        }

        private static void requireSome(List<?> places) {
            if (places.isEmpty()) {
                throw new IllegalArgumentException("no place is given");
            }
        }
    }

    /**
     * Copies the lists, and checks their lengths.
     *
     * @throws IllegalArgumentException if there are cookies or counters, but not as many as places are listed, or
     *     the process is negative and not all
     */
    public UprobeMultiOptions {
        Objects.requireNonNull(binary);
        cookies = List.copyOf(cookies);
        refCtrOffsets = List.copyOf(refCtrOffsets);
        int listed = switch (places) {
            case Places.Matching _ -> 0;
            case Places.Named(List<String> names) -> names.size();
            case Places.At(List<Long> fileOffsets) -> fileOffsets.size();
        };
        requireForEach(cookies, listed, "cookies");
        requireForEach(refCtrOffsets, listed, "counters");
        if (pid < UprobeOptions.ALL_PROCESSES) {
            throw new IllegalArgumentException(pid + " is no process");
        }
    }

    private static void requireForEach(List<Long> values, int listed, String what) {
        if (!values.isEmpty() && values.size() != listed) {
            throw new IllegalArgumentException(listed == 0
                    ? "a pattern does not say which place %s are for".formatted(what)
                    : "%d %s for %d places".formatted(values.size(), what, listed));
        }
    }

    /**
     * Takes all functions that fit a pattern.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param glob the pattern, {@code SSL_*}
     * @return options for their calls by all processes
     */
    public static UprobeMultiOptions matching(String binary, String glob) {
        return new UprobeMultiOptions(binary, new Places.Matching(glob), List.of(), List.of(), false,
                UprobeOptions.ALL_PROCESSES);
    }

    /**
     * Names functions.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param names their names
     * @return options for their calls by all processes, without cookies
     */
    public static UprobeMultiOptions named(String binary, List<String> names) {
        return new UprobeMultiOptions(binary, new Places.Named(names), List.of(), List.of(), false,
                UprobeOptions.ALL_PROCESSES);
    }

    /**
     * Gives places in the file.
     *
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param fileOffsets the starts of instructions, in bytes from the start of the file
     * @return options for all processes, without cookies
     */
    public static UprobeMultiOptions at(String binary, List<Long> fileOffsets) {
        return new UprobeMultiOptions(binary, new Places.At(fileOffsets), List.of(), List.of(), false,
                UprobeOptions.ALL_PROCESSES);
    }

    /**
     * Changes the cookies.
     *
     * @param newCookies one for each listed place, in the same order
     * @return the changed copy
     */
    public UprobeMultiOptions withCookies(List<Long> newCookies) {
        return new UprobeMultiOptions(binary, places, newCookies, refCtrOffsets, isReturn, pid);
    }

    /**
     * Changes the counters that the kernel counts up.
     *
     * @param newRefCtrOffsets one for each listed place, in bytes from the start of the file, 0 for none
     * @return the changed copy
     */
    public UprobeMultiOptions withRefCtrOffsets(List<Long> newRefCtrOffsets) {
        return new UprobeMultiOptions(binary, places, cookies, newRefCtrOffsets, isReturn, pid);
    }

    /**
     * Changes when the program runs. A session runs at both and has this false.
     *
     * @param newReturn true for the functions' returns
     * @return the changed copy
     */
    public UprobeMultiOptions withReturn(boolean newReturn) {
        return new UprobeMultiOptions(binary, places, cookies, refCtrOffsets, newReturn, pid);
    }

    /**
     * Changes the process.
     *
     * @param newPid {@link UprobeOptions#ALL_PROCESSES}, {@link UprobeOptions#THIS_PROCESS} or another's id
     * @return the changed copy
     */
    public UprobeMultiOptions withPid(int newPid) {
        return new UprobeMultiOptions(binary, places, cookies, refCtrOffsets, isReturn, newPid);
    }
}
