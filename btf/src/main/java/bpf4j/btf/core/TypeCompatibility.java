package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import java.util.List;

/**
 * Whether a target type is what a local type of the same name speaks of, as {@code bpf_core_type_exists} asks: the
 * kinds agree all the way through pointers, arrays and prototypes, and names below the root do not count. Symmetric.
 */
public final class TypeCompatibility {

    /** Rounds through pointers, arrays and return types, by the rule that all loaders share. */
    private static final int MAX_ROUNDS = 32;
    /** Prototypes in parameters of prototypes, by the same rule. */
    private static final int MAX_LEVELS = 32;

    private final Btf localBtf;
    private final Btf targetBtf;
    private final Effort effort;

    TypeCompatibility(Btf localBtf, Btf targetBtf, Effort effort) {
        this.localBtf = localBtf;
        this.targetBtf = targetBtf;
        this.effort = effort;
    }

    /**
     * Tests two types on their own, outside of any CO-RE relocation: a kernel symbol's type, or a kfunc's prototype.
     * The names of the types are not compared.
     *
     * @param localBtf the object's types
     * @param localId a type of theirs
     * @param targetBtf the kernel's types
     * @param targetId a type of theirs
     * @return whether they are compatible; types that nest too deeply to be compared are not
     * @throws BtfFormatException if a type on the way is malformed
     */
    public static boolean compatible(Btf localBtf, int localId, Btf targetBtf, int targetId) {
        try {
            return new TypeCompatibility(localBtf, targetBtf, new Effort()).test(localId, targetId);
        } catch (UnresolvableException tooDeep) {
            return false;
        }
    }

    /** Tests two types whose names are known to agree. */
    boolean test(int localId, int targetId) {
        return test(localId, targetId, MAX_LEVELS);
    }

    private boolean test(int localId, int targetId, int levels) {
        if (!sameKind(localBtf.type(localId), targetBtf.type(targetId))) {
            return false;
        }
        int localAt = localId;
        int targetAt = targetId;
        for (int i = 0; i < MAX_ROUNDS; i++) {
            effort.spend(1);
            BtfType local = effort.stripped(localBtf, localAt);
            BtfType target = effort.stripped(targetBtf, targetAt);
            if (!sameKind(local, target)) {
                return false;
            }
            switch (local) {
                case BtfType.Void _, BtfType.Composite _, BtfType.Enumeration _, BtfType.Fwd _ -> {
                    return true;
                }
                case BtfType.Int l -> {
                    return l.offsetBits() == 0 && ((BtfType.Int) target).offsetBits() == 0;
                }
                case BtfType.Ptr l -> {
                    localAt = l.typeId();
                    targetAt = ((BtfType.Ptr) target).typeId();
                }
                case BtfType.Array l -> {
                    localAt = l.elementTypeId();
                    targetAt = ((BtfType.Array) target).elementTypeId();
                }
                case BtfType.FuncProto l -> {
                    BtfType.FuncProto t = (BtfType.FuncProto) target;
                    if (!params(l.params(), t.params(), levels)) {
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

    private boolean params(List<BtfType.Param> local, List<BtfType.Param> target, int levels) {
        if (local.size() != target.size()) {
            return false;
        }
        for (int i = 0; i < local.size(); i++) {
            if (levels <= 0) {
                throw new UnresolvableException("prototypes nest deeper than " + MAX_LEVELS);
            }
            if (!test(localBtf.strip(local.get(i).typeId()), targetBtf.strip(target.get(i).typeId()), levels - 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameKind(BtfType local, BtfType target) {
        return local.kind() == target.kind()
                || local instanceof BtfType.Enumeration && target instanceof BtfType.Enumeration;
    }
}
