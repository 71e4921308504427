/**
 * The Linux kernel's and the C library's functions, called through the foreign function interface. All restricted calls
 * of bpf4j are here: downcalls, {@code reinterpret} and library look-up. The package is not exported and knows no other
 * package of bpf4j.
 *
 * <p>Calls return what the kernel returns: a result of zero or more, or a negated errno number. Nothing here throws for
 * a refused call; {@link bpf4j.sys.Errno} names the number.
 */
package bpf4j.sys;
