package bpf4j.check;

import bpf4j.image.ModuleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the kernels that words of a command line name. */
public final class KernelSources {

    /** The word for the kernel that this process runs on. */
    public static final String RUNNING = "running";

    /** What is taken for a kernel in a folder; a file that is named itself may have any name. */
    private static final Pattern KERNEL = Pattern.compile(
            "(?:vmlinu[xz]|bzImage|Image).*|.*\\.btf(?:\\.tar)?(?:\\.(?:gz|xz|zst|bz2|lzma|lz4))?"
                    + "|linux-image-.*\\.deb");

    private KernelSources() {
    }

    /**
     * Finds the kernels.
     *
     * @param words {@value #RUNNING}, files, and folders, of which all kernels in and below are taken, by name. A
     *     kernel module ({@code .ko}) belongs to the kernel before it
     * @return the kernels in the order of the words; none is read yet
     * @throws IOException if there is no such file, a folder cannot be read or has no kernel in it, or a module has no
     *     kernel before it
     */
    public static List<KernelSource> find(List<String> words) throws IOException {
        List<KernelSource> found = new ArrayList<>();
        for (String word : words) {
            Path path = Path.of(word);
            if (word.equals(RUNNING)) {
                found.add(new KernelSource.Running());
            } else if (Files.isDirectory(path)) {
                found.addAll(below(path));
            } else if (!Files.exists(path)) {
                throw new NoSuchFileException(word);
            } else if (ModuleFiles.isModule(path)) {
                addModule(found, path);
            } else {
                found.add(new KernelSource.InFile(path, String.valueOf(path.getFileName()), List.of()));
            }
        }
        return withShortNames(found);
    }

    /** What names have in common says nothing; where two would be the same, both stay long. */
    private static List<KernelSource> withShortNames(List<KernelSource> sources) {
        Map<String, Long> counts = sources.stream()
                .collect(Collectors.groupingBy(source -> shortened(source.name()), Collectors.counting()));
        return sources.stream().map(source -> source instanceof KernelSource.InFile(Path file, String name,
                List<Path> modules) && counts.get(shortened(name)) == 1
                        ? new KernelSource.InFile(file, shortened(name), modules) : source).toList();
    }

    private static String shortened(String name) {
        return name.substring(name.lastIndexOf('/') + 1).replaceFirst("^(?:linux-image-|vmlinu[xz]-)", "")
                .replaceFirst("(?:_[^_]*_[^_]*\\.deb|\\.btf(?:\\.tar)?(?:\\.[a-z0-9]{2,4})?)$", "");
    }

    private static List<KernelSource> below(Path folder) throws IOException {
        List<KernelSource> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> KERNEL.matcher(String.valueOf(file.getFileName())).matches())
                    .sorted().forEach(file -> found.add(
                            new KernelSource.InFile(file, folder.relativize(file).toString(), List.of())));
        }
        if (found.isEmpty()) {
            throw new IOException("neither a kernel image nor BTF is in this folder");
        }
        return found;
    }

    private static void addModule(List<KernelSource> found, Path module) throws IOException {
        if (found.isEmpty() || !(found.getLast() instanceof KernelSource.InFile kernel)) {
            throw new IOException("a module needs the file of its kernel before it");
        }
        List<Path> modules = new ArrayList<>(kernel.modules());
        modules.add(module);
        found.set(found.size() - 1, new KernelSource.InFile(kernel.file(), kernel.name(), modules));
    }
}
