package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.core.CoreException;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.CoreResolver;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsMatcher;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.btf.structops.StructOpsPrograms;
import bpf4j.btf.structops.StructOpsTarget;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One relocation of one object: struct_ops first, as it decides what is loaded; then CO-RE; then subprograms. */
final class Relocator {

    /** Of all programs together. A small file can have a large subprogram copied into thousands. */
    private static final long MAX_RECORDS = 8 << 20;

    private final BpfObject object;
    private final KernelTypes kernel;
    private final Optional<Btf> coreTypes;
    private final RelocationWitness witness;
    private final Map<String, StructOpsPlan> plans = new LinkedHashMap<>();
    /** Programs of variables that the kernel does not take, where that is not the end. */
    private final Set<String> withoutTarget = new HashSet<>();

    Relocator(BpfObject object, KernelTypes kernel, Optional<Btf> coreTypes, RelocationWitness witness) {
        this.object = object;
        this.kernel = kernel;
        this.coreTypes = coreTypes;
        this.witness = witness;
    }

    RelocatedObject relocate() {
        StructOpsPrograms structOps = matchStructOps();
        List<ProgramSpec> programs = object.programs().stream().filter(p -> isLoaded(p, structOps)).toList();
        List<PatchedFunction> functions = applyCore(programs);
        // Programs have different names; static subprograms of linked objects need not.
        Map<String, PatchedFunction> entries = functions.stream()
                .collect(Collectors.toMap(f -> f.function().section() + "\0" + f.function().name(), f -> f,
                        (first, _) -> first));
        ExceptionCallbacks callbacks = new ExceptionCallbacks(object);
        List<RelocatedProgram> result = new ArrayList<>();
        long records = 0;
        for (ProgramSpec program : programs) {
            PatchedFunction entry = entries.get(program.section() + "\0" + program.name());
            try {
                Optional<PatchedFunction> callback = callbacks.of(program).map(functions::get);
                result.add(new SubprogramJoiner(functions, entry).join(program, target(program, structOps), callback));
            } catch (RelocationException e) {
                witness.failed(e);
                continue;
            }
            records += records(result.getLast());
            if (records > MAX_RECORDS) {
                throw new RelocationException(object.name(), "program '%s': with what is copied into each there "
                        .formatted(program.name()) + "are more than %d instructions and records".formatted(MAX_RECORDS),
                        Optional.empty(), null);
            }
        }
        return new RelocatedObject(object, result, plans);
    }

    private static long records(RelocatedProgram program) {
        return program.parts().stream().mapToLong(RelocatedProgram.Part::slotCount).sum() + program.lineInfo().size()
                + program.references().size();
    }

    private StructOpsPrograms matchStructOps() {
        List<LocalStructOps> notCreated = new ArrayList<>();
        try {
            for (MapSpec map : object.maps()) {
                if (map.contents() instanceof MapContents.StructOps ops) {
                    if (map.create()) {
                        match(map, ops.variable());
                    } else {
                        notCreated.add(ops.variable());
                    }
                }
            }
            return StructOpsPrograms.assign(plans.values(), notCreated);
        } catch (StructOpsException e) {
            witness.failed(new RelocationException(object.name(), e.getMessage(), Optional.empty(), e));
            plans.values().forEach(plan -> withoutTarget.addAll(plan.local().programs().values()));
            return new StructOpsPrograms(Map.of(), Set.of());
        }
    }

    private void match(MapSpec map, LocalStructOps variable) {
        StructOpsPlan plan;
        try {
            plan = StructOpsMatcher.match(variable, kernel);
        } catch (StructOpsException e) {
            withoutTarget.addAll(variable.programs().values());
            witness.unmatched(map, e);
            return;
        }
        witness.planned(map, plan);
        if (plan.refused().isEmpty()) {
            plans.put(map.name(), plan);
        } else {
            withoutTarget.addAll(variable.programs().values());
        }
    }

    /** A struct_ops program is loaded for its map; one that only maps not created would use is left out with them. */
    private boolean isLoaded(ProgramSpec program, StructOpsPrograms structOps) {
        if (structOps.notLoaded().contains(program.name())) {
            return false;
        }
        return program.autoload() || structOps.targets().containsKey(program.name());
    }

    private Optional<StructOpsTarget> target(ProgramSpec program, StructOpsPrograms structOps) {
        if (program.type() != ProgramType.BPF_PROG_TYPE_STRUCT_OPS || withoutTarget.contains(program.name())) {
            return Optional.empty();
        }
        StructOpsTarget target = structOps.targets().get(program.name());
        if (target == null) {
            throw new RelocationException("program '" + program.name() + "'",
                    "no struct_ops variable has it in a slot, so nothing says what for it would be loaded: "
                    + "refer to it, or turn its loading off",
                    Optional.empty(), null);
        }
        return Optional.of(target);
    }

    /** Each function once, before copies of subprograms are made; programs that are not loaded stay as they are. */
    private List<PatchedFunction> applyCore(List<ProgramSpec> programs) {
        Set<BpfFunction> loaded = programs.stream().map(ProgramSpec::function).collect(Collectors.toSet());
        Set<BpfFunction> allEntries = object.programs().stream().map(ProgramSpec::function).collect(Collectors.toSet());
        CoreResolver resolver = null;
        List<PatchedFunction> result = new ArrayList<>();
        for (BpfFunction function : object.functions()) {
            long[] slots = function.slots();
            Map<Integer, CoreFixup> poisoned = new HashMap<>();
            if (!allEntries.contains(function) || loaded.contains(function)) {
                for (CoreRelocation relocation : function.coreRelocations()) {
                    if (resolver == null) {
                        resolver = resolver();
                    }
                    apply(resolver, function, relocation, slots, poisoned);
                }
            }
            result.add(new PatchedFunction(function, slots, poisoned));
        }
        return result;
    }

    /** Bitfields lie elsewhere in the other byte order, so its answers would load and read something else. */
    private CoreResolver resolver() {
        Btf local = object.btf().orElseThrow();
        Btf target = coreTypes.orElseGet(kernel::vmlinux);
        if (target.order() != local.order()) {
            throw new RelocationException(object.name(),
                    "the object is of byte order %s and the types of '%s' are of %s"
                            .formatted(local.order(), target.name(), target.order()), Optional.empty(), null);
        }
        return coreTypes.isPresent() ? new CoreResolver(local, target) : new CoreResolver(local, kernel);
    }

    private void apply(CoreResolver resolver, BpfFunction function, CoreRelocation relocation, long[] slots,
            Map<Integer, CoreFixup> poisoned) {
        int index = (int) (relocation.insnOffsetBytes() / 8) - function.sectionInsnIndex();
        try {
            CoreFixup fixup = resolver.resolve(relocation);
            try {
                boolean unusable = CorePatcher.apply(fixup, slots, index);
                if (unusable) {
                    poisoned.put(index, fixup);
                }
                witness.answered(function, index, fixup, unusable);
            } catch (CorePatcher.Unpatchable e) {
                witness.unanswered(function, index, relocation, new RelocationException(function.name(),
                        "instruction %d: CO-RE relocation %s of %s: %s".formatted(index, relocation.kind(),
                                fixup.path(), e.getMessage()), source(function, index), null));
            }
        } catch (CoreException | BtfFormatException e) {
            witness.unanswered(function, index, relocation, new RelocationException(function.name(),
                    "instruction %d: %s".formatted(index, e.getMessage()), source(function, index), e));
        }
    }

    private Optional<SourceLine> source(BpfFunction function, int index) {
        return function.lineAt(index).map(line -> SourceLine.of(line, object.btf().orElseThrow()));
    }
}
