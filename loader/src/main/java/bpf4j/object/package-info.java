/**
 * The spec of a BPF object: what the file declares, before any kernel is known.
 *
 * <p>Start at {@link bpf4j.object.BpfObject}. Reading gives the same result on any machine and needs no privileges. The
 * conventions are libbpf's: section names, {@code .maps} definitions, data sections as maps, externs, struct_ops
 * variables.
 */
package bpf4j.object;
