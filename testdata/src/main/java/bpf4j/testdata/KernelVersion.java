package bpf4j.testdata;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;

/**
 * The first two numbers of a kernel's release. A test of something that younger kernels brought names the first one:
 * {@snippet :
 * KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
 * }
 * On older kernels the rest of the test is skipped. From that kernel on it runs, so that a kernel which should have the
 * feature and lacks it fails the test. Do not ask the kernel whether it has the feature: such a test cannot fail.
 *
 * @param major the first number, 6 of {@code 6.12.1-cloud-amd64}
 * @param minor the second number, 12 there
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(?!\\d).*");

    /**
     * {@return the version that {@code release} begins with}
     *
     * @param release what {@code uname -r} prints
     * @throws IllegalArgumentException if it does not begin with two numbers
     */
    public static KernelVersion of(String release) {
        Matcher numbers = RELEASE.matcher(release);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("not a kernel release: " + release);
        }
        return new KernelVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    /** {@return the version of the running kernel} */
    public static KernelVersion running() {
        return of(System.getProperty("os.version"));
    }

    /**
     * Skips the rest of the test on a kernel older than the one that brought {@code feature}.
     *
     * @param major the first number of that kernel
     * @param minor its second number
     * @param feature what the test needs, in the plural or as a name: {@code links of struct_ops}
     */
    public static void assumeAtLeast(int major, int minor, String feature) {
        running().assumeAtLeast(new KernelVersion(major, minor), feature);
    }

    void assumeAtLeast(KernelVersion first, String feature) {
        if (compareTo(first) < 0) {
            throw new TestAbortedException(feature + ": since kernel " + first + ", this is " + this);
        }
    }

    @Override
    public int compareTo(KernelVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
