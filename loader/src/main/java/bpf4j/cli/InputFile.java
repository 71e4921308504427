package bpf4j.cli;

import bpf4j.elf.ElfFile;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Checks that come before a file is mapped, for messages that name the mistake. */
final class InputFile {

    private InputFile() {
    }

    /** {@return the same path, if there is something to read} */
    static Path check(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new IOException("is a directory");
        }
        return file;
    }

    /**
     * Reads an ELF file for a command about nothing else.
     *
     * @param file the file
     * @return the ELF file, checked to be a BPF object
     * @throws FailureException if it is not usable
     */
    static ElfFile elf(Path file) {
        try {
            return ElfFile.read(check(file)).requireBpfObject();
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }

    /**
     * Reads an object for a command about nothing else.
     *
     * @param file the file
     * @return the object
     * @throws FailureException if it is not usable
     */
    static BpfObject object(Path file) {
        try {
            return BpfObject.read(check(file));
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }
}
