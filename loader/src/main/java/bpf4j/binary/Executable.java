package bpf4j.binary;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.sys.Watch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * An executable or a shared library, mapped into memory while this is open, which may be inside of an archive. The
 * names that were stripped from it are looked for where debugging symbols are: in the file with the same build id
 * below {@code /usr/lib/debug}, in the one that {@code .gnu_debuglink} names, and packed into the file itself, for
 * which XZ for Java has to be there. Safe for use by several threads.
 */
public final class Executable implements AutoCloseable {

    private final Path opened;
    private final Optional<ArchiveMember> member;
    private final Arena arena;
    private final ElfFile file;
    private final StrippedSymbols stripped;
    private final Watch watch;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Executable(Path opened, Optional<ArchiveMember> member, Arena arena, ElfFile file, Path debugFolder) {
        this.opened = opened;
        this.member = member;
        this.arena = arena;
        this.file = file;
        this.stripped = new StrippedSymbols(new DebugFiles(file, path(), debugFolder), arena);
        this.watch = Watch.over(arena.scope(), "file " + opened, () -> { });
    }

    /**
     * Opens a file.
     *
     * @param path the file; {@link BinaryPath} finds one by its name. {@code ARCHIVE!/NAME} is a library inside of a
     *     zip archive
     * @return the file, the caller's to close
     * @throws IOException if it cannot be opened
     * @throws ElfFormatException if it is no 64-bit ELF executable or shared library
     */
    public static Executable open(Path path) throws IOException {
        return open(path, DebugFiles.SYSTEM);
    }

    static Executable open(Path path, Path debugFolder) throws IOException {
        Optional<ArchiveMember> member = ArchiveMember.find(path);
        Arena arena = Arena.ofShared();
        try {
            ElfFile file = member.isPresent() ? member.get().map(arena) : ElfFile.map(path, arena);
            if (file.type() != Elf.ET_EXEC && file.type() != Elf.ET_DYN) {
                throw new ElfFormatException(("%s: e_type: %d is neither ET_EXEC (2) nor ET_DYN (3): "
                        + "not an executable or a shared library").formatted(file.name(), file.type()));
            }
            return new Executable(path, member, arena, file, debugFolder);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** {@return the file on disk: the path that was opened, or of a library inside of an archive the archive} */
    public Path path() {
        return member.map(ArchiveMember::archive).orElse(opened);
    }

    /** {@return where the file starts in the file on disk, in bytes: 0 unless it is inside of an archive} */
    public long startOffset() {
        return member.map(ArchiveMember::offset).orElse(0L);
    }

    /** {@return the model of the file, usable until this is closed; its offsets are from the file's own start} */
    public ElfFile elf() {
        return file;
    }

    /** The names that were stripped, looked for once, when they are needed. */
    private static final class StrippedSymbols implements FunctionFinder.Symbols {

        private final DebugFiles files;
        private final Arena arena;
        private boolean isFound;
        private Optional<ElfFile> found = Optional.empty();
        private String advice = "";

        StrippedSymbols(DebugFiles files, Arena arena) {
            this.files = files;
            this.arena = arena;
        }

        @Override
        public synchronized Optional<ElfFile> find() {
            if (!isFound) {
                advice = files.place().map(place -> "; a package with debugging symbols would bring " + place)
                        .orElse("");
                try {
                    found = files.find(arena);
                } catch (NoClassDefFoundError _) {
                    advice = "; they are packed into it, and unpacking them takes org.tukaani:xz at run time";
                }
                isFound = true;
            }
            return found;
        }

        @Override
        public synchronized String advice() {
            return advice;
        }
    }

    /**
     * Looks for a function by its name. Of several of one name, a weak one gives way to others; of those that a file
     * exports under one name in several versions, the name has to say which.
     *
     * @param name {@code function}, {@code function@VERSION}, or {@code function@@VERSION} if the version has to be the
     *     default one
     * @return what was found
     * @throws ElfFormatException if the file's tables are damaged
     */
    public FunctionLookup function(String name) {
        return new FunctionFinder(file, startOffset(), stripped).find(name);
    }

    /**
     * Lists functions.
     *
     * @param isWanted chooses by the name without a version; called for every name that the file has for a function
     * @return the functions that the file defines, one for each place, in the order of their places; may be empty
     * @throws ElfFormatException if the file's tables are damaged
     */
    public List<FunctionSymbol> functions(Predicate<String> isWanted) {
        return new FunctionFinder(file, startOffset(), stripped).all(isWanted);
    }

    /**
     * Reads the USDT probes: section {@code .note.stapsdt}.
     *
     * @return all places of all probes in file order; empty if the file has none
     * @throws ElfFormatException if a note is malformed or its place is in no segment
     */
    public List<UsdtProbe> usdtProbes() {
        return new UsdtNotes(file, startOffset()).read();
    }

    /** Unmaps the file. Idempotent. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            watch.end();
            arena.close();
        }
    }

    @Override
    public String toString() {
        return opened.toString();
    }
}
