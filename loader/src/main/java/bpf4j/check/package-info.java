/**
 * Whether objects can be loaded into kernels, said without loading, without privileges and on any machine: for each
 * CO-RE relocation, extern, struct_ops member, map and program what becomes of it, and a verdict.
 *
 * <p>Start at {@link bpf4j.check.Check}, with a kernel out of {@link bpf4j.check.KernelSources}. What is decided how,
 * and how often that agrees with loading, is in the project's {@code docs/check.md}.
 */
package bpf4j.check;
