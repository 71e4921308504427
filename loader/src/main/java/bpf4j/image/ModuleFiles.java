package bpf4j.image;

import bpf4j.btf.Btf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The types of modules that lie in files: {@code NAME.ko}, also compressed, or raw BTF as in {@code /sys/kernel/btf}.
 */
public final class ModuleFiles {

    private static final Pattern MODULE = Pattern.compile("(.+)\\.ko(?:\\.(?:xz|gz|zst))?");

    private ModuleFiles() {
    }

    /**
     * Tells whether a file is named like a module.
     *
     * @param file the file
     * @return whether it is
     */
    public static boolean isModule(Path file) {
        return MODULE.matcher(String.valueOf(file.getFileName())).matches();
    }

    /**
     * Reads one module.
     *
     * @param file the module, unchanged while it is read
     * @param base the types of the kernel that it is for
     * @return its types, named like the module
     * @throws IOException if it cannot be read
     * @throws ImageFormatException if it has no types, or brings a base of its own
     * @throws bpf4j.elf.ElfFormatException if it is malformed ELF
     * @throws bpf4j.btf.BtfFormatException if its types are malformed
     */
    public static Btf read(Path file, Btf base) throws IOException {
        return KernelPackage.module(MemorySegment.ofArray(Files.readAllBytes(file)), base, name(file), file.toString())
                .orElseThrow(() -> new ImageFormatException(file + ": .BTF: it has none over its kernel's"));
    }

    /**
     * Reads all modules below a folder, such as {@code /lib/modules/RELEASE}. Those without types are left out.
     *
     * @param folder the folder
     * @param base the types of the kernel that they are for
     * @return their types, by path
     * @throws IOException if a file cannot be read
     */
    public static List<Btf> below(Path folder, Btf base) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(ModuleFiles::isModule).sorted().toList();
        }
        List<Btf> modules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            if (names.add(name(file))) {
                KernelPackage.module(MemorySegment.ofArray(Files.readAllBytes(file)), base, name(file), file.toString())
                        .ifPresent(modules::add);
            }
        }
        return modules;
    }

    /**
     * Names the module in a file.
     *
     * @param file the file
     * @return the name that the kernel gives it
     */
    public static String name(Path file) {
        Matcher matcher = MODULE.matcher(String.valueOf(file.getFileName()));
        return KernelPackage.moduleName(matcher.matches() ? matcher.group(1) : String.valueOf(file.getFileName()));
    }
}
