package bpf4j.check;

import bpf4j.reloc.SourceLine;
import java.util.Objects;
import java.util.Optional;

/**
 * Something about an object and a kernel that does not go together, or may not.
 *
 * @param severity what it means for loading
 * @param rule which of the checks found it
 * @param subject what it is about: {@code program 'main'}, {@code map 'events'}, {@code extern 'CONFIG_HZ'}
 * @param problem one sentence, without the subject; near names are part of it
 * @param source the C source line, where there is one
 */
public record Finding(Severity severity, Rule rule, String subject, String problem, Optional<SourceLine> source) {

    /** The checks. */
    public enum Rule {
        /** The file is a BPF object, of the kernel's byte order. */
        OBJECT,
        /** CO-RE relocations have an answer. */
        RELOCATION,
        /** Nothing that the loader made unusable is reached. */
        POISON,
        /** Externs have a value: configuration, symbols, kernel functions. */
        EXTERN,
        /** The kernel has what a program is for. */
        ATTACH_TARGET,
        /** struct_ops variables fit. */
        STRUCT_OPS,
        /** The kernel knows the map types and flags, and takes the sizes. */
        MAP,
        /** The kernel knows the program types and attach types. */
        PROGRAM,
        /** The kernel has the helpers. */
        HELPER,
        /** The kernel knows the instructions. */
        INSTRUCTION,
        /** The license allows what the programs do. */
        LICENSE
    }

    /** Checks that nothing is null. */
    public Finding {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(rule);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(problem);
        Objects.requireNonNull(source);
    }

    /** {@return subject and problem} */
    @Override
    public String toString() {
        return subject + ": " + problem + source.map(line -> " (" + line + ")").orElse("");
    }
}
