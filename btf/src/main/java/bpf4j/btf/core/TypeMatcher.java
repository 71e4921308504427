package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;
import java.util.List;

/**
 * Whether a target type has all that a local type declares, as {@code bpf_core_type_matches} asks: names, kinds, sizes
 * and signs agree in depth, and the target may have more members and enumerators. Not symmetric.
 */
final class TypeMatcher {

    /** Rounds through pointers, arrays and return types on one level, by the rule that all loaders share. */
    private static final int MAX_ROUNDS = 32;
    /** Levels of members and parameters, by the same rule. */
    private static final int MAX_LEVELS = 32;

    private final Btf localBtf;
    private final Btf targetBtf;
    private final Effort effort;

    TypeMatcher(Btf localBtf, Btf targetBtf, Effort effort) {
        this.localBtf = localBtf;
        this.targetBtf = targetBtf;
        this.effort = effort;
    }

    boolean test(int localId, int targetId) {
        return test(localId, targetId, false, MAX_LEVELS);
    }

    private boolean test(int localId, int targetId, boolean startsBehindPointer, int levels) {
        if (levels <= 0) {
            throw new UnresolvableException("members and parameters nest deeper than " + MAX_LEVELS);
        }
        int localAt = localId;
        int targetAt = targetId;
        boolean behindPointer = startsBehindPointer;
        for (int i = 0; i < MAX_ROUNDS; i++) {
            effort.spend(1);
            BtfType local = effort.stripped(localBtf, localAt);
            BtfType target = effort.stripped(targetBtf, targetAt);
            if (!EssentialName.agree(local.name(), target.name())) {
                return false;
            }
            switch (local) {
                case BtfType.Void _ -> {
                    return target instanceof BtfType.Void;
                }
                case BtfType.Fwd l -> {
                    return forward(l, target, behindPointer);
                }
                case BtfType.Enumeration l -> {
                    return target instanceof BtfType.Enumeration t && enumerators(l, t);
                }
                case BtfType.Composite l -> {
                    return composite(l, target, behindPointer, levels);
                }
                case BtfType.Int l -> {
                    return target instanceof BtfType.Int t && l.sizeBytes() == t.sizeBytes()
                            && l.signed() == t.signed();
                }
                case BtfType.Ptr l -> {
                    if (!(target instanceof BtfType.Ptr t)) {
                        return false;
                    }
                    behindPointer = true;
                    localAt = l.typeId();
                    targetAt = t.typeId();
                }
                case BtfType.Array l -> {
                    if (!(target instanceof BtfType.Array t) || l.count() != t.count()) {
                        return false;
                    }
                    localAt = l.elementTypeId();
                    targetAt = t.elementTypeId();
                }
                case BtfType.FuncProto l -> {
                    if (!(target instanceof BtfType.FuncProto t)
                            || !params(l.params(), t.params(), behindPointer, levels)) {
                        return false;
                    }
                    localAt = l.returnTypeId();
                    targetAt = t.returnTypeId();
                }
                case BtfType.Modifier _, BtfType.Func _, BtfType.Var _, BtfType.DataSec _, BtfType.Float _,
                        BtfType.DeclTag _ -> {
                    return false;
                }
            }
        }
        throw new UnresolvableException("types nest deeper than " + MAX_ROUNDS);
    }

    private static boolean forward(BtfType.Fwd local, BtfType target, boolean behindPointer) {
        if (target instanceof BtfType.Fwd t) {
            return local.union() == t.union();
        }
        return behindPointer && target instanceof BtfType.Composite && local.union() == target instanceof BtfType.Union;
    }

    private boolean enumerators(BtfType.Enumeration local, BtfType.Enumeration target) {
        if (local.sizeBytes() != target.sizeBytes() || local.values().size() > target.values().size()) {
            return false;
        }
        for (BtfType.EnumValue wanted : local.values()) {
            if (!has(target.values(), wanted.name())) {
                return false;
            }
        }
        return true;
    }

    private boolean has(List<BtfType.EnumValue> values, String name) {
        effort.spend(values.size());
        for (BtfType.EnumValue value : values) {
            if (EssentialName.agree(name, value.name())) {
                return true;
            }
        }
        return false;
    }

    /** Behind a pointer the tag alone counts, so that types which refer to themselves end. */
    private boolean composite(BtfType.Composite local, BtfType target, boolean behindPointer, int levels) {
        if (behindPointer) {
            return local.kind() == target.kind()
                    || target instanceof BtfType.Fwd t && t.union() == local instanceof BtfType.Union;
        }
        if (!(target instanceof BtfType.Composite t) || local.kind() != t.kind()
                || local.members().size() > t.members().size()) {
            return false;
        }
        for (BtfType.Member wanted : local.members()) {
            if (!member(wanted, t.members(), levels)) {
                return false;
            }
        }
        return true;
    }

    private boolean member(BtfType.Member wanted, List<BtfType.Member> members, int levels) {
        effort.spend(members.size());
        for (BtfType.Member member : members) {
            if (EssentialName.agree(wanted.name(), member.name())
                    && test(wanted.typeId(), member.typeId(), false, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean params(List<BtfType.Param> local, List<BtfType.Param> target, boolean behindPointer, int levels) {
        if (local.size() != target.size()) {
            return false;
        }
        for (int i = 0; i < local.size(); i++) {
            if (!test(local.get(i).typeId(), target.get(i).typeId(), behindPointer, levels - 1)) {
                return false;
            }
        }
        return true;
    }
}
