package bpf4j.insn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Assembled instructions, with the names that are still to be resolved: what {@link Assembler#assemble} makes. Printed
 * as text it has a line for each instruction, in the notation of {@link Disassembler}. Immutable and thread-safe.
 */
public final class Code {

    /** What an instruction refers to by name; the thing itself is known only where the code becomes a program. */
    public sealed interface Symbol {

        /** {@return the name} */
        String name();

        /**
         * A map, of which a two-slot load takes the descriptor.
         *
         * @param name the map's name
         */
        record Map(String name) implements Symbol {
        }

        /**
         * A place in the first value of an array map, of which a two-slot load takes the address.
         *
         * @param name the map's name
         * @param offsetBytes where in the value
         */
        record MapValue(String name, int offsetBytes) implements Symbol {
        }

        /**
         * A global variable of the object, of which a two-slot load takes the address.
         *
         * @param name the variable's name, which may have its section and a colon before it
         */
        record Variable(String name) implements Symbol {
        }

        /**
         * A function outside of this code, which is called or whose address a two-slot load takes.
         *
         * @param name the function's name
         */
        record Function(String name) implements Symbol {
        }

        /**
         * A kernel function that is called, or of which a two-slot load takes the address.
         *
         * @param name the function's name
         */
        record Kfunc(String name) implements Symbol {
        }

        /**
         * A symbol of the kernel, of which a two-slot load takes the address.
         *
         * @param name the symbol's name
         */
        record Ksym(String name) implements Symbol {
        }

        /**
         * A variable of the kernel by its type, of which a two-slot load takes the address.
         *
         * @param name the variable's name
         */
        record KernelVariable(String name) implements Symbol {
        }
    }

    /**
     * Where instructions come from.
     *
     * @param file name of the file
     * @param line line number, from 0 to {@link #MAX_LINE}
     * @param text the line
     */
    public record Source(String file, int line, String text) {

        /** What line info has room for. */
        public static final int MAX_LINE = (1 << 22) - 1;

        /**
         * Refuses what line info cannot hold.
         *
         * @throws IllegalArgumentException if the line is out of range, or file or text are not one line
         */
        public Source {
            requireOneLine(file);
            requireOneLine(text);
            if (line < 0 || line > MAX_LINE) {
                throw new IllegalArgumentException("line %d is not from 0 to %d".formatted(line, MAX_LINE));
            }
        }

        private static void requireOneLine(String text) {
            if (text.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
                throw new IllegalArgumentException("source '%s' is not one line of text"
                        .formatted(text.replace('\0', ' ')));
            }
        }
    }

    /**
     * A function in the code: the entry, or what is called by a label.
     *
     * @param label the label, empty for the entry
     * @param insnIndex where it starts
     * @param slotCount how long it is, in 8-byte slots
     */
    public record Part(String label, int insnIndex, int slotCount) {
    }

    private final long[] slots;
    private final SortedMap<Integer, Symbol> symbols;
    private final SortedMap<Integer, String> jumps;
    private final List<Part> parts;
    private final NavigableMap<Integer, List<String>> labels;
    private final SortedMap<Integer, Source> sources;

    /**
     * @param jumps the labels that jumps and calls go to, by instruction
     * @param labels where the labels are
     * @param sources where instructions come from, by the first of them
     */
    Code(long[] slots, SortedMap<Integer, Symbol> symbols, SortedMap<Integer, String> jumps, List<Part> parts,
            Map<String, Integer> labels, SortedMap<Integer, Source> sources) {
        this.slots = slots;
        this.symbols = Collections.unmodifiableSortedMap(new TreeMap<>(symbols));
        this.jumps = new TreeMap<>(jumps);
        this.parts = List.copyOf(parts);
        this.labels = new TreeMap<>();
        labels.forEach((name, at) -> this.labels.computeIfAbsent(at, _ -> new ArrayList<>()).add(name));
        this.sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
    }

    /** {@return a copy of the slots; those with a {@linkplain #symbols symbol} have no number for it yet} */
    public long[] slots() {
        return slots.clone();
    }

    /** {@return the length in 8-byte slots} */
    public int slotCount() {
        return slots.length;
    }

    /** {@return what instructions refer to by name, by their (first) slots} */
    public SortedMap<Integer, Symbol> symbols() {
        return symbols;
    }

    /**
     * {@return where instructions come from, by the first (slot) of those that come from one line; empty if unknown}
     */
    public SortedMap<Integer, Source> sources() {
        return sources;
    }

    /** {@return the functions in the code, the entry first} */
    public List<Part> parts() {
        return parts;
    }

    /**
     * Writes the code as text.
     *
     * @return one line for each instruction; names stand in place of numbers that are not known yet
     */
    public List<Disassembler.Line> lines() {
        return disassembler().lines(slots);
    }

    /**
     * Writes an instruction as text.
     *
     * @param insnIndex its (first) slot
     * @return its text, as in {@link #lines}
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public String text(int insnIndex) {
        return disassembler().line(slots, insnIndex).text();
    }

    private Disassembler disassembler() {
        return Disassembler.naming(index -> Optional.ofNullable(symbols.get(index)).map(Code::text)
                .or(() -> Optional.ofNullable(Insn.isCall(slots[index]) || Insn.isLoadImm64(slots[index])
                        ? jumps.get(index) : null)));
    }

    static String text(Symbol symbol) {
        return symbol instanceof Symbol.MapValue(String map, int offsetBytes)
                ? "%s%+d".formatted(map, offsetBytes) : symbol.name();
    }

    /** {@return the code as text, labels and sources on lines of their own; without a line break at the end} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Disassembler.Line line : lines()) {
            labels.getOrDefault(line.insnIndex(), List.of()).forEach(name -> text.append(name).append(":\n"));
            Source source = sources.get(line.insnIndex());
            if (source != null) {
                text.append("; ").append(source.text()).append('\n');
            }
            text.append("%5d: %s".formatted(line.insnIndex(), line.text()));
            String label = jumps.get(line.insnIndex());
            if (label != null && !Insn.isCall(slots[line.insnIndex()]) && line.slotCount() == 1) {
                text.append(" <").append(label).append('>');
            }
            text.append('\n');
        }
        return text.substring(0, text.length() - 1);
    }
}
