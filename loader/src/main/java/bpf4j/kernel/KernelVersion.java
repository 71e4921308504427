package bpf4j.kernel;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Linux.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number, 0 where there is none
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?");
    private static final String DEBIAN = "Debian ";
    /** The macro {@code KERNEL_VERSION} has eight bits for it. */
    private static final int MAX_PATCH_OF_CODE = 255;

    /**
     * Reads the numbers at the start of a text; {@code 6.12-rc1+} is 6.12.0.
     *
     * @param text a version, such as a release
     * @return the version; empty if the text does not start with one
     */
    public static Optional<KernelVersion> parse(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        return Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))));
    }

    /**
     * Finds the version that the kernel was built with. Debian and Ubuntu put a number of their own into the release's
     * place for the patch, and WSL has the real version elsewhere too.
     *
     * @param release what {@code uname -r} prints
     * @param build what {@code uname -v} prints; Debian has the version there
     * @param signature {@code /proc/version_signature}, empty where there is none; the version is its third word
     */
    static Optional<KernelVersion> of(String release, String build, String signature) {
        String[] words = signature.strip().split(" +");
        if (words.length >= 3) {
            Optional<KernelVersion> signed = parse(words[2]);
            if (signed.isPresent()) {
                return signed;
            }
        }
        int debian = build.indexOf(DEBIAN);
        if (debian >= 0) {
            Optional<KernelVersion> built = parse(build.substring(debian + DEBIAN.length()));
            if (built.isPresent()) {
                return built;
            }
        }
        return parse(release);
    }

    /** {@return the number that the macro {@code KERNEL_VERSION} makes, with patches above 255 as 255} */
    public int code() {
        return major << 16 | minor << 8 | Math.min(patch, MAX_PATCH_OF_CODE);
    }

    @Override
    public int compareTo(KernelVersion other) {
        return Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor)
                .thenComparingInt(KernelVersion::patch).compare(this, other);
    }

    /** {@return the version as people write it, {@code 6.18.44}} */
    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
