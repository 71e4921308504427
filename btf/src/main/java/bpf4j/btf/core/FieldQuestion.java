package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_OFFSET;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_EXISTS;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_RSHIFT_U64;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_SIGNED;

import bpf4j.btf.Btf;
import bpf4j.btf.CoreKind;

/** Offset, size, existence, sign or shifts of a field. */
final class FieldQuestion implements Question {

    private final AccessSpec spec;
    private final CoreKind kind;
    private final FieldPlace place;

    FieldQuestion(AccessSpec spec) {
        this.spec = spec;
        this.kind = spec.relocation().kind();
        this.place = spec.place();
    }

    @Override
    public long localValue() {
        return value(place);
    }

    /**
     * Compilers choose loads for bitfields in their own ways, so only what does not depend on the load can be checked.
     */
    @Override
    public boolean validate() {
        return !place.isBitfield() || kind == BPF_CORE_FIELD_EXISTS || kind == BPF_CORE_FIELD_SIGNED
                || kind == BPF_CORE_FIELD_RSHIFT_U64;
    }

    @Override
    public Answer ask(Btf target, int candidateId, Effort effort) {
        FieldPlace found = new FieldMatcher(spec, target, effort).match(candidateId);
        if (found == null) {
            return null;
        }
        return new Answer(value(found), found.offsetBits(),
                kind == BPF_CORE_FIELD_BYTE_OFFSET ? MemoryAccess.of(place, found) : MemoryAccess.NONE);
    }

    @Override
    public String mismatch(Btf target, int candidateId, Effort effort) {
        FieldMatcher matcher = new FieldMatcher(spec, target, effort);
        return matcher.match(candidateId) == null ? matcher.mismatch() : "";
    }

    /**
     * The shifts follow the loads of the machine that the object is compiled for, so the object's byte order counts.
     */
    private long value(FieldPlace where) {
        return kind == BPF_CORE_FIELD_EXISTS ? 1 : where.value(kind, spec.btf().order());
    }
}
