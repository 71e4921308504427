package bpf4j.kernel;

import bpf4j.insn.Insn;
import bpf4j.object.SectionDefinition;
import bpf4j.reloc.RelocatedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a program can do without on a kernel that lacks a feature. Tried when the kernel has refused the program: then
 * the feature is probed, and where it is missing for certain the program is changed and loaded again.
 */
enum ProgramFallback {
    /** Names came with 4.15. */
    NAME(KernelFeature.PROG_NAME, "loaded without its name") {
        @Override
        Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request) {
            return request.named() ? Optional.of(request.withoutName()) : Optional.empty();
        }
    },
    /** Some attach types are optional, since kernels before 4.17 take none and attach by program type. */
    ATTACH_TYPE(KernelFeature.EXPECTED_ATTACH_TYPE, "loaded without its expected attach type") {
        @Override
        Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request) {
            return request.attachTyped() && program.spec().has(SectionDefinition.Flag.ATTACH_TYPE_OPTIONAL)
                    ? Optional.of(request.withoutAttachType())
                    : Optional.empty();
        }
    },
    /** Func and line info speak of function types. */
    DESCRIPTION(KernelFeature.BTF_FUNC, "loaded without func and line info") {
        @Override
        Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request) {
            return request.described() ? Optional.of(request.withoutDescription()) : Optional.empty();
        }
    },
    /** The type of an argument says that it is the context, where the tag does not. */
    CONTEXT_ARGUMENTS(KernelFeature.ARG_CTX_TAG, "arguments tagged arg:ctx declared as pointers to its struct") {
        @Override
        Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request) {
            Set<Integer> subprograms = program.funcInfo().stream().skip(1).map(RelocatedProgram.Func::typeId)
                    .collect(Collectors.toSet());
            return request.types().flatMap(types -> ContextArguments.retyped(types, program.spec().type(), subprograms))
                    .map(request::withTypes);
        }
    },
    /** The helpers that tell kernel from user memory came with 5.5; before, one helper read both. */
    PROBE_READ(KernelFeature.PROBE_READ_KERNEL, "bpf_probe_read_kernel and its relatives replaced by bpf_probe_read") {
        @Override
        Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request) {
            long[] slots = request.slots().clone();
            boolean changed = false;
            for (int i = 0; i < slots.length; i++) {
                if (Insn.isLoadImm64(slots[i])) {
                    i++;
                } else if (Insn.isHelperCall(slots[i]) && oldHelper(Insn.imm(slots[i])) != 0) {
                    slots[i] = Insn.withImm(slots[i], oldHelper(Insn.imm(slots[i])));
                    changed = true;
                }
            }
            return changed ? Optional.of(request.withSlots(slots)) : Optional.empty();
        }

        private int oldHelper(int helper) {
            return switch (helper) {
                case 112, 113 -> 4;
                case 114, 115 -> 45;
                default -> 0;
            };
        }
    };

    private final KernelFeature feature;
    private final String change;

    ProgramFallback(KernelFeature feature, String change) {
        this.feature = feature;
        this.change = change;
    }

    /** The changed request, empty where this program has nothing to give up. */
    abstract Optional<ProgramRequest> apply(RelocatedProgram program, ProgramRequest request);

    /**
     * Gives up all that the kernel certainly lacks.
     *
     * @param changes receives what was given up
     * @return the changed request, empty where there is nothing to try
     */
    static Optional<ProgramRequest> next(RelocatedProgram program, ProgramRequest request, KernelFeatures features,
            List<Adaptation> changes) {
        ProgramRequest result = request;
        List<Adaptation> made = new ArrayList<>();
        for (ProgramFallback fallback : values()) {
            Optional<ProgramRequest> changed = fallback.apply(program, result);
            if (changed.isPresent() && features.ask(fallback.feature) == FeatureSupport.MISSING) {
                result = changed.get();
                made.add(new Adaptation("program '" + program.name() + "'", fallback.change,
                        "this kernel has no " + fallback.feature.text()));
            }
        }
        changes.addAll(made);
        return made.isEmpty() ? Optional.empty() : Optional.of(result);
    }
}
