package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_ID_LOCAL;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_ID_TARGET;
import static bpf4j.btf.CoreKind.BPF_CORE_TYPE_MATCHES;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreKind;

/** Id, size or existence of a type. */
final class TypeQuestion implements Question {

    private final AccessSpec spec;
    private final CoreKind kind;
    private final int localId;

    TypeQuestion(AccessSpec spec) {
        this.spec = spec;
        this.kind = spec.relocation().kind();
        this.localId = spec.relocation().typeId();
    }

    @Override
    public long localValue() {
        return value(spec.btf(), localId);
    }

    /** Linking objects renumbers types but does not rewrite the instructions that hold ids. */
    @Override
    public boolean validate() {
        return kind != BPF_CORE_TYPE_ID_TARGET && kind != BPF_CORE_TYPE_ID_LOCAL;
    }

    @Override
    public Answer ask(Btf target, int candidateId, Effort effort) {
        return fits(target, candidateId, effort) ? new Answer(value(target, candidateId), 0, MemoryAccess.NONE) : null;
    }

    @Override
    public String mismatch(Btf target, int candidateId, Effort effort) {
        if (fits(target, candidateId, effort)) {
            return "";
        }
        return kind == BPF_CORE_TYPE_MATCHES ? "it does not have all that the local type declares"
                : "it is built of other kinds of types than the local type";
    }

    private boolean fits(Btf target, int candidateId, Effort effort) {
        return kind == BPF_CORE_TYPE_MATCHES
                ? new TypeMatcher(spec.btf(), target, effort).test(localId, candidateId)
                : new TypeCompatibility(spec.btf(), target, effort).test(localId, candidateId);
    }

    private long value(Btf btf, int id) {
        return switch (kind) {
            case BPF_CORE_TYPE_ID_LOCAL, BPF_CORE_TYPE_ID_TARGET -> id;
            case BPF_CORE_TYPE_EXISTS, BPF_CORE_TYPE_MATCHES -> 1;
            case BPF_CORE_TYPE_SIZE -> btf.sizeBytes(id);
            default -> throw new IllegalArgumentException(kind + " does not speak of a type");
        };
    }
}
