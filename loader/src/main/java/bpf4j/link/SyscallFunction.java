package bpf4j.link;

import bpf4j.insn.NearNames;
import bpf4j.reloc.Kallsyms;
import bpf4j.sys.Architecture;
import java.util.List;
import java.util.Set;

/**
 * Finds the kernel function of a system call: of those that take a pointer to the registers where the kernel has them,
 * which {@code KernelFeature.SYSCALL_WRAPPER} tells, and otherwise of those that take the arguments.
 *
 * @param wrapperPrefix what stands before {@code sys_} with a pointer to the registers, empty if there is no such thing
 * @param symbols the kernel's symbols
 */
record SyscallFunction(String wrapperPrefix, Kallsyms symbols) {

    private static final String SYS = "sys_";

    /** {@return that of the running kernel} */
    static SyscallFunction running() {
        return new SyscallFunction(Architecture.current().syscallWrapperPrefix(), KprobeRefusal.KALLSYMS);
    }

    /**
     * Finds a function.
     *
     * @param name the system call, {@code nanosleep}
     * @param description what is attached to what, for the message
     * @throws MissingTargetException if the kernel has no such system call
     */
    String find(String name, String description) {
        List<String> prefixes = (wrapperPrefix.isEmpty() ? List.of("__se_", "") : List.of(wrapperPrefix, "__se_", ""))
                .stream().map(prefix -> prefix + SYS).toList();
        Set<String> listed = symbols.listed(Set.copyOf(prefixes.stream().map(prefix -> prefix + name).toList()));
        return prefixes.stream().map(prefix -> prefix + name).filter(listed::contains).findFirst().orElseThrow(() -> {
            NearNames near = new NearNames(name);
            symbols.forEach(symbol -> {
                if (symbol.name().startsWith(prefixes.getFirst())) {
                    near.offer(symbol.name().substring(prefixes.getFirst().length()));
                }
            });
            return new MissingTargetException(description, name,
                    "this kernel has no system call '%s', or was built without it".formatted(name), near.names());
        });
    }
}
