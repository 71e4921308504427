package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.reloc.KernelFacts;
import bpf4j.reloc.RelocationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The calls of {@code bpf(2)} that loading an object would make, in their order, found out without making them: the
 * loader runs, and the kernel behind it is imagined. It takes everything at the first try, nothing is pinned in it but
 * what the options name, and look-ups of module ids are left out. Needs no privileges. The text is the same every time,
 * so that plans can be compared: between kernels, or with the one of yesterday.
 *
 * @param calls the calls
 */
public record LoadPlan(List<PlannedCall> calls) {

    /** Copies the list. */
    public LoadPlan {
        calls = List.copyOf(calls);
    }

    /**
     * Plans a load into the kernel that this process runs on.
     *
     * @param object the object
     * @param options how to load
     * @return the plan
     * @throws RelocationException if the object does not fit the kernel's types
     * @throws KernelException if the loader would give up before the kernel is asked
     */
    public static LoadPlan of(BpfObject object, LoadOptions options) {
        RunningKernel running = new RunningKernel(options::kernelTypes, options.kconfig());
        return of(object, options, running, Optional.of(running.version()), Optional.empty());
    }

    /**
     * Plans a load into some kernel.
     *
     * @param object the object
     * @param options how to load
     * @param kernel what is known of the kernel
     * @param version its version: it has the features that came with it or before, all of them where it is not known
     * @param pins where everything is pinned after the load, if it is
     * @return the plan
     * @throws RelocationException if the object does not fit the kernel's types, or a fact that it needs is not known
     * @throws KernelException if the loader would give up before the kernel is asked
     */
    public static LoadPlan of(BpfObject object, LoadOptions options, KernelFacts kernel,
            Optional<KernelVersion> version, Optional<Path> pins) {
        PlanningKernel planning = new PlanningKernel(kernel.types());
        options.replacements().forEach((map, replacement) -> {
            if (replacement instanceof MapReplacement.Pin(Path path)) {
                planning.pinned(path.toString(), object.map(map));
            }
        });
        KernelFeatures features = KernelFeatures.assumed(planning,
                feature -> version.isEmpty() || feature.since().compareTo(version.get()) <= 0);
        try (LoadedObject loaded = object.load(options.withKernel(planning).withFacts(kernel, features))) {
            pins.ifPresent(loaded::pin);
        }
        return new LoadPlan(planning.calls());
    }

    /** {@return a line for each call} */
    @Override
    public String toString() {
        return calls.stream().map(PlannedCall::toString).collect(Collectors.joining("\n"));
    }
}
