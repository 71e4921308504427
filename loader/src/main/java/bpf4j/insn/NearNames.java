package bpf4j.insn;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The names nearest to one that was not found, for a message. Offered names are kept only while they are among the
 * best. Not thread-safe.
 */
public final class NearNames {

    private static final int COUNT = 3;
    /** Longer names are no slip of the pen, and the table of distances stays small. */
    private static final int MAX_LENGTH = 128;

    private record Near(String name, int distance) {
    }

    private final String wanted;
    private final int maxDistance;
    private final TreeSet<Near> best =
            new TreeSet<>(Comparator.comparingInt(Near::distance).thenComparing(Near::name));

    /**
     * Starts a search.
     *
     * @param wanted the name that was not found
     */
    public NearNames(String wanted) {
        this.wanted = wanted;
        this.maxDistance = Math.max(1, wanted.length() / 4);
    }

    /**
     * Compares a name that is there.
     *
     * @param name the name; empty and very long ones are passed over
     */
    public void offer(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || wanted.length() > MAX_LENGTH || name.equals(wanted)) {
            return;
        }
        int limit = best.size() < COUNT ? maxDistance : best.last().distance();
        if (Math.abs(name.length() - wanted.length()) > limit) {
            return;
        }
        int distance = distance(name, limit);
        if (distance <= limit) {
            best.add(new Near(name, distance));
            if (best.size() > COUNT) {
                best.pollLast();
            }
        }
    }

    /** {@return the nearest first, at most three; empty if none is near} */
    public List<String> names() {
        return best.stream().map(Near::name).toList();
    }

    /** {@return the end of a message: {@code "; near: a, b"}, empty if none is near} */
    public String hint() {
        return best.isEmpty() ? "" : "; near: " + String.join(", ", names());
    }

    /** Insertions, deletions and replacements that make one name the other; some number above the limit if more. */
    private int distance(String name, int limit) {
        int[] row = new int[wanted.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= name.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            int least = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (name.charAt(i - 1) == wanted.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > limit) {
                return least;
            }
        }
        return row[wanted.length()];
    }
}
