package bpf4j.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of CPUs as the kernel writes it: {@code 0-3,7}.
 *
 * @param numbers the CPUs, ascending
 */
public record CpuList(List<Integer> numbers) {

    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");
    /** {@code NR_CPUS} is at most 8192. */
    private static final int MAX_CPUS = 1 << 16;
    /**
     * Read when it is first asked for, and again if that failed: a holder class would stay broken. Several threads may
     * read it at once, the same.
     */
    private static volatile CpuList possible;

    /** Copies the numbers. */
    public CpuList {
        numbers = List.copyOf(numbers);
    }

    /**
     * Asks which CPUs are running now.
     *
     * @return the CPUs, at least one
     * @throws KernelException if the list cannot be read
     */
    public static CpuList online() {
        return read(ONLINE);
    }

    /**
     * Tells which CPUs this machine may ever have. Per-CPU maps have a value for each of them, in this order, whether
     * or not it is running. The list is read once: it does not change.
     *
     * @return the CPUs, at least one; numbers may be left out
     * @throws KernelException if the list cannot be read
     */
    public static CpuList possible() {
        CpuList known = possible;
        if (known == null) {
            known = read(POSSIBLE);
            possible = known;
        }
        return known;
    }

    static CpuList read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new KernelException(Step.QUERY, file.toString(), 0, e.toString(), e);
        }
    }

    /**
     * Reads a list.
     *
     * @throws KernelException if it is none
     */
    static CpuList parse(String text) {
        List<Integer> numbers = new ArrayList<>();
        try {
            for (String range : text.strip().split(",")) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                if (!numbers.isEmpty() && first <= numbers.getLast() || last < first || last >= MAX_CPUS) {
                    throw new NumberFormatException(range);
                }
                for (int cpu = first; cpu <= last; cpu++) {
                    numbers.add(cpu);
                }
            }
        } catch (NumberFormatException e) {
            throw new KernelException(Step.QUERY, "CPU list '" + text.strip() + "'", 0, "it is no ascending list", e);
        }
        return new CpuList(numbers);
    }

    /** {@return how many there are} */
    public int count() {
        return numbers.size();
    }

    /** {@return the highest number in it, which may be more than their count} */
    public int highest() {
        return numbers.getLast();
    }
}
