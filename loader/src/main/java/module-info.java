/**
 * Loads BPF objects with {@code bpf(2)} through the foreign function interface and attaches them; maps, variables and
 * events of what is loaded; what the kernel holds. Start at {@link bpf4j.object.BpfObject}. Without native access
 * ({@code --enable-native-access=bpf4j.loader}) Java warns, and later versions will refuse.
 */
module bpf4j.loader {
    requires transitive bpf4j.btf;
    // The command line's own: who uses the library does not need them.
    requires static info.picocli;
    requires static com.fasterxml.jackson.core;
    // Decoders that only some kernel images need.
    requires static org.apache.commons.compress;
    requires static org.tukaani.xz;

    exports bpf4j.binary;
    exports bpf4j.check;
    exports bpf4j.event;
    exports bpf4j.gen;
    exports bpf4j.image;
    exports bpf4j.insn;
    exports bpf4j.kernel;
    exports bpf4j.link;
    exports bpf4j.map;
    exports bpf4j.object;
    exports bpf4j.reloc;

    opens bpf4j.cli to info.picocli;
}
