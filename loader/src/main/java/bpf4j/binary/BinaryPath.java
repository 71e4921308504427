package bpf4j.binary;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds a file that is named as in a section name: {@code libc.so.6}, {@code bash}, {@code /usr/bin/bash}. A name with
 * a slash is a path and stays as it is, also if it leads into an archive: {@code /data/app.apk!/lib/arm64-v8a/libx.so}.
 * One that ends with {@code .so} or a version behind it is looked for where glibc's dynamic linker looks: in {@code
 * LD_LIBRARY_PATH}, its cache, in which variants for particular processors do not count, and the usual folders; others
 * where the shell looks.
 */
public final class BinaryPath {

    private static final List<String> LIBRARY_FOLDERS = List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib",
            "/usr/local/lib64", "/usr/local/lib");
    private static final List<String> PROGRAM_FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

    private final Map<String, String> environment;
    private final String osArch;
    private final Path cache;

    BinaryPath(Map<String, String> environment, String osArch, Path cache) {
        this.environment = environment;
        this.osArch = osArch;
        this.cache = cache;
    }

    /**
     * Finds a file on this system.
     *
     * @param name a path with a slash, or a file's name
     * @return its path
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static Path resolve(String name) throws IOException {
        return new BinaryPath(System.getenv(), System.getProperty("os.arch"), LinkerCache.SYSTEM).find(name);
    }

    Path find(String name) throws IOException {
        if (name.isEmpty()) {
            throw new FileNotFoundException("the name of the file is empty");
        }
        try {
            if (name.contains("/")) {
                // Whether it is there is better said by opening it.
                return Path.of(name);
            }
            return isLibrary(name) ? library(name) : inFolders(programFolders(), name, Files::isExecutable)
                    .orElseThrow(() -> missing(name, programFolders()));
        } catch (InvalidPathException e) {
            throw new FileNotFoundException(e.getMessage());
        }
    }

    private static boolean isLibrary(String name) {
        return name.endsWith(".so") || name.contains(".so.");
    }

    private Path library(String name) throws FileNotFoundException {
        List<String> own = variable("LD_LIBRARY_PATH");
        return inFolders(own, name, Files::isReadable)
                .or(() -> LinkerCache.read(cache, osArch).find(name).map(Path::of).filter(Files::isReadable))
                .or(() -> inFolders(libraryFolders(), name, Files::isReadable))
                .orElseThrow(() -> missing(name, Stream.concat(own.stream(), libraryFolders().stream()).toList()));
    }

    private static Optional<Path> inFolders(List<String> folders, String name, Predicate<Path> isUsable) {
        return folders.stream().map(folder -> Path.of(folder, name))
                .filter(path -> Files.isRegularFile(path) && isUsable.test(path)).findFirst();
    }

    private static FileNotFoundException missing(String name, List<String> folders) {
        return new FileNotFoundException("%s: not in any of %s; give its path".formatted(name,
                String.join(", ", folders)));
    }

    /** The folders that a program is looked for in, in order. */
    List<String> programFolders() {
        return Stream.concat(variable("PATH").stream(), PROGRAM_FOLDERS.stream()).distinct().toList();
    }

    /** The folders that a library is looked for in at last, in order. */
    List<String> libraryFolders() {
        String multiarch = multiarch();
        return Stream.concat(Stream.of("/lib/", "/usr/lib/").map(folder -> folder + multiarch),
                LIBRARY_FOLDERS.stream()).toList();
    }

    private List<String> variable(String name) {
        return Arrays.stream(environment.getOrDefault(name, "").split(":")).filter(folder -> !folder.isEmpty())
                .toList();
    }

    /** Debian's name of the machine, which is GNU's. */
    private String multiarch() {
        return switch (osArch) {
            case "amd64" -> "x86_64-linux-gnu";
            case "ppc64le" -> "powerpc64le-linux-gnu";
            default -> osArch + "-linux-gnu";
        };
    }
}
