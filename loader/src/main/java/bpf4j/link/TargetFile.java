package bpf4j.link;

import bpf4j.binary.ArchiveMember;
import bpf4j.binary.BinaryPath;
import bpf4j.binary.Executable;
import bpf4j.binary.FunctionLookup;
import bpf4j.binary.FunctionSymbol;
import bpf4j.elf.ElfFormatException;
import bpf4j.insn.NearNames;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The file that user probes are put into. What it lacks is the same exception for the user as what the kernel lacks.
 *
 * @param description what is to be attached to what
 * @param executable its symbols and notes
 */
record TargetFile(String description, Executable executable) implements AutoCloseable {

    /**
     * Where a file starts.
     *
     * @param path the file on disk, which the kernel is told
     * @param offset where in it the file starts, in bytes: not 0 inside of an archive
     */
    record Start(Path path, long offset) {
    }

    /** Finds and opens a file that has to be looked into. */
    static TargetFile open(String description, String binary) {
        Path path = find(description, binary);
        try {
            return new TargetFile(description, Executable.open(path));
        } catch (NoSuchFileException e) {
            throw missing(description, binary, "there is no file " + e.getMessage());
        } catch (FileNotFoundException e) {
            throw missing(description, binary, e.getMessage());
        } catch (IOException | ElfFormatException e) {
            throw new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
        }
    }

    /** Finds a file of which only the place is needed. */
    static Start locate(String description, String binary) {
        Path path = find(description, binary);
        try {
            return ArchiveMember.find(path).map(member -> new Start(member.archive(), member.offset()))
                    .orElseGet(() -> new Start(path, 0));
        } catch (NoSuchFileException e) {
            throw missing(description, binary, "there is no file " + e.getMessage());
        } catch (FileNotFoundException e) {
            throw missing(description, binary, e.getMessage());
        } catch (IOException e) {
            throw new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
        }
    }

    /** {@return where the file starts} */
    Start start() {
        return new Start(executable.path(), executable.startOffset());
    }

    /** {@return the file on disk} */
    Path path() {
        return executable.path();
    }

    private static Path find(String description, String binary) {
        try {
            // The kernel takes it relative to the process's folder, which Java's may differ from.
            return BinaryPath.resolve(binary).toAbsolutePath();
        } catch (FileNotFoundException e) {
            throw missing(description, binary, e.getMessage());
        } catch (IOException e) {
            throw new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
        }
    }

    /** Finds a function. */
    FunctionSymbol function(String name) {
        FunctionLookup lookup;
        try {
            lookup = executable.function(name);
        } catch (ElfFormatException e) {
            throw malformed(e);
        }
        return switch (lookup) {
            case FunctionLookup.Found(FunctionSymbol function) -> function;
            case FunctionLookup.Missing(String reason) -> throw missing(name, reason);
            case FunctionLookup.Ambiguous(List<FunctionSymbol> functions) -> throw new KernelException(Step.ATTACH,
                    description, 0, "%s defines '%s' several times: %s; name a version, or give the offset in the file"
                            .formatted(executable, name, functions.stream().map(FunctionSymbol::toString)
                                    .collect(Collectors.joining(", "))));
        };
    }

    /** Finds functions by a pattern. */
    List<FunctionSymbol> functions(Glob glob) {
        List<FunctionSymbol> found;
        try {
            found = executable.functions(glob::matches);
        } catch (ElfFormatException e) {
            throw malformed(e);
        }
        if (found.isEmpty()) {
            throw new MissingTargetException(description, glob.pattern(),
                    "%s has no function with a name like '%s'".formatted(executable, glob.pattern()), List.of());
        }
        return found;
    }

    KernelException malformed(ElfFormatException e) {
        return new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
    }

    private MissingTargetException missing(String name, String reason) {
        NearNames near = new NearNames(name);
        executable.functions(other -> {
            near.offer(other);
            return false;
        });
        return new MissingTargetException(description, name, executable + ": " + reason, near.names());
    }

    private static MissingTargetException missing(String description, String binary, String problem) {
        return new MissingTargetException(description, binary, problem, List.of());
    }

    @Override
    public void close() {
        executable.close();
    }
}
