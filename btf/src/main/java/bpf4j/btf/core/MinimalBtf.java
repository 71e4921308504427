package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts the BTF of a kernel down to what the CO-RE relocations of some objects ask for: a few kilobytes that can be
 * shipped with the objects for kernels that have no BTF of their own. Structs and unions keep their sizes and only the
 * members that are asked for; what members point to becomes {@code void}.
 *
 * <p>Each relocation has the same answer against the result as against the whole: also one that fails, finds nothing or
 * has several candidates. One kind is different by its nature: {@link CoreKind#BPF_CORE_TYPE_ID_TARGET} asks for an id,
 * and answers with one of the result, which no kernel knows. Not thread-safe.
 */
public final class MinimalBtf {

    /** An object with the answers that it has to get. */
    private record Consumer(Btf local, List<CoreRelocation> relocations, List<Optional<CoreFixup>> answers) {
    }

    private final Btf target;
    private final TypeMarks marks;
    private final List<Consumer> consumers = new ArrayList<>();

    /**
     * Starts with nothing to be kept.
     *
     * @param target the BTF to cut down; of a split one the result is whole and contains what is needed of the base
     */
    public MinimalBtf(Btf target) {
        this.target = target;
        this.marks = new TypeMarks(target);
    }

    /**
     * Adds what an object needs.
     *
     * @param local the object's BTF
     * @param ext its CO-RE records
     * @throws BtfFormatException if a record or a type that it leads to is malformed, or the byte orders differ
     */
    public void add(Btf local, BtfExt ext) {
        add(local, ext.coreRelocations().values().stream().flatMap(List::stream).toList());
    }

    /**
     * Adds what some relocations of an object need.
     *
     * @param local the object's BTF
     * @param relocations records of the object, in the order in which they are applied
     * @throws BtfFormatException if a record or a type that it leads to is malformed, or the byte orders differ
     */
    public void add(Btf local, List<CoreRelocation> relocations) {
        if (local.order() != target.order()) {
            throw new BtfFormatException("%s: 0x0: byte order differs from that of '%s'"
                    .formatted(local.name(), target.name()));
        }
        List<CoreRelocation> records = List.copyOf(relocations);
        consumers.add(new Consumer(local, records,
                resolve(local, records, target, (spec, candidate) -> mark(spec, candidate.typeId()))));
    }

    /** {@return how many relocations were added} */
    public int relocationCount() {
        return consumers.stream().mapToInt(consumer -> consumer.relocations.size()).sum();
    }

    /**
     * Writes the result. More can be added afterwards, and the result be written again.
     *
     * @param name what messages call it
     * @return the BTF, in the byte order of the target
     * @throws BtfFormatException if a type that is needed is malformed
     */
    public Btf build(String name) {
        Btf result = marks.write().build(target.order(), name);
        while (widen(result)) {
            result = marks.write().build(target.order(), name);
        }
        return result;
    }

    private void mark(AccessSpec spec, int candidateId) {
        CoreKind kind = spec.relocation().kind();
        if (kind.isField()) {
            marks.mark(candidateId, TypeMarks.Depth.FIELD);
            new FieldMatcher(spec, target, new Effort(), (id, index) -> marks.markMember(target.strip(id), index))
                    .match(candidateId);
        } else if (kind == CoreKind.BPF_CORE_TYPE_MATCHES) {
            marks.mark(candidateId, TypeMarks.Depth.MATCH);
        } else {
            marks.mark(candidateId, kind.isType() ? TypeMarks.Depth.SHAPE : TypeMarks.Depth.FIELD);
        }
    }

    /**
     * Where a question gets another answer from the result, marks all of its candidates. That happens where a type was
     * found not to be the right one and is kept, in part, for another question: the rest may have been the reason.
     *
     * @return whether there is more to be written than before
     */
    private boolean widen(Btf result) {
        boolean more = false;
        for (Consumer consumer : consumers) {
            List<Optional<CoreFixup>> answers = resolve(consumer.local, consumer.relocations, result, (_, _) -> { });
            for (int i = 0; i < answers.size(); i++) {
                if (!same(consumer.answers.get(i), answers.get(i))) {
                    int rootId = consumer.relocations.get(i).typeId();
                    for (Candidates.Candidate c : new Candidates(consumer.local, KernelTypes.of(target)).of(rootId)) {
                        more |= marks.mark(c.typeId(), TypeMarks.Depth.ALL);
                    }
                }
            }
        }
        return more;
    }

    /** The answers in the order of the records; none where there is no definite one. */
    private static List<Optional<CoreFixup>> resolve(Btf local, List<CoreRelocation> relocations, Btf target,
            CoreResolver.MatchListener listener) {
        CoreResolver resolver = new CoreResolver(local, KernelTypes.of(target), new Effort(), listener);
        List<Optional<CoreFixup>> answers = new ArrayList<>(relocations.size());
        for (CoreRelocation relocation : relocations) {
            try {
                answers.add(Optional.of(resolver.resolve(relocation)));
            } catch (CoreException indefinite) {
                answers.add(Optional.empty());
            }
        }
        return answers;
    }

    private static boolean same(Optional<CoreFixup> first, Optional<CoreFixup> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() && second.isEmpty();
        }
        return switch (first.get()) {
            case CoreFixup.Poison _ -> second.get() instanceof CoreFixup.Poison;
            case CoreFixup.Patch a -> second.get() instanceof CoreFixup.Patch b && sameValue(a, b)
                    && a.access().equals(b.access());
        };
    }

    private static boolean sameValue(CoreFixup.Patch first, CoreFixup.Patch second) {
        return first.relocation().kind() == CoreKind.BPF_CORE_TYPE_ID_TARGET
                ? first.targetValue() == 0 == (second.targetValue() == 0)
                : first.targetValue() == second.targetValue();
    }
}
