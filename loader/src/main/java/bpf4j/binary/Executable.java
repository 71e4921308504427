package bpf4j.binary;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.sys.Watch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * An executable or a shared library, mapped into memory while this is open. Safe for use by several threads.
 */
public final class Executable implements AutoCloseable {

    private final Path path;
    private final Arena arena;
    private final ElfFile file;
    private final Watch watch;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Executable(Path path, Arena arena, ElfFile file) {
        this.path = path;
        this.arena = arena;
        this.file = file;
        this.watch = Watch.over(arena.scope(), "file " + path, () -> { });
    }

    /**
     * Opens a file.
     *
     * @param path the file; {@link BinaryPath} finds one by its name
     * @return the file, the caller's to close
     * @throws IOException if it cannot be opened
     * @throws ElfFormatException if it is no 64-bit ELF executable or shared library
     */
    public static Executable open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            ElfFile file = ElfFile.map(path, arena);
            if (file.type() != Elf.ET_EXEC && file.type() != Elf.ET_DYN) {
                throw new ElfFormatException(("%s: e_type: %d is neither ET_EXEC (2) nor ET_DYN (3): "
                        + "not an executable or a shared library").formatted(file.name(), file.type()));
            }
            return new Executable(path, arena, file);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** {@return the path that was opened} */
    public Path path() {
        return path;
    }

    /** {@return the model of the file, usable until this is closed} */
    public ElfFile elf() {
        return file;
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
        return new FunctionFinder(file).find(name);
    }

    /**
     * Lists functions.
     *
     * @param isWanted chooses by the name without a version; called for every name that the file has for a function
     * @return the functions that the file defines, one for each place, in the order of their places; may be empty
     * @throws ElfFormatException if the file's tables are damaged
     */
    public List<FunctionSymbol> functions(Predicate<String> isWanted) {
        return new FunctionFinder(file).all(isWanted);
    }

    /**
     * Reads the USDT probes: section {@code .note.stapsdt}.
     *
     * @return all places of all probes in file order; empty if the file has none
     * @throws ElfFormatException if a note is malformed or its place is in no segment
     */
    public List<UsdtProbe> usdtProbes() {
        return new UsdtNotes(file).read();
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
        return path.toString();
    }
}
