package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What fitting an object to a kernel comes to, in full: every CO-RE relocation and every struct_ops variable, also
 * where something does not fit. The work is that of {@link RelocatedObject#relocate}, which stops at the first problem;
 * here it goes on. Immutable.
 *
 * @param core the CO-RE relocations of what would be loaded, in the order in which they are applied
 * @param structOps the struct_ops variables for which a map would be created
 * @param problems what else does not fit
 * @param programs the programs that could be put together; good for nothing but being looked at where something does
 *     not fit
 */
public record RelocationSurvey(List<CoreResult> core, List<StructOpsResult> structOps,
        List<RelocationException> problems, List<RelocatedProgram> programs) {

    /** Copies the lists. */
    public RelocationSurvey {
        core = List.copyOf(core);
        structOps = List.copyOf(structOps);
        problems = List.copyOf(problems);
        programs = List.copyOf(programs);
    }

    /**
     * Fits an object to a kernel.
     *
     * @param object the object
     * @param kernel the kernel's types; asked only if the object has CO-RE relocations or struct_ops variables
     * @return what it comes to
     */
    public static RelocationSurvey of(BpfObject object, KernelTypes kernel) {
        Collector collector = new Collector(object.btf());
        List<RelocatedProgram> programs = List.of();
        try {
            programs = new Relocator(object, kernel, Optional.empty(), collector).relocate().programs();
        } catch (RelocationException e) {
            collector.failed(e);
        }
        return new RelocationSurvey(collector.core, collector.structOps, collector.problems, programs);
    }

    /** Goes on after every problem. */
    private static final class Collector implements RelocationWitness {

        private final Optional<Btf> types;
        private final List<CoreResult> core = new ArrayList<>();
        private final List<StructOpsResult> structOps = new ArrayList<>();
        private final List<RelocationException> problems = new ArrayList<>();

        Collector(Optional<Btf> types) {
            this.types = types;
        }

        @Override
        public void planned(MapSpec map, StructOpsPlan plan) {
            structOps.add(new StructOpsResult.Matched(map, plan));
        }

        @Override
        public void unmatched(MapSpec map, StructOpsException problem) {
            structOps.add(new StructOpsResult.Unmatched(map, problem));
        }

        @Override
        public void answered(BpfFunction function, int insnIndex, CoreFixup fixup, boolean poisoned) {
            core.add(new CoreResult.Answered(function, insnIndex, fixup, poisoned, function.lineAt(insnIndex)
                    .flatMap(line -> types.map(t -> SourceLine.of(line, t)))));
        }

        @Override
        public void unanswered(BpfFunction function, int insnIndex, CoreRelocation relocation,
                RelocationException problem) {
            core.add(new CoreResult.Unanswered(function, insnIndex, relocation, problem));
        }

        @Override
        public void failed(RelocationException problem) {
            problems.add(problem);
        }
    }
}
