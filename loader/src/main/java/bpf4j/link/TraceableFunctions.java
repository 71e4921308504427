package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.reloc.Kallsyms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The functions that kernel function tracing can reach, out of tracefs, with their addresses out of the symbols.
 * Several static functions may share a name, of which some can be traced and others not: Linux 6.5 and later tell them
 * apart, on older kernels such names are left out.
 */
final class TraceableFunctions {

    private static final String NAMES = "available_filter_functions";
    private static final String ADDRESSES = "available_filter_functions_addrs";
    /** How far behind a function's start the place for tracing may be: landing pads, and what Arm puts there. */
    private static final int MAX_PAD_BYTES = 16;

    /** A name in one module, or in the kernel proper if that is empty. */
    private record Function(String name, String module) {
    }

    private final Glob glob;
    private final Map<Function, List<Long>> places = new HashMap<>();
    private final boolean hasAddresses;

    private TraceableFunctions(Glob glob, boolean hasAddresses) {
        this.glob = glob;
        this.hasAddresses = hasAddresses;
    }

    /**
     * Finds the functions of a pattern.
     *
     * @param glob the pattern
     * @param fs where the kernel lists functions
     * @param symbols the kernel's symbols
     * @param description what is attached to what, for messages
     * @return the functions' addresses in the order of the symbols, none twice
     * @throws KernelException if the lists cannot be read, or the kernel hides its addresses
     */
    static List<Long> addresses(Glob glob, TraceFs fs, Kallsyms symbols, String description) {
        Optional<String> withAddresses = fs.read(ADDRESSES, Step.ATTACH, description);
        String lines = withAddresses.or(() -> fs.read(NAMES, Step.ATTACH, description))
                .orElseThrow(() -> new KernelException(Step.ATTACH, description, 0,
                        "this kernel does not list functions to trace, which needs CONFIG_DYNAMIC_FTRACE"));
        return addresses(glob, lines, withAddresses.isPresent(), symbols, description);
    }

    static List<Long> addresses(Glob glob, String lines, boolean hasAddresses, Kallsyms symbols, String description) {
        return new TraceableFunctions(glob, hasAddresses).find(lines, symbols, description);
    }

    /** {@return those of some names that kernel function tracing can reach} */
    static Set<String> reachable(Set<String> names, TraceFs fs) {
        Set<String> found = new HashSet<>();
        fs.readIfPossible(NAMES).orElse("").lines()
                .map(line -> line.contains(" ") ? line.substring(0, line.indexOf(' ')) : line)
                .filter(names::contains).forEach(found::add);
        return found;
    }

    private List<Long> find(String lines, Kallsyms symbols, String description) {
        lines.lines().forEach(this::takeLine);
        Map<Function, List<Long>> starts = new HashMap<>();
        List<Long> order = new ArrayList<>();
        symbols.forEach(symbol -> {
            Function function = new Function(symbol.name(), symbol.module());
            if (symbol.isFunction() && places.containsKey(function)) {
                starts.computeIfAbsent(function, _ -> new ArrayList<>()).add(symbol.address());
                order.add(symbol.address());
            }
        });
        if (!order.isEmpty() && order.stream().allMatch(address -> address == 0)) {
            throw new KernelException(Step.ATTACH, description, 0,
                    "the kernel shows every address as zero: reading them needs CAP_SYSLOG, and kernel.kptr_restrict "
                    + "below 2; or name the functions");
        }
        Set<Long> reachable = new HashSet<>();
        starts.forEach((function, addresses) -> reachable.addAll(hasAddresses ? near(addresses, places.get(function))
                : addresses.size() == places.get(function).size() ? addresses : List.of()));
        return order.stream().filter(reachable::contains).distinct().toList();
    }

    private static List<Long> near(List<Long> starts, List<Long> places) {
        return starts.stream().filter(start -> places.stream()
                .anyMatch(place -> place - start >= 0 && place - start <= MAX_PAD_BYTES)).toList();
    }

    /** An address in front if there are addresses, then name and module. */
    private void takeLine(String line) {
        String[] words = line.split("[ \t]+");
        int first = hasAddresses ? 1 : 0;
        if (words.length <= first || !glob.matches(words[first])) {
            return;
        }
        String module = words.length > first + 1 && words[first + 1].startsWith("[")
                ? words[first + 1].substring(1, words[first + 1].length() - 1) : "";
        places.computeIfAbsent(new Function(words[first], module), _ -> new ArrayList<>())
                .add(hasAddresses ? Long.parseUnsignedLong(words[0].replaceFirst("^0x", ""), 16) : 0L);
    }
}
