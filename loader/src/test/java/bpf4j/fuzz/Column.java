package bpf4j.fuzz;

import java.util.List;

/**
 * One field of a format, wherever a file has it: {@code sh_size} of all section headers, for instance. A mutator picks
 * a column first, so that the few fields of headers are met as often as the many of tables.
 *
 * @param name what the format calls it
 * @param bytes how wide it is
 * @param offsets where it stands in the file
 */
record Column(String name, int bytes, List<Integer> offsets) {
}
