package bpf4j.image;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel as a distribution packs it: a Debian package with {@code boot/vmlinuz-RELEASE}, {@code boot/config-RELEASE}
 * and modules. Immutable and thread-safe; the package stays as it is and is not mapped.
 *
 * @param file the package
 * @param release what {@code uname -r} shows, from the image's name
 * @param image what the kernel image tells
 * @param config the text of the configuration, from its file or else from the image
 */
public record KernelPackage(Path file, String release, KernelImage image, Optional<String> config) {

    private static final Pattern IMAGE = Pattern.compile("(?:\\./)?boot/vmlinu[xz]-(.+)");
    private static final Pattern CONFIG = Pattern.compile("(?:\\./)?boot/config-(.+)");
    private static final Pattern MODULE =
            Pattern.compile("(?:\\./)?(?:usr/)?lib/modules/[^/]+/.*?([^/]+)\\.ko(?:\\.(?:xz|gz|zst))?");
    /** The largest module of a distribution has some 20 MB, with debug information a multiple of that. */
    private static final long MAX_MODULE_BYTES = 256L << 20;
    /** A configuration has a few hundred KB. */
    private static final long MAX_CONFIG_BYTES = 16L << 20;

    /** Makes one; no argument is {@code null}. */
    public KernelPackage {
        Objects.requireNonNull(file);
        Objects.requireNonNull(release);
        Objects.requireNonNull(image);
        Objects.requireNonNull(config);
    }

    /**
     * Tells whether a file is a package, by its content.
     *
     * @param file the file
     * @return whether it is one
     * @throws IOException if it cannot be read
     */
    public static boolean is(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return DebianArchive.is(MemorySegment.ofArray(in.readNBytes(DebianArchive.START_BYTES)));
        }
    }

    /**
     * Reads the kernel of a package.
     *
     * @param file the package, unchanged while it is read
     * @return the kernel
     * @throws IOException if the file cannot be read
     * @throws ImageFormatException if it is no package of a kernel, is damaged, or needs a decoder that is not there
     * @throws ElfFormatException if the kernel is malformed ELF
     * @throws BtfFormatException if the kernel's BTF is malformed
     */
    public static KernelPackage read(Path file) throws IOException {
        String subject = String.valueOf(file.getFileName());
        List<KernelPackage> found = new ArrayList<>();
        List<String> config = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file); Arena arena = Arena.ofConfined()) {
            MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            requirePackage(data, subject);
            DebianArchive.read(data, subject, (name, bytes) -> {
                Matcher image = IMAGE.matcher(name);
                if (CONFIG.matcher(name).matches() && config.isEmpty()) {
                    config.add(new String(bytes(bytes, MAX_CONFIG_BYTES).toArray(ValueLayout.JAVA_BYTE),
                            StandardCharsets.UTF_8));
                } else if (image.matches() && found.isEmpty()) {
                    KernelImage read = KernelImage.parse(bytes(bytes, Expansion.MAX_BYTES),
                            subject + "[" + name + "]");
                    found.add(new KernelPackage(file, image.group(1), read, read.config()));
                }
            });
        }
        if (found.isEmpty()) {
            throw new ImageFormatException(subject
                    + ": data.tar: no kernel image, as boot/vmlinuz-RELEASE, is in it");
        }
        KernelPackage only = found.getFirst();
        return config.isEmpty() ? only
                : new KernelPackage(file, only.release, only.image, Optional.of(config.getFirst()));
    }

    /**
     * Reads the types of the package's modules. Those that have none are left out.
     *
     * @param base the kernel's types, which the modules' build on
     * @return the modules' types, each named like its module
     * @throws IOException if the package cannot be read any more
     * @throws ImageFormatException if it is damaged
     */
    public List<Btf> modules(Btf base) throws IOException {
        String subject = String.valueOf(file.getFileName());
        List<Btf> modules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (FileChannel channel = FileChannel.open(file); Arena arena = Arena.ofConfined()) {
            MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            requirePackage(data, subject);
            DebianArchive.read(data, subject, (path, bytes) -> {
                Matcher module = MODULE.matcher(path);
                if (module.matches()) {
                    String name = moduleName(module.group(1));
                    if (names.add(name)) {
                        module(bytes(bytes, MAX_MODULE_BYTES), base, name, subject + "[" + path + "]")
                                .ifPresent(modules::add);
                    }
                }
            });
        }
        return modules;
    }

    /** {@return the name that the kernel gives a module, from that of its file} */
    static String moduleName(String fileName) {
        return fileName.replace('-', '_');
    }

    /**
     * Reads the types of one module, which may be compressed.
     *
     * @return the types, empty where it has none that fit the base
     */
    static Optional<Btf> module(MemorySegment file, Btf base, String name, String subject) {
        MemorySegment plain = Compression.of(file)
                .map(compression -> compression.expand(file, MAX_MODULE_BYTES, subject, 0)).orElse(file);
        ElfFile elf = ElfFile.parse(plain, subject);
        // A base of its own is a selection of the kernel's types, which have other ids there.
        if (elf.section(".BTF.base").isPresent()) {
            return Optional.empty();
        }
        return elf.section(".BTF").map(section -> Btf.parseSplit(
                MemorySegment.ofArray(section.data().toArray(ValueLayout.JAVA_BYTE)), base, name));
    }

    private static MemorySegment bytes(InputStream in, long limit) throws IOException {
        ExpandedBytes bytes = new ExpandedBytes(limit);
        bytes.drain(in);
        return bytes.from(0);
    }

    private static void requirePackage(MemorySegment data, String subject) {
        if (!DebianArchive.is(data)) {
            throw new ImageFormatException(subject + ": 0x0: no Debian package");
        }
    }
}
