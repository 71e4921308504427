/** BTF types, split BTF, writer and C printer; CO-RE and struct_ops matching as pure functions. */
module bpf4j.btf {
    requires transitive bpf4j.elf;

    exports bpf4j.btf;
    exports bpf4j.btf.core;
    exports bpf4j.btf.diff;
    exports bpf4j.btf.dump;
    exports bpf4j.btf.rewrite;
    exports bpf4j.btf.structops;
}
