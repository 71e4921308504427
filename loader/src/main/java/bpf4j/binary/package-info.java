/**
 * Executables and shared libraries of user space, as uprobes see them: where they are, where in the file a function
 * starts, which USDT probes they have and how the arguments of those are read.
 *
 * <p>Start at {@link bpf4j.binary.Executable}. Apart from {@link bpf4j.binary.BinaryPath} and
 * {@link bpf4j.binary.ProcessMapping}, which look at the running system, everything here depends on the file alone, and
 * on separate files with its debugging symbols, and works for files of other machines than this one.
 */
package bpf4j.binary;
