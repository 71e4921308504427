/**
 * BTF as C that compiles: {@code vmlinux.h}. Start at {@link bpf4j.btf.dump.CDump}.
 *
 * <p>What it writes is for the BPF target of clang and GCC, whose layout rules it computes: where C alone would place a
 * member elsewhere than the BTF says, it pads by bitfields without names or packs.
 */
package bpf4j.btf.dump;
