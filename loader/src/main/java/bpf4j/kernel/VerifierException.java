package bpf4j.kernel;

import bpf4j.reloc.SourceLine;
import java.util.Optional;
import java.util.OptionalInt;

/** The verifier refused a program. Carries the whole log and the place that the log ends at. */
public final class VerifierException extends KernelException {

    private static final long serialVersionUID = 1L;

    /** The program's name. */
    private final String program;
    /** The whole log. */
    private final String log;
    /** The log's last line that says why. */
    private final String reason;
    /** The instruction that was refused, or -1. */
    private final int insnIndex;
    private final transient Optional<SourceLine> source;

    /**
     * Makes an exception.
     *
     * @param program the program's name
     * @param errno the kernel's error number, positive
     * @param reason the log's last line that says why
     * @param insnIndex the instruction that was refused, -1 where the log names none
     * @param source the C source line of that instruction
     * @param log the whole log
     */
    public VerifierException(String program, int errno, String reason, int insnIndex, Optional<SourceLine> source,
            String log) {
        super(Step.LOAD_PROGRAM, "program '" + program + "'", errno, "the verifier refused it"
                + (insnIndex < 0 ? "" : " at instruction " + insnIndex) + source.map(s -> " (" + s + ")").orElse("")
                + ": " + reason);
        this.program = program;
        this.log = log;
        this.reason = reason;
        this.insnIndex = insnIndex;
        this.source = source;
    }

    /** {@return the program's name} */
    public String program() {
        return program;
    }

    /** {@return the verifier's whole log} */
    public String log() {
        return log;
    }

    /** {@return the log's line that says why} */
    public String reason() {
        return reason;
    }

    /** {@return the instruction that was refused, in 8-byte slots of the whole code; empty where the log names none} */
    public OptionalInt insnIndex() {
        return insnIndex < 0 ? OptionalInt.empty() : OptionalInt.of(insnIndex);
    }

    /** {@return the C source line of that instruction; empty without line info, and after deserialization} */
    public Optional<SourceLine> source() {
        return source == null ? Optional.empty() : source;
    }
}
