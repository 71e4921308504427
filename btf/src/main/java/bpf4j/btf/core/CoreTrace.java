package bpf4j.btf.core;

import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CPrinter;
import java.util.List;

/**
 * How a fixup came about, for messages. Nothing is written until asked, and then the comparison is done again, so the
 * BTFs must still be there. Immutable and thread-safe.
 */
public final class CoreTrace {

    /**
     * A target type that was looked at.
     *
     * @param btfName the BTF that it is from: {@code vmlinux}, a module, or an external BTF
     * @param typeId its id there
     * @param type the type like C, for instance {@code struct sock}
     * @param mismatch why it is not what was asked for, empty if it is
     */
    public record Tried(String btfName, int typeId, String type, String mismatch) {

        /** {@return one line, for instance {@code vmlinux [42] struct sock: there is no member 'x'}} */
        @Override
        public String toString() {
            return btfName + " [" + typeId + "] " + type + ": " + (mismatch.isEmpty() ? "matches" : mismatch);
        }
    }

    /** Real types have a few candidates; the text of one may have kilobytes. */
    private static final int MAX_CANDIDATES = 32;

    private final AccessSpec spec;
    private final List<Candidates.Candidate> candidates;

    CoreTrace(AccessSpec spec, List<Candidates.Candidate> candidates) {
        this.spec = spec;
        this.candidates = candidates;
    }

    /** {@return what was asked for as a C path, for instance {@code struct tcp_sock.snd_cwnd}} */
    public String path() {
        return spec.path();
    }

    /** {@return the target types that were compared, in that order; of more than 32 the first} */
    public List<Tried> candidates() {
        Effort effort = Effort.forTrace();
        return candidates.stream().limit(MAX_CANDIDATES).map(candidate -> tried(candidate, effort)).toList();
    }

    /** {@return the access that was read from the record} */
    public AccessSpec access() {
        return spec;
    }

    /** {@return one sentence about why nothing matched} */
    String reason() {
        if (candidates.isEmpty()) {
            return "the target has no '%s'".formatted(CPrinter.typeName(spec.btf(), spec.relocation().typeId()));
        }
        String first = tried(candidates.getFirst(), Effort.forTrace()).toString();
        return candidates.size() == 1 ? first
                : "none of %d candidates matches, the first: %s".formatted(candidates.size(), first);
    }

    private Tried tried(Candidates.Candidate candidate, Effort effort) {
        String mismatch;
        try {
            mismatch = Question.of(spec).mismatch(candidate.btf(), candidate.typeId(), effort);
        } catch (UnresolvableException | BtfFormatException e) {
            mismatch = e.getMessage();
        }
        return new Tried(candidate.btf().name(), candidate.typeId(),
                CPrinter.typeName(candidate.btf(), candidate.typeId()), mismatch);
    }
}
