/**
 * BTF, the type format of BPF: types, split BTF, the {@code .BTF.ext} records, a writer and printers.
 *
 * <p>Start at {@link bpf4j.btf.Btf}. Ids are plain numbers, as in the format: 0 is {@code void}, and a type refers to
 * others by id, so a model of a kernel with 126,000 types costs an index and not an object graph. Source: the kernel's
 * {@code Documentation/bpf/btf.rst} and {@code <linux/btf.h>}.
 */
package bpf4j.btf;
