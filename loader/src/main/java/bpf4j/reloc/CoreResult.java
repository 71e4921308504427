package bpf4j.reloc;

import bpf4j.btf.CoreRelocation;
import bpf4j.btf.core.CoreFixup;
import bpf4j.object.BpfFunction;
import java.util.Optional;

/** What one CO-RE relocation of an object comes to on one kernel. */
public sealed interface CoreResult {

    /** {@return the function that has the relocation} */
    BpfFunction function();

    /** {@return the instruction, in 8-byte slots from the start of the function} */
    int insnIndex();

    /** {@return the relocation} */
    CoreRelocation relocation();

    /** {@return the C source line, where line info has it} */
    Optional<SourceLine> source();

    /**
     * It has an answer. Whether a poisoned instruction does harm depends on whether it is ever reached.
     *
     * @param function the function
     * @param insnIndex the instruction
     * @param fixup the answer
     * @param poisoned whether the instruction must not be reached: there is nothing in the kernel that it could work
     *     with, or no access of the width that the kernel's field would need
     * @param source the C source line
     */
    record Answered(BpfFunction function, int insnIndex, CoreFixup fixup, boolean poisoned, Optional<SourceLine> source)
            implements CoreResult {

        @Override
        public CoreRelocation relocation() {
            return fixup.relocation();
        }
    }

    /**
     * It has none, and so the object cannot be loaded.
     *
     * @param function the function
     * @param insnIndex the instruction
     * @param relocation the relocation
     * @param problem why
     */
    record Unanswered(BpfFunction function, int insnIndex, CoreRelocation relocation, RelocationException problem)
            implements CoreResult {

        @Override
        public Optional<SourceLine> source() {
            return problem.source();
        }
    }
}
