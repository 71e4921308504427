package bpf4j.btf.dump;

/**
 * A function of the kernel that programs may call, as decl tags say.
 *
 * @param id its {@code BTF_KIND_FUNC}
 * @param fastcall whether it keeps the caller's registers ({@code bpf_fastcall})
 */
record KernelFunction(int id, boolean fastcall) {
}
