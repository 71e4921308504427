/**
 * BPF instructions as plain numbers: fields, encoding in both byte orders, and text.
 *
 * <p>Sources: the kernel's {@code Documentation/bpf/standardization/instruction-set.rst}, {@code <linux/bpf.h>} and
 * {@code <linux/bpf_common.h>}.
 */
package bpf4j.insn;
