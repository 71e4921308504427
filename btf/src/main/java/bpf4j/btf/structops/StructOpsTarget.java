package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import java.util.Optional;

/**
 * The member of a kernel struct that a program is loaded for.
 *
 * @param module the BTF of the module that has the struct's value type, or empty for the kernel proper
 * @param opsTypeId the struct in that BTF: the program's {@code attach_btf_id}
 * @param memberIndex the member, counted in the kernel's struct: the program's {@code expected_attach_type}
 * @param opsName the struct's name
 * @param memberName the member's name
 */
public record StructOpsTarget(Optional<Btf> module, int opsTypeId, int memberIndex, String opsName,
        String memberName) {

    /** Names decide nothing, and two views of one module's BTF are the same module. */
    boolean isSamePlace(StructOpsTarget other) {
        return opsTypeId == other.opsTypeId && memberIndex == other.memberIndex
                && module.map(Btf::name).equals(other.module.map(Btf::name));
    }

    @Override
    public String toString() {
        return module.map(m -> m.name() + ":").orElse("") + opsName + "." + memberName;
    }
}
