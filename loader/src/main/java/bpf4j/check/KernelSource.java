package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.image.ImageFormatException;
import bpf4j.image.KernelImage;
import bpf4j.image.KernelPackage;
import bpf4j.image.ModuleFiles;
import bpf4j.kernel.KernelVersion;
import bpf4j.reloc.Kconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a kernel to be checked against comes from. Nothing is read before it is opened. */
public sealed interface KernelSource {

    /** {@return what reports call the kernel} */
    String name();

    /**
     * Reads the kernel. What it holds may be large, so it should be let go before the next one is opened.
     *
     * @return the kernel
     * @throws IOException if it cannot be read
     * @throws ImageFormatException if it is nothing known, is damaged, or has no BTF
     * @throws bpf4j.elf.ElfFormatException if it is malformed ELF
     * @throws bpf4j.btf.BtfFormatException if its types are malformed
     */
    TargetKernel open() throws IOException;

    /** The kernel that this process runs on. */
    record Running() implements KernelSource {

        @Override
        public String name() {
            return "running";
        }

        @Override
        public TargetKernel open() {
            return TargetKernel.running();
        }
    }

    /**
     * A file: raw BTF, an ELF file, a kernel image, a Debian package of a kernel, or an archive of one BTF such as
     * BTFHub's. Beside an image {@code vmlinuz-RELEASE} its configuration is looked for as {@code config-RELEASE}, and
     * its modules in {@code ../lib/modules/RELEASE}.
     *
     * @param file the file
     * @param name what reports call the kernel
     * @param modules files of modules that are loaded; those that come with the kernel may be
     */
    record InFile(Path file, String name, List<Path> modules) implements KernelSource {

        private static final Pattern IMAGE = Pattern.compile("vmlinu[xz]-(.+)");

        /** Copies the list. */
        public InFile {
            modules = List.copyOf(modules);
        }

        @Override
        public TargetKernel open() throws IOException {
            if (KernelPackage.is(file)) {
                KernelPackage read = KernelPackage.read(file);
                return kernel(types(read.image()), read.config(), Optional.of(read.release()), read::modules);
            }
            KernelImage image = KernelImage.read(file);
            Matcher matcher = IMAGE.matcher(String.valueOf(file.getFileName()));
            Optional<String> release = matcher.matches() ? Optional.of(matcher.group(1)) : image.release();
            Optional<Path> folder = release.flatMap(this::modulesOf);
            return kernel(types(image), config(image, release), release,
                    base -> folder.isEmpty() ? List.of() : ModuleFiles.below(folder.get(), base));
        }

        private Btf types(KernelImage image) {
            return image.btf().orElseThrow(() -> new ImageFormatException(
                    file.getFileName()
                            + ": .BTF: there is none; a kernel has it when built with CONFIG_DEBUG_INFO_BTF"));
        }

        private Optional<String> config(KernelImage image, Optional<String> release) throws IOException {
            Optional<Path> beside = release.map(r -> file.toAbsolutePath().resolveSibling("config-" + r))
                    .filter(Files::isRegularFile);
            return beside.isPresent() ? Optional.of(Files.readString(beside.get())) : image.config();
        }

        private Optional<Path> modulesOf(String release) {
            Path boot = file.toAbsolutePath().getParent();
            return Stream.of("lib/modules/", "usr/lib/modules/").map(folder -> boot.resolveSibling(folder + release))
                    .filter(Files::isDirectory).findFirst();
        }

        /** Gives the modules that come with the kernel. */
        private interface Modules {
            List<Btf> over(Btf base) throws IOException;
        }

        private TargetKernel kernel(Btf vmlinux, Optional<String> config, Optional<String> release, Modules own) {
            TargetKernel kernel = TargetKernel.of(name, new LazyModules(vmlinux, () -> {
                List<Btf> all = new ArrayList<>();
                for (Path module : modules) {
                    all.add(ModuleFiles.read(module, vmlinux));
                }
                all.addAll(own.over(vmlinux));
                return all;
            }, modules.stream().map(ModuleFiles::name).collect(Collectors.toSet())));
            if (config.isPresent()) {
                kernel = kernel.withConfig(Kconfig.parse(config.get(), name));
            }
            Optional<KernelVersion> version = release.flatMap(KernelVersion::parse);
            return version.isPresent() ? kernel.withVersion(version.get()) : kernel;
        }
    }
}
