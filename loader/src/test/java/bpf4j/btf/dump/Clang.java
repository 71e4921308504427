package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The compiler that the tests check C against; without one they are skipped, unless BPF4J_CLANG=required. */
final class Clang {

    private static final List<String> NAMES = List.of("clang-19", "clang-20", "clang-21", "clang");

    private Clang() {
    }

    /** Compiles C for BPF and requires that the compiler has nothing to say. {@return the object file} */
    static Path compile(Path source, String... options) {
        Path object = source.resolveSibling(source.getFileName() + ".o");
        List<String> command = new ArrayList<>(List.of(find(), "--target=bpf", "-g", "-O2", "-Wall", "-Werror",
                "-ferror-limit=10", "-c", source.toString(), "-o", object.toString()));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes());
            assertEquals(0, process.waitFor(), said);
            assertEquals("", said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        }
        return object;
    }

    /** Skips a test where there is none. */
    static void assumeInstalled() {
        find();
    }

    private static String find() {
        Optional<String> found = NAMES.stream()
                .filter(name -> Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)))).findFirst();
        if (found.isEmpty()) {
            if ("required".equals(System.getenv("BPF4J_CLANG"))) {
                fail("no clang on the PATH");
            }
            abort("no clang on the PATH");
        }
        return found.get();
    }
}
