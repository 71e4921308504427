package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers the CO-RE relocations of one object against one target. Candidates are remembered for each root type, and a
 * match narrows them for the relocations that follow, so the records have to come in the order in which they are
 * applied. Use one resolver for one object; not thread-safe.
 */
public final class CoreResolver {

    /** Learns which candidates an answer rests on. */
    @FunctionalInterface
    interface MatchListener {
        void matched(AccessSpec spec, Candidates.Candidate candidate);
    }

    private static final MatchListener NOBODY = (_, _) -> { };

    private final Btf local;
    private final Candidates candidates;
    private final Effort effort;
    private final MatchListener listener;

    /**
     * Makes a resolver against a kernel and its modules. The target is not touched before a relocation needs it.
     *
     * @param local the object's BTF
     * @param target the kernel's types
     */
    public CoreResolver(Btf local, KernelTypes target) {
        this(local, target, new Effort());
    }

    /**
     * Makes a resolver against a BTF that stands for the kernel's; modules are not asked.
     *
     * @param local the object's BTF
     * @param external the target's types; may be split BTF, whose base is asked too
     */
    public CoreResolver(Btf local, Btf external) {
        this(local, KernelTypes.of(external));
    }

    CoreResolver(Btf local, KernelTypes target, Effort effort) {
        this(local, target, effort, NOBODY);
    }

    CoreResolver(Btf local, KernelTypes target, Effort effort, MatchListener listener) {
        this.local = local;
        this.candidates = new Candidates(local, target);
        this.effort = effort;
        this.listener = listener;
    }

    /**
     * Answers one relocation.
     *
     * @param relocation a record of the object
     * @return what its instruction has to become
     * @throws BtfFormatException if the record or a type that it leads to is malformed
     * @throws CoreException if the record is well-formed but has no definite answer
     */
    public CoreFixup resolve(CoreRelocation relocation) {
        AccessSpec spec = AccessSpec.parse(local, relocation);
        try {
            effort.spend(spec.cost());
            return resolve(spec);
        } catch (UnresolvableException e) {
            throw new CoreException(spec, e.getMessage());
        }
    }

    private CoreFixup resolve(AccessSpec spec) {
        CoreRelocation relocation = spec.relocation();
        Question question = Question.of(spec);
        long localValue = localValue(question, relocation);
        if (relocation.kind() == CoreKind.BPF_CORE_TYPE_ID_LOCAL) {
            return new CoreFixup.Patch(relocation, localValue, localValue, question.validate(), MemoryAccess.NONE,
                    new CoreTrace(spec, List.of()));
        }
        if (local.nameOf(relocation.typeId()).isEmpty()) {
            throw new UnresolvableException("a type without a name cannot be found in the target");
        }
        List<Candidates.Candidate> all = candidates.of(relocation.typeId());
        CoreTrace trace = new CoreTrace(spec, all);
        Question.Answer answer = ask(question, spec, all);
        if (answer != null) {
            return new CoreFixup.Patch(relocation, localValue, answer.value(), question.validate(), answer.access(),
                    trace);
        }
        if (absenceIsAnAnswer(relocation.kind())) {
            return new CoreFixup.Patch(relocation, localValue, 0, question.validate(), MemoryAccess.NONE, trace);
        }
        return new CoreFixup.Poison(relocation, trace);
    }

    private static long localValue(Question question, CoreRelocation relocation) {
        try {
            return question.localValue();
        } catch (BtfFormatException e) {
            throw AccessSpec.malformed(relocation, e);
        }
    }

    /** Asks every candidate, since those that match have to agree; narrows the list to them. */
    private Question.Answer ask(Question question, AccessSpec spec, List<Candidates.Candidate> all) {
        effort.spend(all.size());
        List<Candidates.Candidate> matching = new ArrayList<>(all.size());
        Question.Answer first = null;
        for (Candidates.Candidate candidate : all) {
            Question.Answer answer = question.ask(candidate.btf(), candidate.typeId(), effort);
            if (answer == null) {
                continue;
            }
            matching.add(candidate);
            listener.matched(spec, candidate);
            if (first == null) {
                first = answer;
            } else if (answer.offsetBits() != first.offsetBits() || answer.value() != first.value()) {
                throw ambiguous(matching.getFirst(), first, candidate, answer);
            }
        }
        if (first != null && matching.size() < all.size()) {
            candidates.reduce(spec.relocation().typeId(), matching);
        }
        return first;
    }

    private static UnresolvableException ambiguous(Candidates.Candidate first, Question.Answer firstAnswer,
            Candidates.Candidate other, Question.Answer otherAnswer) {
        return new UnresolvableException("the candidates disagree: %s says %s, %s says %s".formatted(name(first),
                said(firstAnswer), name(other), said(otherAnswer)));
    }

    private static String name(Candidates.Candidate candidate) {
        return candidate.btf().name() + " [" + candidate.typeId() + "]";
    }

    private static String said(Question.Answer answer) {
        return answer.value() + " (bit offset " + answer.offsetBits() + ")";
    }

    private static boolean absenceIsAnAnswer(CoreKind kind) {
        return kind.isExistence() || kind == CoreKind.BPF_CORE_TYPE_SIZE || kind == CoreKind.BPF_CORE_TYPE_ID_TARGET;
    }
}
