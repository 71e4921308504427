package bpf4j.btf;

import java.util.List;

/**
 * The types of one kernel: what CO-RE and struct_ops are matched against. {@link #modules()} may be expensive and is
 * asked only when {@link #vmlinux()} does not have what is looked for.
 */
public interface KernelTypes {

    /** {@return the BTF of the kernel proper} */
    Btf vmlinux();

    /** {@return the split BTFs of the loaded modules, each on top of {@link #vmlinux()} and named like its module} */
    List<Btf> modules();

    /**
     * Makes a fixed set.
     *
     * @param vmlinux the kernel's BTF
     * @param modules module BTFs on top of it
     * @return the set
     */
    static KernelTypes of(Btf vmlinux, Btf... modules) {
        List<Btf> list = List.of(modules);
        return new KernelTypes() {

            @Override
            public Btf vmlinux() {
                return vmlinux;
            }

            @Override
            public List<Btf> modules() {
                return list;
            }
        };
    }
}
