package bpf4j.reloc;

import bpf4j.btf.KernelTypes;
import java.io.UncheckedIOException;

/**
 * What resolving the externs of an object wants to know of a kernel. Each fact may be expensive to get, so each is a
 * method, and is asked only if an extern needs it. Any method may throw {@link UncheckedIOException} where the fact
 * cannot be read.
 */
public interface KernelFacts {

    /** {@return the kernel's types, for typed kernel symbols and kfuncs} */
    KernelTypes types();

    /** {@return the table of the kernel's symbols, for symbols without a type} */
    Kallsyms kallsyms();

    /** {@return the kernel's configuration; options that the caller has given come first} */
    Kconfig kconfig();

    /** {@return the version as {@code LINUX_VERSION_CODE} has it, for {@code LINUX_KERNEL_VERSION}} */
    int versionCode();

    /** {@return whether programs can ask for the cookie of their attachment, for {@code LINUX_HAS_BPF_COOKIE}} */
    boolean hasBpfCookie();

    /**
     * {@return whether system calls are functions that take a pointer to registers, for {@code
     * LINUX_HAS_SYSCALL_WRAPPER}}
     */
    boolean hasSyscallWrapper();
}
