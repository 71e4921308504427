package bpf4j.binary;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds a file that is named as in a section name: {@code libc.so.6}, {@code bash}, {@code /usr/bin/bash}. A name with
 * a slash is a path and stays as it is, also if it leads into an archive: {@code /data/app.apk!/lib/arm64-v8a/libx.so}.
 * One with {@code .so} in it is looked for where the dynamic linker looks,
 * without its cache and its configuration; others where the shell looks.
 */
public final class BinaryPath {

    private static final List<String> LIBRARY_FOLDERS = List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib",
            "/usr/local/lib64", "/usr/local/lib");
    private static final List<String> PROGRAM_FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

    private final Map<String, String> environment;
    private final String osArch;

    BinaryPath(Map<String, String> environment, String osArch) {
        this.environment = environment;
        this.osArch = osArch;
    }

    /**
     * Finds a file on this system.
     *
     * @param name a path with a slash, or a file's name
     * @return its path
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static Path resolve(String name) throws IOException {
        return new BinaryPath(System.getenv(), System.getProperty("os.arch")).find(name);
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
            List<String> folders = folders(name);
            return folders.stream().map(folder -> Path.of(folder, name))
                    .filter(path -> Files.isRegularFile(path) && Files.isReadable(path)).findFirst()
                    .orElseThrow(() -> new FileNotFoundException(
                            "%s: not in any of %s; give its path".formatted(name, String.join(", ", folders))));
        } catch (InvalidPathException e) {
            throw new FileNotFoundException(e.getMessage());
        }
    }

    /** The folders that a name is looked for in, in order. */
    List<String> folders(String name) {
        boolean isLibrary = name.contains(".so");
        List<String> result = new ArrayList<>(Arrays.stream(
                environment.getOrDefault(isLibrary ? "LD_LIBRARY_PATH" : "PATH", "").split(":"))
                .filter(folder -> !folder.isEmpty()).toList());
        if (isLibrary) {
            String multiarch = multiarch();
            Stream.of("/lib/", "/usr/lib/").map(folder -> folder + multiarch).forEach(result::add);
            result.addAll(LIBRARY_FOLDERS);
        } else {
            result.addAll(PROGRAM_FOLDERS);
        }
        return result.stream().distinct().toList();
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
