package bpf4j.testdata;

import org.opentest4j.TestAbortedException;

/**
 * What a kernel's configuration decides, whatever its version. Kernels that are known to be built with everything are
 * marked by {@code BPF4J_KERNEL_BUILD=complete} in the environment: there, what is missing is a failure.
 */
public final class KernelBuild {

    private KernelBuild() {
    }

    /**
     * Skips the rest of the test if the running kernel was built without {@code feature}.
     *
     * @param present whether it was built with it, by a sign other than that what is tested works
     * @param feature what the test needs: {@code kprobes}
     * @throws AssertionError if it was built without, and this kernel is marked as built with everything
     */
    public static void assume(boolean present, String feature) {
        assume(present, feature, "complete".equals(System.getenv("BPF4J_KERNEL_BUILD")));
    }

    static void assume(boolean present, String feature, boolean complete) {
        if (present) {
            return;
        }
        if (complete) {
            throw new AssertionError("a kernel with everything lacks " + feature);
        }
        throw new TestAbortedException("this kernel was built without " + feature);
    }
}
