package bpf4j.binary;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Finds the symbol table that was stripped from a file: in a separate file, by build id or by {@code .gnu_debuglink},
 * or packed into the file itself, {@code .gnu_debugdata}. Source: the chapter on separate debug files of GDB's manual,
 * which also has the order.
 */
final class DebugFiles {

    /** Where packages of debugging symbols put them. */
    static final Path SYSTEM = Path.of("/usr/lib/debug");

    private static final int NT_GNU_BUILD_ID = 3;
    private static final long CHUNK_BYTES = 1 << 30;

    private final ElfFile file;
    private final Path path;
    private final Path folder;

    /**
     * Makes a search.
     *
     * @param file the stripped file
     * @param path where that is
     * @param folder the root of debug files
     */
    DebugFiles(ElfFile file, Path path, Path folder) {
        this.file = file;
        this.path = path;
        this.folder = folder;
    }

    /** What {@code .gnu_debuglink} says: the name of the file and the checksum of all its bytes. */
    private record DebugLink(String name, int crc) {
    }

    /**
     * Finds a symbol table.
     *
     * @param arena how long the file that has it stays mapped
     * @return the file; empty if there is none
     * @throws ElfFormatException if what is packed into the file is damaged
     * @throws NoClassDefFoundError if the decoder for it is not there at run time
     */
    Optional<ElfFile> find(Arena arena) {
        Optional<String> buildId = buildId(file);
        Optional<ElfFile> separate = buildId.map(this::byBuildId)
                .flatMap(candidate -> open(candidate, arena, found -> buildId(found).equals(buildId)));
        Optional<DebugLink> link = separate.isPresent() ? Optional.empty() : debugLink();
        if (link.isPresent()) {
            separate = besides(link.get().name).stream().flatMap(candidate -> open(candidate, arena, found ->
                    buildId.isPresent() && buildId(found).isPresent() ? buildId(found).equals(buildId)
                            : checksum(candidate) == link.get().crc).stream()).findFirst();
        }
        return separate.or(() -> file.section(PackedSymbols.SECTION)
                .map(section -> PackedSymbols.unpack(file, section)));
    }

    /** {@return where a package puts the symbols of a file of this build; empty if the file does not say its build} */
    Optional<Path> place() {
        return buildId(file).map(this::byBuildId);
    }

    private interface Check {
        boolean fits(ElfFile found) throws IOException;
    }

    /** Another build's file, or a damaged one, is as good as none. */
    private static Optional<ElfFile> open(Path candidate, Arena arena, Check check) {
        if (!Files.isRegularFile(candidate)) {
            return Optional.empty();
        }
        try {
            ElfFile found = ElfFile.map(candidate, arena);
            return hasSymbols(found) && check.fits(found) ? Optional.of(found) : Optional.empty();
        } catch (IOException | ElfFormatException _) {
            return Optional.empty();
        }
    }

    /** {@return whether a file has the table of all symbols} */
    static boolean hasSymbols(ElfFile file) {
        return file.sections().stream().anyMatch(section -> section.type() == Elf.SHT_SYMTAB);
    }

    private Path byBuildId(String buildId) {
        return folder.resolve(".build-id").resolve(buildId.substring(0, 2)).resolve(buildId.substring(2) + ".debug");
    }

    /** {@return the build id in hex; an id of one byte would leave no name for its file} */
    private static Optional<String> buildId(ElfFile file) {
        return file.section(".note.gnu.build-id").filter(section -> section.type() == Elf.SHT_NOTE)
                .stream().flatMap(section -> file.notes(section).stream())
                .filter(note -> note.owner().equals("GNU") && note.type() == NT_GNU_BUILD_ID
                        && note.description().byteSize() > 1)
                .findFirst()
                .map(note -> HexFormat.of().formatHex(note.description().toArray(ValueLayout.JAVA_BYTE)));
    }

    /** A name, NULs up to a multiple of four bytes, and the checksum. */
    private Optional<DebugLink> debugLink() {
        MemorySegment bytes = file.section(".gnu_debuglink").map(ElfSection::data).orElse(MemorySegment.NULL);
        long end = 0;
        while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        long checksum = end + Integer.BYTES & -Integer.BYTES;
        if (end == 0 || checksum + Integer.BYTES > bytes.byteSize()) {
            return Optional.empty();
        }
        return Optional.of(new DebugLink(
                new String(bytes.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8),
                bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(file.order()), checksum)));
    }

    private Set<Path> besides(String name) {
        Set<Path> result = new LinkedHashSet<>();
        if (name.contains("/")) {
            return result;
        }
        try {
            Path file = Path.of(name);
            for (Path from : List.copyOf(names())) {
                Path parent = from.getParent();
                result.add(parent.resolve(file));
                result.add(parent.resolve(".debug").resolve(file));
                result.add(folder.resolve(parent.getRoot().relativize(parent)).resolve(file));
            }
            result.removeAll(names());
        } catch (InvalidPathException _) {
            // No file has such a name.
        }
        return result;
    }

    /** The file's path, and the one without symbolic links. */
    private Set<Path> names() {
        Set<Path> result = new LinkedHashSet<>(List.of(path.toAbsolutePath().normalize()));
        try {
            result.add(path.toRealPath());
        } catch (IOException _) {
            // It was opened by this path a moment ago; the first one will do.
        }
        return result;
    }

    private static int checksum(Path candidate) throws IOException {
        CRC32 crc = new CRC32();
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(candidate)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            for (long at = 0; at < bytes.byteSize(); at += CHUNK_BYTES) {
                crc.update(bytes.asSlice(at, Math.min(CHUNK_BYTES, bytes.byteSize() - at)).asByteBuffer());
            }
        }
        return (int) crc.getValue();
    }
}
