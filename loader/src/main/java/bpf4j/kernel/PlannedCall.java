package bpf4j.kernel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * One call of {@code bpf(2)} that a load would make.
 *
 * @param command the command's name, {@code BPF_MAP_CREATE}
 * @param attributes the fields of the attr that are not zero, by the kernel's names and in its order. Descriptors are
 *     names of what they are for: {@code map:events}, {@code prog:main}, {@code btf}; numbers that stand for something
 *     have its name, ids of the kernel's types that of the type. What a pointer leads to is given in its place, long
 *     values by size and the start of their SHA-256
 * @param result what the call makes, by the name that later calls have for its descriptor; empty for others
 * @param code the instructions that it loads as text, with names for descriptors and ids; empty for others
 */
public record PlannedCall(String command, SequencedMap<String, String> attributes, Optional<String> result,
        List<String> code) {

    /** Copies map and list. */
    public PlannedCall {
        Objects.requireNonNull(command);
        Objects.requireNonNull(result);
        attributes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
        code = List.copyOf(code);
    }

    /** {@return the call on one line, for instance {@code BPF_MAP_FREEZE map_fd=map:.rodata}} */
    @Override
    public String toString() {
        String fields = attributes.entrySet().stream().map(each -> " " + each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining());
        return command + fields + result.map(name -> " -> " + name).orElse("");
    }
}
