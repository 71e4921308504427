/**
 * Fits an object to a kernel's types without touching the kernel: CO-RE is applied, subprograms are joined to the
 * programs that call them, struct_ops variables are planned. References to maps and externs stay symbolic.
 *
 * <p>Start at {@link bpf4j.reloc.RelocatedObject}. Kernel facts arrive as arguments, so this runs offline and gives the
 * same result on any machine.
 */
package bpf4j.reloc;
