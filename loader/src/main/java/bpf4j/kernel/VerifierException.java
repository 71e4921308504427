package bpf4j.kernel;

import bpf4j.btf.core.CoreTrace;
import bpf4j.reloc.SourceLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * The verifier refused a program. Carries the whole log, the place that the log ends at, and what it means. The
 * message has all but log, registers and instruction; {@link #report()} has those as well.
 */
public final class VerifierException extends KernelException {

    private static final long serialVersionUID = 1L;

    /** The program's name. */
    private final String program;
    /** The whole log. */
    private final String log;
    /** The verifier's own words. */
    private final String reason;
    /** What they mean, empty for rare ones. */
    private final String explanation;
    /** The instruction that was refused, or -1. */
    private final int insnIndex;
    /** The function that it stands in, or null. */
    private final String function;
    /** It as text, or null. */
    private final String instruction;
    /** What the verifier knew before it. */
    private final LinkedHashMap<String, String> registers;
    private final transient Optional<SourceLine> source;
    private final transient List<CoreTrace.Tried> candidates;

    VerifierException(Refusal refusal, int errno) {
        super(Step.LOAD_PROGRAM, "program '" + refusal.program() + "'", errno, refusal.sentence(),
                refusal.advice(), null);
        this.program = refusal.program();
        this.log = refusal.log();
        this.reason = refusal.reason();
        this.explanation = refusal.cause();
        this.insnIndex = refusal.insnIndex().orElse(-1);
        this.function = refusal.function().orElse(null);
        this.instruction = refusal.instruction().orElse(null);
        this.registers = new LinkedHashMap<>(refusal.registers());
        this.source = refusal.source();
        this.candidates = refusal.candidates();
    }

    /** {@return the program's name} */
    public String program() {
        return program;
    }

    /** {@return the verifier's whole log} */
    public String log() {
        return log;
    }

    /** {@return the verifier's own words: the messages that its log ends with, in one line} */
    public String reason() {
        return reason;
    }

    /** {@return one sentence about what the verifier's words mean, without a full stop; empty for rare ones} */
    public String explanation() {
        return explanation;
    }

    /** {@return the instruction that was refused, in 8-byte slots of the whole code; empty where the log names none} */
    public OptionalInt insnIndex() {
        return insnIndex < 0 ? OptionalInt.empty() : OptionalInt.of(insnIndex);
    }

    /**
     * {@return the function that the instruction stands in, the program itself or a subprogram; empty where the log
     * names none}
     */
    public Optional<String> function() {
        return Optional.ofNullable(function);
    }

    /** {@return the instruction as text, with maps and externs by name; empty where the log names none} */
    public Optional<String> instruction() {
        return Optional.ofNullable(instruction);
    }

    /**
     * Returns what the verifier knew before the instruction, as far as its log shows it: registers by name
     * ({@code R0} to {@code R10}), then stack slots ({@code fp-8}); the values are the verifier's own, for instance
     * {@code scalar(umax=255)}.
     *
     * @return a copy, in this order; empty where the log shows nothing
     */
    public SequencedMap<String, String> registers() {
        return new LinkedHashMap<>(registers);
    }

    /** {@return the C source line of that instruction; empty without line info, and after deserialization} */
    public Optional<SourceLine> source() {
        return source == null ? Optional.empty() : source;
    }

    /**
     * Returns what CO-RE compared, where the instruction is one that it made unusable.
     *
     * @return the kernel's types with their BTF, and why each did not match; empty for other refusals, and after
     *     deserialization
     */
    public List<CoreTrace.Tried> candidates() {
        return candidates == null ? List.of() : candidates;
    }

    /** {@return everything but the log, in several lines for people; without a line break at the end} */
    public String report() {
        StringBuilder text = new StringBuilder(subject()).append(": the verifier refused it (")
                .append(errnoName()).append(')');
        line(text, "reason", reason);
        line(text, "cause", explanation);
        line(text, "advice", advice());
        source().ifPresent(s -> line(text, "source", s.toString()));
        if (function != null && !function.equals(program)) {
            line(text, "function", function);
        }
        if (insnIndex >= 0) {
            line(text, "instruction", insnIndex + (instruction == null ? "" : ": " + instruction));
        }
        registers.forEach((name, value) -> line(text, name, value));
        candidates().forEach(tried -> line(text, "tried", tried.toString()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append("\n    %-12s %s".formatted(name, value));
        }
    }
}
