package bpf4j.reloc;

import bpf4j.btf.Btf;

/** What an extern has become on one kernel. */
public sealed interface ExternValue {

    /**
     * An option of the kernel's configuration, placed in the image of the {@code .kconfig} map.
     *
     * @param offsetBytes where its bytes start in {@link ResolvedExterns#kconfigImage()}
     * @param sizeBytes how many they are
     * @param present whether the kernel has it; a weak one that is missing is zero
     */
    record Option(int offsetBytes, int sizeBytes, boolean present) implements ExternValue {
    }

    /**
     * The address of a symbol without a type.
     *
     * @param address the address, never zero unless the kernel placed the symbol there
     */
    record Address(long address) implements ExternValue {
    }

    /**
     * A variable that the kernel knows by type.
     *
     * @param btf the BTF that has it, vmlinux's or a module's
     * @param typeId the id of the variable, not of its type
     */
    record TypedVariable(Btf btf, int typeId) implements ExternValue {
    }

    /**
     * A kernel function that programs may call.
     *
     * @param btf the BTF that has it, vmlinux's or a module's
     * @param typeId the id of the function
     */
    record Kfunc(Btf btf, int typeId) implements ExternValue {
    }

    /** A weak symbol or kfunc that the kernel does not have: its address is zero, and it must not be called. */
    record Missing() implements ExternValue {
    }
}
