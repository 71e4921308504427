package bpf4j.btf;

/**
 * One CO-RE record, {@code struct bpf_core_relo} of {@code <linux/bpf.h>}.
 *
 * @param insnOffsetBytes offset of the instruction in its ELF section
 * @param typeId root type in the object's own BTF
 * @param access the access string, for instance {@code 0:1:2}
 * @param kind what is asked for
 */
public record CoreRelocation(long insnOffsetBytes, int typeId, String access, CoreKind kind) {
}
