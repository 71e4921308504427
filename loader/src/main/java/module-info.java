/** Loads BPF objects with {@code bpf(2)} through the foreign function interface; links and the command line. */
module bpf4j.loader {
    requires transitive bpf4j.btf;
    requires static info.picocli;
    requires static com.fasterxml.jackson.core;

    exports bpf4j.insn;
    exports bpf4j.object;

    opens bpf4j.cli to info.picocli;
}
