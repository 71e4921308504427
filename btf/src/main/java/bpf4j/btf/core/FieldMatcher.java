package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import java.util.function.Supplier;

/**
 * Walks the steps of a local access through one target type: members are found by name, also inside anonymous structs
 * and unions of the target, wherever the local type has them. One object serves one walk.
 */
final class FieldMatcher {

    /**
     * Learns which members a walk goes through, the innermost of anonymous ones first; their struct or union may stand
     * behind typedefs and qualifiers.
     */
    @FunctionalInterface
    interface Footprint {
        void member(int compositeId, int index);
    }

    private static final Footprint NONE = (_, _) -> { };

    private final AccessSpec spec;
    private final Btf target;
    private final Effort effort;
    private final Footprint footprint;

    private int typeId;
    private long offsetBits;
    private int bitfieldBits;
    private boolean element;
    private boolean lastOfStruct;
    private int depth;
    private Supplier<String> mismatch;

    FieldMatcher(AccessSpec spec, Btf target, Effort effort) {
        this(spec, target, effort, NONE);
    }

    FieldMatcher(AccessSpec spec, Btf target, Effort effort, Footprint footprint) {
        this.spec = spec;
        this.target = target;
        this.effort = effort;
        this.footprint = footprint;
    }

    /**
     * Where the field lies in the candidate, or null if the candidate does not have it; {@link #mismatch()} then says
     * why.
     */
    FieldPlace match(int candidateId) {
        typeId = candidateId;
        boolean root = true;
        for (AccessSpec.Step step : spec.steps()) {
            boolean found = switch (step) {
                case AccessSpec.Step.Member m -> member(m);
                case AccessSpec.Step.Element e -> element(e, root);
            };
            if (!found) {
                return null;
            }
            root = false;
        }
        return new FieldPlace(target, typeId, offsetBits, bitfieldBits, element);
    }

    /** Why {@link #match} found nothing. */
    String mismatch() {
        return mismatch.get();
    }

    private boolean member(AccessSpec.Step.Member step) {
        int id = target.strip(typeId);
        if (!(target.type(id) instanceof BtfType.Composite)) {
            mismatch = () -> "'%s' is no struct or union, so there is no '%s'"
                    .formatted(CPrinter.typeName(target, id), step.member().name());
            return false;
        }
        mismatch = () -> "there is no member '" + step.member().name() + "'";
        return member(step.member(), id, depth, offsetBits);
    }

    /**
     * Searches depth first, in the order of declaration. The first member of the right name ends the search in its
     * struct even if its type does not fit; an enclosing struct that was entered through an anonymous member then goes
     * on.
     */
    private boolean member(BtfType.Member wanted, int compositeId, int stepsBefore, long offsetBefore) {
        if (!(effort.stripped(target, compositeId) instanceof BtfType.Composite type)) {
            return false;
        }
        for (int i = 0; i < type.members().size(); i++) {
            if (stepsBefore == AccessSpec.MAX_INDICES) {
                throw tooDeep();
            }
            BtfType.Member member = type.members().get(i);
            if (member.name().isEmpty()) {
                if (member(wanted, member.typeId(), stepsBefore + 1, offsetBefore + member.offsetBits())) {
                    footprint.member(compositeId, i);
                    return true;
                }
            } else if (member.name().equals(wanted.name())) {
                if (!FieldCompatibility.test(spec.btf(), wanted.typeId(), target, member.typeId(), effort)) {
                    mismatch = () -> "member '%s' is '%s' and not '%s'".formatted(wanted.name(),
                            CPrinter.typeName(target, member.typeId()), CPrinter.typeName(spec.btf(), wanted.typeId()));
                    return false;
                }
                typeId = member.typeId();
                offsetBits = offsetBefore + member.offsetBits();
                bitfieldBits = member.bitfieldBits();
                element = false;
                lastOfStruct = i == type.members().size() - 1;
                depth = stepsBefore + 1;
                footprint.member(compositeId, i);
                return true;
            }
        }
        return false;
    }

    /** The candidate itself is the element of the first step; a later step has an array before it. */
    private boolean element(AccessSpec.Step.Element step, boolean root) {
        int row = target.strip(typeId);
        int id = row;
        if (!root) {
            if (!(target.type(row) instanceof BtfType.Array array)) {
                mismatch = () -> "'" + CPrinter.typeName(target, row) + "' is no array";
                return false;
            }
            boolean flexible = array.count() == 0 && !element && lastOfStruct;
            if (!flexible && step.index() >= array.count()) {
                mismatch = () -> "the array has %d elements, so there is no [%d]"
                        .formatted(array.count(), step.index());
                return false;
            }
            id = target.strip(array.elementTypeId());
        }
        if (depth == AccessSpec.MAX_INDICES) {
            throw tooDeep();
        }
        effort.spend(Effort.STEP);
        offsetBits = FieldPlace.elementOffsetBits(target, id, offsetBits, step.index());
        typeId = id;
        bitfieldBits = 0;
        element = true;
        depth++;
        return true;
    }

    private UnresolvableException tooDeep() {
        return new UnresolvableException("the field lies more than %d members and elements deep in %s"
                .formatted(AccessSpec.MAX_INDICES, target.name()));
    }
}
