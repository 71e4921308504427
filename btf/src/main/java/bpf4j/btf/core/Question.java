package bpf4j.btf.core;

import bpf4j.btf.Btf;

/** One relocation, ready to be put to candidates: the three groups of kinds differ in what they compare and compute. */
sealed interface Question permits FieldQuestion, TypeQuestion, EnumValueQuestion {

    /**
     * What one candidate says.
     *
     * @param value the number for the instruction
     * @param offsetBits where the field lies, on which candidates have to agree to the bit; 0 where no field is spoken
     *         of
     * @param access the widths of a load or store
     */
    record Answer(long value, long offsetBits, MemoryAccess access) {
    }

    /** The number that the compiler should have put into the instruction. */
    long localValue();

    /** Whether the instruction has to hold {@link #localValue()}. */
    boolean validate();

    /** The answer, or null if the candidate is none. */
    Answer ask(Btf target, int candidateId, Effort effort);

    /** Why {@link #ask} returned null, or empty if it did not. */
    String mismatch(Btf target, int candidateId, Effort effort);

    static Question of(AccessSpec spec) {
        if (spec.relocation().kind().isField()) {
            return new FieldQuestion(spec);
        }
        return spec.relocation().kind().isType() ? new TypeQuestion(spec) : new EnumValueQuestion(spec);
    }
}
