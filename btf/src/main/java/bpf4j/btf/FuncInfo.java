package bpf4j.btf;

/**
 * One func_info record, {@code struct bpf_func_info} of {@code <linux/bpf.h>}: a function starts here.
 *
 * @param insnOffsetBytes offset of the function in its ELF section
 * @param typeId the function's {@link BtfType.Func} in the object's BTF
 */
public record FuncInfo(long insnOffsetBytes, int typeId) {
}
