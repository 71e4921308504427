package bpf4j.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text compared with a committed file; {@code -Dgolden.update=true} writes the file instead. */
public final class Golden {

    private Golden() {
    }

    /** Asserts that {@code actual} is what {@code testdata/NAME} holds. */
    public static void check(String name, String actual) {
        Path file = Fixtures.path(name);
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertEquals(Files.readString(file), actual, () -> "differs from " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
