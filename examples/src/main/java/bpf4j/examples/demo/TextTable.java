package bpf4j.examples.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns for people, as wide as their contents. The first column is aligned to the left, the others to the right. */
public final class TextTable {

    private static final String INDENT = "  ";
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /**
     * Starts with the columns' names.
     *
     * @param header the names
     */
    public TextTable(String... header) {
        rows.add(List.of(header));
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are columns
     * @return this table
     */
    public TextTable row(Object... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + rows.getFirst().size());
        }
        rows.add(List.of(cells).stream().map(Object::toString).toList());
        return this;
    }

    /**
     * Prints header and rows.
     *
     * @param out where to
     */
    public void print(PrintStream out) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(INDENT);
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : GAP + padding + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
