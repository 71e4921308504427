package bpf4j.kernel;

import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.reloc.Kallsyms;
import bpf4j.sys.Kernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks a kernel for its features by trying them. A feature is probed when it is first asked for; conclusive answers are
 * kept, for the running kernel as long as the process lives. Probes need the privileges that loading needs, attach
 * nothing and leave nothing open. Safe for use by several threads.
 */
public final class KernelFeatures {

    private static final Path KALLSYMS = Path.of("/proc/kallsyms");
    private static final KernelFeatures RUNNING = new KernelFeatures(Kernel.RUNNING);

    private final Kernel kernel;
    private final Kallsyms symbols;
    private final ConcurrentMap<Object, FeatureSupport> known = new ConcurrentHashMap<>();

    private KernelFeatures(Kernel kernel) {
        this(kernel, kallsyms());
    }

    KernelFeatures(Kernel kernel, Kallsyms symbols) {
        this.kernel = kernel;
        this.symbols = symbols;
    }

    /** Features of a kernel that cannot be asked: those that a test says, and nothing about types and helpers. */
    static KernelFeatures assumed(Kernel kernel, Predicate<KernelFeature> supported) {
        KernelFeatures features = new KernelFeatures(kernel);
        for (KernelFeature feature : KernelFeature.values()) {
            features.known.put(feature, supported.test(feature) ? FeatureSupport.SUPPORTED : FeatureSupport.MISSING);
        }
        return features;
    }

    /** {@return the features of the kernel that this process runs on; all users share what was found out} */
    public static KernelFeatures running() {
        return RUNNING;
    }

    /**
     * Returns the features of the kernel behind a seam; of no use outside this module.
     *
     * @param kernel the kernel
     * @return the shared features of the running kernel, or new ones for any other
     */
    @SuppressWarnings("exports")
    public static KernelFeatures of(Kernel kernel) {
        return kernel.isRunning() ? RUNNING : new KernelFeatures(kernel);
    }

    /** The running kernel's table of symbols. */
    static Kallsyms kallsyms() {
        return new Kallsyms(KALLSYMS.toString(), () -> Files.newInputStream(KALLSYMS));
    }

    /**
     * Probes a feature, unless the answer is known.
     *
     * @param feature the feature
     * @return the answer
     */
    public FeatureSupport ask(KernelFeature feature) {
        return ask(feature, feature::probe);
    }

    /**
     * Probes whether programs of a type can be loaded, unless the answer is known.
     *
     * @param type the type
     * @return the answer
     */
    public FeatureSupport ask(ProgramType type) {
        return ask(type, calls -> TypeProbes.program(calls, type));
    }

    /**
     * Probes whether maps of a type can be made, unless the answer is known.
     *
     * @param type the type
     * @return the answer
     */
    public FeatureSupport ask(MapType type) {
        return ask(type, calls -> TypeProbes.map(calls, type));
    }

    /**
     * Probes whether programs of a type may call a helper, unless the answer is known. A few helpers make the kernel
     * log a warning when a program that calls them is loaded: {@code bpf_trace_printk}, {@code bpf_trace_vprintk} and
     * {@code bpf_probe_write_user}.
     *
     * @param type the type
     * @param helper the helper's number
     * @return the answer; inconclusive for types that are loaded for a target, which decides too: tracing with BTF,
     *     security hooks, extensions and struct_ops
     */
    public FeatureSupport ask(ProgramType type, int helper) {
        return ask(new HelperOfType(type, helper), calls -> TypeProbes.helper(calls, type, helper));
    }

    private record HelperOfType(ProgramType type, int helper) {
    }

    private FeatureSupport ask(Object what, Function<ProbeCalls, FeatureSupport> probe) {
        FeatureSupport conclusive = known.computeIfAbsent(what, _ -> {
            try (ProbeCalls calls = new ProbeCalls(kernel, symbols)) {
                FeatureSupport found = probe.apply(calls);
                return found == FeatureSupport.INCONCLUSIVE ? null : found;
            }
        });
        return conclusive == null ? FeatureSupport.INCONCLUSIVE : conclusive;
    }

    /**
     * Tells whether a feature may be relied on.
     *
     * @param feature the feature
     * @return whether it is supported; an inconclusive probe counts as no
     */
    public boolean has(KernelFeature feature) {
        return ask(feature) == FeatureSupport.SUPPORTED;
    }

    @Override
    public String toString() {
        return "features of " + kernel + ": " + known;
    }
}
