package bpf4j.link;

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
 * @param path the file
 * @param executable its symbols and notes
 */
record TargetFile(String description, Path path, Executable executable) implements AutoCloseable {

    /** Finds and opens a file that has to be looked into. */
    static TargetFile open(String description, String binary) {
        Path path = find(description, binary);
        try {
            return new TargetFile(description, path, Executable.open(path));
        } catch (NoSuchFileException e) {
            throw missing(description, binary, "there is no file " + path);
        } catch (IOException | ElfFormatException e) {
            throw new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
        }
    }

    /** Finds a file of which only the name is needed. */
    static Path find(String description, String binary) {
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
                            .formatted(path, name, functions.stream().map(FunctionSymbol::toString)
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
                    "%s has no function with a name like '%s'".formatted(path, glob.pattern()), List.of());
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
        return new MissingTargetException(description, name, path + ": " + reason, near.names());
    }

    private static MissingTargetException missing(String description, String binary, String problem) {
        return new MissingTargetException(description, binary, problem, List.of());
    }

    @Override
    public void close() {
        executable.close();
    }
}
