package bpf4j.reloc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The table of a kernel's symbols, as text in the form of {@code /proc/kallsyms}: address, type letter, name and maybe
 * a module on each line. The table has some 200,000 lines, so it is read once for all names that are looked for, and
 * never held. Thread-safe if its source is.
 */
public final class Kallsyms {

    /** Opens the text. */
    @FunctionalInterface
    public interface Source {

        /**
         * Opens the text from its beginning.
         *
         * @return the stream, which the reader closes
         * @throws IOException if it cannot be opened
         */
        InputStream open() throws IOException;
    }

    /**
     * One line of the table.
     *
     * @param address the address, 0 if the kernel hides it
     * @param type the letter of {@code nm}: {@code t}, {@code T}, {@code w} and {@code W} are functions
     * @param name the name
     * @param module the module that the symbol belongs to, empty for the kernel proper
     */
    public record Symbol(long address, char type, String name, String module) {

        /** {@return whether this is code} */
        public boolean isFunction() {
            return "tTwW".indexOf(type) >= 0;
        }
    }

    /** The kernel's {@code KSYM_NAME_LEN} is 512; with address and module no line comes near this. */
    private static final int MAX_LINE_BYTES = 4096;
    private static final int BUFFER_BYTES = 1 << 16;
    /** What link-time optimization puts between the name of a promoted static variable and a hash. */
    private static final String LLVM_SUFFIX = ".llvm.";

    private final String name;
    private final Source source;

    /**
     * Makes a table.
     *
     * @param name what messages call it, for instance the file's path
     * @param source opens the text
     */
    public Kallsyms(String name, Source source) {
        this.name = Objects.requireNonNull(name);
        this.source = Objects.requireNonNull(source);
    }

    /**
     * Looks symbols up, in one pass over the text. A variable that link-time optimization has renamed to {@code
     * NAME.llvm.HASH} is found by {@code NAME}.
     *
     * @param names what to look for
     * @return the addresses of those that are there
     * @throws RelocationException if a name has two addresses, the kernel hides its addresses, or the text is malformed
     * @throws UncheckedIOException if the text cannot be read
     */
    public Map<String, Long> addresses(Set<String> names) {
        Lookup lookup = look(names);
        if (lookup.ambiguity != null) {
            throw lookup.ambiguity;
        }
        if (!lookup.anyAddress && !lookup.found.isEmpty()) {
            throw fail(lookup.found.keySet().iterator().next(), "the kernel shows every address as zero: reading them "
                    + "needs CAP_SYSLOG, and kernel.kptr_restrict below 2");
        }
        return lookup.found;
    }

    /**
     * Asks which symbols there are, wherever they are. Works also where the kernel hides its addresses.
     *
     * @param names what to look for
     * @return those that are there
     * @throws RelocationException if the text is malformed
     * @throws UncheckedIOException if the text cannot be read
     */
    public Set<String> listed(Set<String> names) {
        return Set.copyOf(look(names).found.keySet());
    }

    /**
     * Shows every symbol, in one pass over the text. Works also where the kernel hides its addresses.
     *
     * @param each is given the symbols in the order of the text
     * @throws RelocationException if the text is malformed
     * @throws UncheckedIOException if the text cannot be read
     */
    public void forEach(Consumer<Symbol> each) {
        read((address, type, symbol, module) -> each.accept(new Symbol(address, type, symbol, module)));
    }

    /**
     * Names addresses, in one pass over the text. Where several symbols have one address the first counts.
     *
     * @param addresses what to look for
     * @return the symbols of those that begin one; none where the kernel hides its addresses
     * @throws RelocationException if the text is malformed
     * @throws UncheckedIOException if the text cannot be read
     */
    public Map<Long, String> names(Set<Long> addresses) {
        Map<Long, String> found = new HashMap<>();
        read((address, type, symbol, module) -> {
            if (address != 0 && addresses.contains(address)) {
                found.putIfAbsent(address, symbol);
            }
        });
        return found;
    }

    private Lookup look(Set<String> names) {
        Lookup lookup = new Lookup(names);
        read(lookup);
        return lookup;
    }

    private void read(Sink sink) {
        try (InputStream in = source.open()) {
            new Pass(sink).read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + e.getMessage(), e);
        }
    }

    private RelocationException fail(String symbol, String problem) {
        return new RelocationException("extern '" + symbol + "'", name + ": " + problem, Optional.empty(), null);
    }

    @Override
    public String toString() {
        return name;
    }

    private interface Sink {
        void symbol(long address, char type, String symbol, String module);
    }

    private final class Pass {

        private final Sink sink;
        private final byte[] line = new byte[MAX_LINE_BYTES];
        private long lineNumber;

        Pass(Sink sink) {
            this.sink = sink;
        }

        void read(InputStream in) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        takeLine(length);
                        length = 0;
                    } else if (length == MAX_LINE_BYTES) {
                        lineNumber++;
                        throw malformed("more than " + MAX_LINE_BYTES + " bytes");
                    } else {
                        line[length++] = buffer[i];
                    }
                }
            }
            if (length > 0) {
                takeLine(length);
            }
        }

        private void takeLine(int length) {
            lineNumber++;
            int at = 0;
            long address = 0;
            for (int digit; at < length && (digit = Character.digit(line[at], 16)) >= 0; at++) {
                address = address << 4 | digit;
            }
            // Address, space, letter, space, and at least one character of the name.
            if (at == 0 || at > 16 || at + 3 >= length || line[at] != ' ' || line[at + 2] != ' ') {
                throw malformed("not an address, a letter and a name");
            }
            int start = at + 3;
            int end = start;
            while (end < length && line[end] != '\t' && line[end] != ' ') {
                end++;
            }
            sink.symbol(address, (char) (line[at + 1] & 0xff), text(start, end), module(end, length));
        }

        /** The name in brackets behind the symbol's. */
        private String module(int from, int length) {
            boolean module = from + 3 <= length && line[from + 1] == '[' && line[length - 1] == ']';
            return module ? text(from + 2, length - 1) : "";
        }

        private String text(int start, int end) {
            return new String(line, start, end - start, StandardCharsets.ISO_8859_1);
        }

        private RelocationException malformed(String problem) {
            return new RelocationException(name, "line " + lineNumber + ": " + problem, Optional.empty(), null);
        }
    }

    private final class Lookup implements Sink {

        private final Set<String> names;
        private final Map<String, Long> found = new HashMap<>();
        private boolean anyAddress;
        private RelocationException ambiguity;

        Lookup(Set<String> names) {
            this.names = names;
        }

        @Override
        public void symbol(long address, char type, String symbol, String module) {
            anyAddress |= address != 0;
            String wanted = symbol;
            if (!names.contains(symbol)) {
                int suffix = isVariable(type) ? symbol.indexOf(LLVM_SUFFIX) : -1;
                if (suffix <= 0) {
                    return;
                }
                wanted = symbol.substring(0, suffix);
                if (!names.contains(wanted)) {
                    return;
                }
            }
            Long other = found.putIfAbsent(wanted, address);
            if (other != null && other != address && ambiguity == null) {
                ambiguity = fail(wanted, "two symbols have this name, at 0x%x and 0x%x".formatted(other, address));
            }
        }

        /** Initialised, zeroed or read-only data, global or local. A function's clone is another function. */
        private static boolean isVariable(char type) {
            return "dDbBrR".indexOf(type) >= 0;
        }
    }
}
