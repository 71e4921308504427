package bpf4j.map;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;

/**
 * The values that an element of a per-CPU map has, one for each CPU that the machine may ever have. Immutable.
 *
 * @param cpus the numbers of the CPUs, ascending; some may be left out
 * @param values their values, in the same order
 * @param <V> the type of a value
 */
public record PerCpuValues<V>(List<Integer> cpus, List<V> values) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if they have not the same length
     */
    public PerCpuValues {
        cpus = List.copyOf(cpus);
        values = List.copyOf(values);
        if (cpus.size() != values.size()) {
            throw new IllegalArgumentException("%d values for %d CPUs".formatted(values.size(), cpus.size()));
        }
    }

    /**
     * Gets the value of a CPU.
     *
     * @param cpu the CPU's number
     * @return its value
     * @throws NoSuchElementException if the machine cannot have such a CPU
     */
    public V get(int cpu) {
        int index = cpus.indexOf(cpu);
        if (index < 0) {
            throw new NoSuchElementException("no CPU %d, only %s".formatted(cpu, cpus));
        }
        return values.get(index);
    }

    /**
     * Changes the value of a CPU.
     *
     * @param cpu the CPU's number
     * @param value its value
     * @return the changed copy
     * @throws NoSuchElementException if the machine cannot have such a CPU
     */
    public PerCpuValues<V> with(int cpu, V value) {
        get(cpu);
        List<V> changed = new ArrayList<>(values);
        changed.set(cpus.indexOf(cpu), value);
        return new PerCpuValues<>(cpus, changed);
    }

    /**
     * Adds up a number of each CPU.
     *
     * @param number takes the number out of a value
     * @return the sum, which may wrap around
     */
    public long sum(ToLongFunction<? super V> number) {
        long sum = 0;
        for (V value : values) {
            sum += number.applyAsLong(value);
        }
        return sum;
    }

    /**
     * Joins the values into one.
     *
     * @param join joins two
     * @return the joined value
     */
    public V reduce(BinaryOperator<V> join) {
        return values.stream().reduce(join).orElseThrow();
    }
}
