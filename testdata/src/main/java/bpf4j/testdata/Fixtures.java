package bpf4j.testdata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files below {@code testdata/}. The folder is named by the system property {@code bpf4j.testdata}, which the build
 * sets; without it, {@code ../testdata} of the module that runs.
 */
public final class Fixtures {

    private static final Path ROOT =
            Path.of(System.getProperty("bpf4j.testdata", "../testdata")).toAbsolutePath().normalize();

    private Fixtures() {
    }

    /** {@return the file or folder {@code name} below {@code testdata/}, whether or not it exists} */
    public static Path path(String name) {
        return ROOT.resolve(name);
    }

    /** {@return the compiled object {@code testdata/obj/NAME}, for instance {@code maps-el.o}} */
    public static Path object(String name) {
        return path("obj").resolve(name);
    }

    /** {@return the compiled object of that name for this machine's byte order, for instance {@code maps}} */
    public static Path nativeObject(String name) {
        return object(name + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "-el.o" : "-eb.o"));
    }

    /** {@return the bytes of the file {@code name} below {@code testdata/}} */
    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the files directly in {@code folder} below {@code testdata/} whose names end in {@code suffix}, sorted;
     * never empty, so that a test over fixtures cannot pass by finding none}
     */
    public static List<Path> list(String folder, String suffix) {
        List<Path> found;
        try (Stream<Path> files = Files.list(path(folder))) {
            found = files.filter(f -> f.getFileName().toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no *" + suffix + " in " + path(folder));
        }
        return found;
    }

    /** {@return every compiled object in {@code testdata/obj}, both byte orders, sorted} */
    public static List<Path> objects() {
        return list("obj", ".o");
    }
}
