package bpf4j.object;

/** An undefined symbol that the loader resolves: a configuration value, a symbol or variable of the kernel, a kfunc. */
public sealed interface Extern {

    /** {@return the symbol's name} */
    String name();

    /** {@return whether the object can do without it} */
    boolean weak();

    /**
     * A value of the kernel's configuration, in the {@code .kconfig} map.
     *
     * @param name the option, for instance {@code CONFIG_HZ}, or a virtual one such as {@code LINUX_KERNEL_VERSION}
     * @param weak whether it may be missing
     * @param typeId its type in the object's BTF
     * @param offsetBytes where it stands in the {@code .kconfig} map
     * @param sizeBytes its size
     */
    record Kconfig(String name, boolean weak, int typeId, int offsetBytes, int sizeBytes) implements Extern {
    }

    /**
     * A kernel variable, or the address of any kernel symbol.
     *
     * @param name the symbol
     * @param weak whether it may be missing
     * @param typeId its type in the object's BTF, 0 for a symbol that is declared {@code void}
     */
    record Ksym(String name, boolean weak, int typeId) implements Extern {
    }

    /**
     * A kernel variable of the type that the kernel gives it, as objects built in code refer to one.
     *
     * @param name the variable
     * @param weak whether it may be missing
     */
    record KernelVariable(String name, boolean weak) implements Extern {
    }

    /**
     * A kernel function callable from BPF.
     *
     * @param name the function, maybe with a flavor
     * @param weak whether it may be missing
     * @param typeId its function type in the object's BTF, 0 where the object was built in code and takes the kernel's
     */
    record Kfunc(String name, boolean weak, int typeId) implements Extern {
    }
}
