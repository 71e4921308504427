package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;

/**
 * Whether a target member can stand for a local one of the same name. Lenient: integers of any size and sign agree, all
 * pointers do, and so do all structs and unions. Symmetric.
 */
final class FieldCompatibility {

    /** Nested arrays; the relation itself has no limit, but a malformed array may contain itself. */
    private static final int MAX_NESTING = 128;

    private FieldCompatibility() {
    }

    static boolean test(Btf localBtf, int localId, Btf targetBtf, int targetId, Effort effort) {
        int localAt = localId;
        int targetAt = targetId;
        for (int i = 0; i < MAX_NESTING; i++) {
            effort.spend(1);
            BtfType local = effort.stripped(localBtf, localAt);
            BtfType target = effort.stripped(targetBtf, targetAt);
            switch (local) {
                case BtfType.Array l -> {
                    if (!(target instanceof BtfType.Array t)) {
                        return false;
                    }
                    localAt = l.elementTypeId();
                    targetAt = t.elementTypeId();
                    continue;
                }
                case BtfType.Composite _ -> {
                    return target instanceof BtfType.Composite;
                }
                case BtfType.Ptr _ -> {
                    return target instanceof BtfType.Ptr;
                }
                case BtfType.Float _ -> {
                    return target instanceof BtfType.Float;
                }
                case BtfType.Int l -> {
                    return target instanceof BtfType.Int t && l.offsetBits() == 0 && t.offsetBits() == 0;
                }
                case BtfType.Enumeration _ -> {
                    return target instanceof BtfType.Enumeration && namesFit(local, target);
                }
                case BtfType.Fwd _ -> {
                    return target instanceof BtfType.Fwd && namesFit(local, target);
                }
                case BtfType.Void _, BtfType.Modifier _, BtfType.Func _, BtfType.FuncProto _, BtfType.Var _,
                        BtfType.DataSec _, BtfType.DeclTag _ -> {
                    return false;
                }
            }
        }
        throw new UnresolvableException("arrays nest deeper than " + MAX_NESTING);
    }

    private static boolean namesFit(BtfType local, BtfType target) {
        return local.name().isEmpty() || target.name().isEmpty() || EssentialName.agree(local.name(), target.name());
    }
}
