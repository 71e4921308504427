package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_ENUMVAL_EXISTS;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.EssentialName;

/** Existence or value of an enumerator. */
final class EnumValueQuestion implements Question {

    private final AccessSpec spec;
    private final BtfType.EnumValue enumerator;
    private final boolean existence;

    EnumValueQuestion(AccessSpec spec) {
        this.spec = spec;
        this.enumerator = spec.enumerator().orElseThrow();
        this.existence = spec.relocation().kind() == BPF_CORE_ENUMVAL_EXISTS;
    }

    @Override
    public long localValue() {
        return value(spec.btf().stripped(spec.relocation().typeId()), enumerator);
    }

    @Override
    public boolean validate() {
        return true;
    }

    @Override
    public Answer ask(Btf target, int candidateId, Effort effort) {
        if (effort.stripped(target, candidateId) instanceof BtfType.Enumeration type) {
            for (BtfType.EnumValue found : type.values()) {
                if (EssentialName.agree(enumerator.name(), found.name())) {
                    return new Answer(value(type, found), 0, MemoryAccess.NONE);
                }
            }
        }
        return null;
    }

    @Override
    public String mismatch(Btf target, int candidateId, Effort effort) {
        return ask(target, candidateId, effort) == null ? "there is no enumerator '" + enumerator.name() + "'" : "";
    }

    /** Compilers sign-extend 32-bit enumerators into 64-bit immediates even where the enumeration is unsigned. */
    private long value(BtfType type, BtfType.EnumValue which) {
        if (existence) {
            return 1;
        }
        return type instanceof BtfType.Enum ? (int) which.value() : which.value();
    }
}
