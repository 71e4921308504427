/**
 * Loads objects into the kernel and owns what it made: BTF, maps, programs.
 *
 * <p>Start at {@link bpf4j.kernel.Loader}, or at {@link bpf4j.object.BpfObject#load()}. Everything that a load made is
 * closed by closing the {@link bpf4j.kernel.LoadedObject}; a load that fails leaves nothing behind.
 */
package bpf4j.kernel;
