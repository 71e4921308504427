package bpf4j.testdata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether a {@link KernelTest} can run here, and prints at the end how many did. */
public final class KernelCondition implements ExecutionCondition, AfterEachCallback {

    private static final Optional<String> MISSING = missing();

    /** Counts while the tests of one module run, prints when JUnit closes them. */
    private static final class Count implements ExtensionContext.Store.CloseableResource {

        private final AtomicInteger run = new AtomicInteger();
        private final AtomicInteger skipped = new AtomicInteger();

        static Count of(ExtensionContext context) {
            return context.getRoot().getStore(ExtensionContext.Namespace.create(Count.class))
                    .getOrComputeIfAbsent(Count.class, key -> new Count(), Count.class);
        }

        @Override
        public void close() {
            System.out.printf("kernel tests: %d run, %d test classes skipped%s%n",
                    run.get(), skipped.get(), MISSING.map(reason -> ": " + reason).orElse(""));
        }
    }

    /** Made by JUnit, for {@link KernelTest}. */
    public KernelCondition() {
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (MISSING.isEmpty()) {
            return ConditionEvaluationResult.enabled("root on a kernel with BTF");
        }
        if ("required".equals(System.getenv("BPF4J_KERNEL_TESTS"))) {
            throw new IllegalStateException("BPF4J_KERNEL_TESTS=required, but " + MISSING.get());
        }
        Count.of(context).skipped.incrementAndGet();
        return ConditionEvaluationResult.disabled("kernel tests cannot run: " + MISSING.get());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Count.of(context).run.incrementAndGet();
    }

    private static Optional<String> missing() {
        if ("off".equals(System.getenv("BPF4J_KERNEL_TESTS"))) {
            return Optional.of("BPF4J_KERNEL_TESTS=off");
        }
        if (!Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"))) {
            return Optional.of("there is no /sys/kernel/btf/vmlinux");
        }
        try {
            // The effective set decides, not the user id: CAP_SYS_ADMIN is bit 21.
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")
                        && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << 21) == 0) {
                    return Optional.of("the effective capabilities lack CAP_SYS_ADMIN");
                }
            }
        } catch (IOException e) {
            return Optional.of("/proc/self/status cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }
}
