package bpf4j.cli;

import bpf4j.btf.BtfFormatException;
import bpf4j.btf.rewrite.BaseMismatchException;
import bpf4j.elf.ElfFormatException;
import bpf4j.image.ImageFormatException;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.VerifierException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.object.ProgramSpec;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.SourceLine;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What went wrong with one object, in the words and fields that users get.
 *
 * @param step what was being done: {@code READ}, {@code RELOCATE}, {@code OPTIONS}, or a {@link bpf4j.kernel.Step}
 * @param program the program concerned, if it is one
 * @param errno the kernel's error number, 0 where it has none to say
 * @param errnoName its name, empty for 0
 * @param message one sentence
 * @param source the C source line, where it is known
 * @param cause the exception
 */
record Failure(String step, Optional<String> program, int errno, String errnoName, String message,
        Optional<SourceLine> source, Exception cause) {

    /**
     * Says what an exception means.
     *
     * @param e what the reader, the loader or the kernel threw
     * @param object the object, if it could be read
     * @return the failure; step {@code INTERNAL} if no mistake of a user leads to it
     */
    static Failure of(Exception e, Optional<BpfObject> object) {
        return switch (e) {
            case VerifierException v -> new Failure(v.step().name(), Optional.of(v.program()), v.errno(), v.errnoName(),
                    v.getMessage(), v.source(), v);
            case KernelException k -> new Failure(k.step().name(), program(k.subject(), object), k.errno(),
                    k.errnoName(), k.getMessage(), Optional.empty(), k);
            case RelocationException r -> new Failure("RELOCATE", program(r.subject(), object), 0, "", r.getMessage(),
                    r.source(), r);
            case ElfFormatException f -> simple("READ", f.getMessage(), f);
            case BtfFormatException f -> simple("READ", f.getMessage(), f);
            case ObjectFormatException f -> simple("READ", f.getMessage(), f);
            case BaseMismatchException m -> simple("RELOCATE", m.getMessage(), m);
            case ImageFormatException f -> simple("READ", f.getMessage(), f);
            case IOException io -> simple("READ", message(io), io);
            case NoSuchElementException n -> simple("OPTIONS", n.getMessage(), n);
            default -> simple("INTERNAL",
                    "internal error, please report it with what BPF4J_STACKTRACE=1 prints: " + e, e);
        };
    }

    private static Failure simple(String step, String message, Exception cause) {
        return new Failure(step, Optional.empty(), 0, "", message, Optional.empty(), cause);
    }

    /** The subjects of exceptions are for people; here they are compared with what the object has. */
    private static Optional<String> program(String subject, Optional<BpfObject> object) {
        return object.stream().flatMap(o -> o.programs().stream()).map(ProgramSpec::name)
                .filter(name -> subject.equals(name) || subject.equals("program '" + name + "'")).findFirst();
    }

    /** Exceptions of the file system have the path as their message, and the problem as their class. */
    static String message(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> e.getMessage() == null ? "cannot be read" : e.getMessage();
        };
    }
}
