package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.BpfObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object fitted to a kernel's types: the code of each program to be loaded, and a plan for each struct_ops map.
 * Immutable.
 */
public final class RelocatedObject {

    private final BpfObject object;
    private final List<RelocatedProgram> programs;
    private final Map<String, StructOpsPlan> structOps;

    RelocatedObject(BpfObject object, List<RelocatedProgram> programs, Map<String, StructOpsPlan> structOps) {
        this.object = object;
        this.programs = List.copyOf(programs);
        this.structOps = Map.copyOf(structOps);
    }

    /**
     * Fits an object to a kernel.
     *
     * @param object the object
     * @param kernel the kernel's types; asked only if the object has CO-RE relocations or struct_ops variables
     * @return the fitted object
     * @throws RelocationException if it does not fit
     */
    public static RelocatedObject relocate(BpfObject object, KernelTypes kernel) {
        return new Relocator(object, kernel, Optional.empty(), RelocationWitness.STRICT).relocate();
    }

    /**
     * Fits an object to a kernel, with other types for CO-RE.
     *
     * @param object the object
     * @param kernel the kernel's types, for struct_ops
     * @param coreTypes the types that CO-RE relocations are resolved against instead, modules not included
     * @return the fitted object
     * @throws RelocationException if it does not fit
     */
    public static RelocatedObject relocate(BpfObject object, KernelTypes kernel, Btf coreTypes) {
        return new Relocator(object, kernel, Optional.of(coreTypes), RelocationWitness.STRICT)
                .relocate();
    }

    /** {@return what was fitted} */
    public BpfObject object() {
        return object;
    }

    /** {@return the programs to be loaded, in the object's order} */
    public List<RelocatedProgram> programs() {
        return programs;
    }

    /** {@return the plans of the struct_ops maps to be created, by map name} */
    public Map<String, StructOpsPlan> structOps() {
        return structOps;
    }

    @Override
    public String toString() {
        return "%s, relocated: %d programs".formatted(object.name(), programs.size());
    }
}
