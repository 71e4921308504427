/** The ELF container of BPF objects: sections, symbols and relocation entries, in both byte orders. */
module bpf4j.elf {
    exports bpf4j.elf;
}
