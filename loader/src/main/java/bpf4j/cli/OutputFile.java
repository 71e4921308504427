package bpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes what a command's user names a file for. */
final class OutputFile {

    private OutputFile() {
    }

    /**
     * Writes a file, over what is there.
     *
     * @param file the file
     * @param bytes its contents
     * @throws FailureException if it cannot be written
     */
    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }
}
