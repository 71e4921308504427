package bpf4j.cli;

import java.util.List;

/** One element for people. */
final class ElementText {

    private ElementText() {
    }

    /** Prints key and value on a line, or the values of a per-CPU map below their key. */
    static void print(Console console, ElementFormat format, byte[] key, byte[] value) {
        List<String> values = format.values(value);
        if (!format.isPerCpu()) {
            console.out().println(key.length == 0 ? "value: " + values.getFirst()
                    : "key: %s  value: %s".formatted(format.key(key), values.getFirst()));
        } else {
            console.out().println("key: " + format.key(key));
            values.forEach(line -> console.out().println("  " + line));
        }
    }
}
