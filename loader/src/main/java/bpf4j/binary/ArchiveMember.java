package bpf4j.binary;

import bpf4j.elf.ElfFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * A library inside of a zip archive, as Android's packages have them: the dynamic linker maps it from there, so that
 * for the kernel its code is code of the archive. It is stored as it is and starts at the start of a page.
 *
 * @param archive the archive
 * @param name the library's name in it: {@code lib/arm64-v8a/libx.so}
 * @param offset where it starts, in bytes from the start of the archive
 * @param sizeBytes how long it is
 */
public record ArchiveMember(Path archive, String name, long offset, long sizeBytes) {

    private static final String SEPARATOR = "!/";
    /** What divides the size of a page of every machine. */
    private static final int PAGE_BYTES = 4096;

    /**
     * Finds the library that a path names as {@code ARCHIVE!/NAME}.
     *
     * @param path a path
     * @return where the library is; empty if the path is of another form, or a file has it as its path
     * @throws IOException if there is no such archive or no such file in it, or the file is compressed there or does
     *     not start at a page, so that nothing can run it from there
     */
    public static Optional<ArchiveMember> find(Path path) throws IOException {
        String text = path.toString();
        int separator = text.indexOf(SEPARATOR);
        if (separator <= 0 || Files.exists(path)) {
            return Optional.empty();
        }
        Path archive = Path.of(text.substring(0, separator));
        String name = text.substring(separator + SEPARATOR.length());
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(archive)) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            ZipDirectory.Place place = new ZipDirectory(bytes, archive.toString()).find(name)
                    .orElseThrow(() -> new FileNotFoundException(
                            "%s: the archive has no file '%s'".formatted(archive, name)));
            if (place.offset() % PAGE_BYTES != 0) {
                throw new ZipException(("%s: '%s' starts at 0x%x, not at a page: nothing can run it from inside of the "
                        + "archive").formatted(archive, name, place.offset()));
            }
            return Optional.of(new ArchiveMember(archive, name, place.offset(), place.sizeBytes()));
        }
    }

    /** Maps and parses it. */
    ElfFile map(Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            if (sizeBytes > channel.size() - offset) {
                throw new ZipException(archive + ": it has changed while it was read");
            }
            return ElfFile.parse(channel.map(FileChannel.MapMode.READ_ONLY, offset, sizeBytes, arena), name);
        }
    }
}
