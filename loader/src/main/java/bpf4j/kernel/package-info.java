/**
 * Loads objects into the kernel and owns what it made: BTF, maps, programs.
 *
 * <p>Start at {@link bpf4j.object.BpfObject#load()}; {@link bpf4j.kernel.LoadOptions} say more. Everything that a load
 * made is closed by closing the {@link bpf4j.kernel.LoadedObject}; a load that fails leaves nothing behind. What others
 * have loaded is found by {@link bpf4j.kernel.KernelObjects}, and opened by id or pin is the caller's to close.
 *
 * <p>What the kernel refuses is a {@link bpf4j.kernel.KernelException} with step, subject and errno, and a program
 * that its verifier refuses a {@link bpf4j.kernel.VerifierException}. What is closed throws {@link
 * java.lang.IllegalStateException}. A descriptor that nobody closes is closed when its owner is collected, which the
 * logger {@code bpf4j.sys.Fd} warns of; with the system property {@code bpf4j.fd.origins=true} it also says where it
 * was opened. Classes with descriptors are safe for use by several threads, virtual ones too.
 */
package bpf4j.kernel;
