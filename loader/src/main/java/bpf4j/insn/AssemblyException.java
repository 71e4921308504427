package bpf4j.insn;

/**
 * An instruction that cannot be encoded or refers to something that is not there. The message has the form
 * {@code instruction 5: TEXT: problem}, with the place that the code was meant for before it where that is known.
 */
public final class AssemblyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** The instruction's (first) slot. */
    private final int insnIndex;
    /** It as text. */
    private final String instruction;
    /** What is wrong with it. */
    private final String problem;

    /**
     * Makes an exception.
     *
     * @param insnIndex the instruction's (first) slot
     * @param instruction it as text, as far as it has one
     * @param problem what is wrong with it
     */
    public AssemblyException(int insnIndex, String instruction, String problem) {
        this("", insnIndex, instruction, problem);
    }

    private AssemblyException(String place, int insnIndex, String instruction, String problem) {
        super("%sinstruction %d: %s: %s".formatted(place, insnIndex, instruction, problem));
        this.insnIndex = insnIndex;
        this.instruction = instruction;
        this.problem = problem;
    }

    /**
     * Says where the code was meant for.
     *
     * @param place a subject and maybe a place in it, such as {@code tool: program 'count'}
     * @return the same exception with the place at the front of its message
     */
    public AssemblyException in(String place) {
        AssemblyException placed = new AssemblyException(place + ": ", insnIndex, instruction, problem);
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    /** {@return the instruction, in 8-byte slots of its code} */
    public int insnIndex() {
        return insnIndex;
    }

    /** {@return the instruction as text, with the names that it was written with} */
    public String instruction() {
        return instruction;
    }

    /** {@return what is wrong with it} */
    public String problem() {
        return problem;
    }
}
