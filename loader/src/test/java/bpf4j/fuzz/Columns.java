package bpf4j.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers the fields of one file by column. */
final class Columns {

    private record Key(String name, int bytes) {
    }

    private final Map<Key, List<Integer>> offsets = new LinkedHashMap<>();

    void add(String name, int bytes, int offset) {
        offsets.computeIfAbsent(new Key(name, bytes), _ -> new ArrayList<>()).add(offset);
    }

    /** Words of 32 bits: each of the first {@code headerBytes} is a column, all others are one. */
    void addWords(String name, int from, int to, int headerBytes) {
        for (int at = from; at + 4 <= to; at += 4) {
            add(at - from < headerBytes ? "%s header at 0x%x".formatted(name, at - from) : name, 4, at);
        }
    }

    List<Column> list() {
        return offsets.entrySet().stream()
                .map(e -> new Column(e.getKey().name, e.getKey().bytes, List.copyOf(e.getValue()))).toList();
    }
}
