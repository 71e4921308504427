package bpf4j.reloc;

import bpf4j.btf.CoreRelocation;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.object.BpfFunction;
import bpf4j.object.MapSpec;

/** Is told what a relocation comes to, step by step, and decides whether it goes on after a problem. */
interface RelocationWitness {

    /** Wants nothing but the result, and that complete: the first problem ends the relocation. */
    RelocationWitness STRICT = new RelocationWitness() {

        @Override
        public void planned(MapSpec map, StructOpsPlan plan) {
            plan.requireLoadable();
        }

        @Override
        public void unmatched(MapSpec map, StructOpsException problem) {
            throw problem;
        }

        @Override
        public void answered(BpfFunction function, int insnIndex, CoreFixup fixup, boolean poisoned) {
            // The code has it.
        }

        @Override
        public void unanswered(BpfFunction function, int insnIndex, CoreRelocation relocation,
                RelocationException problem) {
            throw problem;
        }

        @Override
        public void failed(RelocationException problem) {
            throw problem;
        }
    };

    /** A struct_ops variable was compared with the kernel's struct; its members may be refused. */
    void planned(MapSpec map, StructOpsPlan plan);

    /** A struct_ops variable has nothing in the kernel to be compared with. */
    void unmatched(MapSpec map, StructOpsException problem);

    /** A CO-RE relocation was answered, and the instruction has the answer or is poisoned. */
    void answered(BpfFunction function, int insnIndex, CoreFixup fixup, boolean poisoned);

    /** A CO-RE relocation has no answer, or one that the instruction cannot have; the instruction is as it was. */
    void unanswered(BpfFunction function, int insnIndex, CoreRelocation relocation, RelocationException problem);

    /** Something else does not fit. */
    void failed(RelocationException problem);
}
