package bpf4j.btf.structops;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the struct_ops variables of one object, taken together, mean for its programs.
 *
 * <p>A program that no variable ever named is in neither set: it cannot be loaded, since nothing says what for, and it
 * is for the caller to refuse it.
 *
 * @param targets what each program in a slot is loaded for, by program name
 * @param notLoaded programs that only variables without a map name, or that were taken out of every slot
 */
public record StructOpsPrograms(Map<String, StructOpsTarget> targets, Set<String> notLoaded) {

    /** Copies both. */
    public StructOpsPrograms {
        targets = Map.copyOf(targets);
        notLoaded = Set.copyOf(notLoaded);
    }

    /**
     * Puts the plans of one object together.
     *
     * @param plans the plans of all variables for which a map is created
     * @param notCreated the variables for which none is
     * @return what it means for the programs
     * @throws StructOpsException if a member of a plan is refused, or one program stands in slots of different members
     */
    public static StructOpsPrograms assign(Collection<StructOpsPlan> plans, Collection<LocalStructOps> notCreated) {
        Map<String, StructOpsTarget> targets = new TreeMap<>();
        Map<String, String> variables = new HashMap<>();
        Set<String> named = new TreeSet<>();
        for (StructOpsPlan plan : plans) {
            plan.requireLoadable();
            named.addAll(plan.local().displacedPrograms());
            for (MemberOutcome.ProgramSlot slot : plan.programSlots()) {
                StructOpsTarget target = target(plan, slot);
                StructOpsTarget known = targets.putIfAbsent(slot.program(), target);
                if (known != null && !known.isSamePlace(target)) {
                    throw conflict(plan, slot, variables.get(slot.program()), known, target);
                }
                variables.putIfAbsent(slot.program(), plan.local().variable());
            }
        }
        for (LocalStructOps local : notCreated) {
            named.addAll(local.displacedPrograms());
            named.addAll(local.programs().values());
        }
        named.removeAll(targets.keySet());
        return new StructOpsPrograms(targets, named);
    }

    private static StructOpsTarget target(StructOpsPlan plan, MemberOutcome.ProgramSlot slot) {
        KernelStructOps kernel = plan.kernel();
        return new StructOpsTarget(kernel.module(), kernel.opsTypeId(), slot.kernelMemberIndex(),
                kernel.opsType().name(), slot.member());
    }

    private static StructOpsException conflict(StructOpsPlan plan, MemberOutcome.ProgramSlot slot, String knownVariable,
            StructOpsTarget known, StructOpsTarget target) {
        LocalStructOps local = plan.local();
        KernelStructOps kernel = plan.kernel();
        int localIndex = plan.outcomes().indexOf(slot);
        return new StructOpsException(local.variable(), slot.member(), local.memberType(localIndex),
                LocalStructOps.declaration(kernel.btf(), kernel.opsType().members().get(slot.kernelMemberIndex())),
                StructOpsRule.ONE_MEMBER_PER_PROGRAM,
                "program '%s' stands in '%s' as %s and in '%s' as %s"
                        .formatted(slot.program(), knownVariable, known, local.variable(), target));
    }
}
