package bpf4j.reloc;

import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.MapSpec;

/** What one struct_ops variable of an object comes to on one kernel. */
public sealed interface StructOpsResult {

    /** {@return the map that the variable is} */
    MapSpec map();

    /**
     * The kernel has the struct, and each member was compared.
     *
     * @param map the map
     * @param plan what becomes of the members, some of which may be refused
     */
    record Matched(MapSpec map, StructOpsPlan plan) implements StructOpsResult {
    }

    /**
     * The kernel does not have the struct, or not as a struct_ops.
     *
     * @param map the map
     * @param problem why
     */
    record Unmatched(MapSpec map, StructOpsException problem) implements StructOpsResult {
    }
}
