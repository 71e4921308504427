package bpf4j.kernel;

import bpf4j.reloc.SourceLine;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * A program's machine code: what the kernel has compiled its instructions to ("jited"), as bytes. They are not
 * disassembled here; each function has its address, and with types the C lines that places in it come from. An
 * immutable copy; safe for use by several threads.
 *
 * @param functions the functions, the program's own first; at least one
 */
public record JitedCode(List<Function> functions) {

    /** Copies the list. */
    public JitedCode {
        functions = List.copyOf(functions);
    }

    /**
     * A function.
     *
     * @param symbol its name in {@code /proc/kallsyms}: {@code bpf_prog_}, its tag, and its C name
     * @param declaration its C declaration; empty if the program came without types, or they are hidden
     * @param address where it is in the kernel's memory
     * @param code its bytes
     * @param lines the C lines, offsets rising; none if the program came without
     */
    public record Function(String symbol, Optional<String> declaration, long address, byte[] code, List<Line> lines) {

        /** Copies what can change. */
        public Function {
            code = code.clone();
            lines = List.copyOf(lines);
        }

        /** {@return a copy of its bytes} */
        @Override
        public byte[] code() {
            return code.clone();
        }

        @Override
        public String toString() {
            return "%s at 0x%x, %d bytes".formatted(symbol, address, code.length);
        }
    }

    /**
     * A C line.
     *
     * @param offsetBytes where its code begins in the function
     * @param source the line
     */
    public record Line(int offsetBytes, SourceLine source) {
    }

    /** {@return the bytes of all functions, one behind the other} */
    public byte[] image() {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        functions.forEach(function -> image.writeBytes(function.code));
        return image.toByteArray();
    }
}
