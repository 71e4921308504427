package bpf4j.btf.core;

import bpf4j.btf.CoreRelocation;
import java.util.List;

/** What has to become of one instruction: computed here, applied elsewhere. Immutable and thread-safe. */
public sealed interface CoreFixup {

    /** {@return the relocation that this answers} */
    CoreRelocation relocation();

    /** {@return how the answer was found} */
    CoreTrace trace();

    /** {@return what was asked for as a C path; made on each call, for messages} */
    default String path() {
        return trace().path();
    }

    /** {@return the target types that were compared, and why they matched or not; made on each call, for messages} */
    default List<CoreTrace.Tried> candidates() {
        return trace().candidates();
    }

    /**
     * The instruction gets another number.
     *
     * @param relocation the relocation
     * @param localValue what the compiler put into the instruction
     * @param targetValue what it has to become
     * @param validate whether an instruction that does not hold {@code localValue} is an error
     * @param access the widths of the field, for instructions that load or store
     * @param trace how the answer was found
     */
    record Patch(CoreRelocation relocation, long localValue, long targetValue, boolean validate, MemoryAccess access,
            CoreTrace trace) implements CoreFixup {
    }

    /**
     * The instruction must never run: the target does not have what it works with. That is no error as long as the
     * instruction is behind a question whether the target has it.
     *
     * @param relocation the relocation
     * @param trace how the answer was found
     */
    record Poison(CoreRelocation relocation, CoreTrace trace) implements CoreFixup {

        /** {@return one sentence about why nothing matched; made on each call, for messages} */
        public String reason() {
            return trace.reason();
        }
    }
}
