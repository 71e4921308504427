package bpf4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns for people: as wide as their contents, and together no wider than the terminal. */
final class Table {

    private static final String INDENT = "  ";
    private static final String GAP = "  ";
    /** A cell that is cut ends in this. */
    private static final String CUT = "..";
    /** Narrower columns are not cut. */
    private static final int READABLE = 8;

    private final int columnCount;
    private final boolean[] numbers;
    private final List<String[]> rows = new ArrayList<>();

    /** Starts with the names of the columns. */
    Table(String... headers) {
        columnCount = headers.length;
        numbers = new boolean[columnCount];
        Arrays.fill(numbers, true);
        rows.add(headers);
    }

    /** Adds a row, cells without a column left out; columns that hold numbers only are aligned to the right. */
    Table row(Object... cells) {
        String[] row = new String[columnCount];
        for (int i = 0; i < columnCount; i++) {
            numbers[i] &= cells[i] instanceof Number;
            row[i] = cells[i].toString();
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** {@return header and rows, without spaces at the end} */
    List<String> lines(int columns) {
        int[] widths = widths(columns);
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder(INDENT);
        for (int i = 0; i < columnCount; i++) {
            String cell = row[i].length() <= widths[i] ? row[i] : row[i].substring(0, widths[i] - CUT.length()) + CUT;
            String padding = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP).append(numbers[i] ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private int[] widths(int columns) {
        int[] widths = new int[columnCount];
        for (String[] row : rows) {
            for (int i = 0; i < columnCount; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        long spare = (long) columns - INDENT.length() - (long) GAP.length() * (columnCount - 1)
                - Arrays.stream(widths).asLongStream().sum();
        for (; spare < 0; spare++) {
            int widest = 0;
            for (int i = 1; i < columnCount; i++) {
                if (widths[i] > widths[widest]) {
                    widest = i;
                }
            }
            if (widths[widest] <= READABLE) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }
}
