package bpf4j.map;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * A kernel with one hash table of ints to ints, in the order of its keys, ten keys to a bucket. Batches go by bucket as
 * the real one's do, and the key after one that is gone is the first.
 */
class TableKernel implements Kernel {

    static final int BUCKET = 10;

    final TreeMap<Integer, Integer> table = new TreeMap<>();
    final List<BpfCommand> calls = new ArrayList<>();
    final Map<BpfCommand, Errno> refused = new EnumMap<>(BpfCommand.class);
    /** Is run before each call, with its index. */
    IntConsumer before = _ -> { };
    /** A batch stops before this key. */
    int poison = -1;
    int closed;

    static TableKernel with(int count) {
        TableKernel kernel = new TableKernel();
        for (int i = 0; i < count; i++) {
            kernel.table.put(i, i * i);
        }
        return kernel;
    }

    long count(BpfCommand command) {
        return calls.stream().filter(command::equals).count();
    }

    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        before.accept(calls.size());
        calls.add(command);
        if (refused.containsKey(command)) {
            return -refused.get(command).number();
        }
        return switch (command) {
            case BPF_MAP_LOOKUP_ELEM, BPF_MAP_LOOKUP_AND_DELETE_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM,
                    BPF_MAP_GET_NEXT_KEY -> element(command, attr);
            case BPF_MAP_LOOKUP_BATCH -> read(attr, false);
            case BPF_MAP_LOOKUP_AND_DELETE_BATCH -> read(attr, true);
            case BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH -> write(command, attr);
            default -> throw new AssertionError(command);
        };
    }

    private int element(BpfCommand command, MemorySegment attr) {
        MemorySegment value = memory(MapAttr.Elem.VALUE.get(attr));
        Integer key = MapAttr.Elem.KEY.get(attr) == 0 ? null
                : memory(MapAttr.Elem.KEY.get(attr)).get(ValueLayout.JAVA_INT, 0);
        if (command == BpfCommand.BPF_MAP_GET_NEXT_KEY) {
            Integer next = key != null && table.containsKey(key) ? table.higherKey(key)
                    : table.isEmpty() ? null : table.firstKey();
            if (next == null) {
                return -Errno.ENOENT.number();
            }
            value.set(ValueLayout.JAVA_INT, 0, next);
            return 0;
        }
        if (command == BpfCommand.BPF_MAP_UPDATE_ELEM) {
            if (key == poison) {
                return -Errno.E2BIG.number();
            }
            table.put(key, value.get(ValueLayout.JAVA_INT, 0));
            return 0;
        }
        if (!table.containsKey(key)) {
            return -Errno.ENOENT.number();
        }
        if (command != BpfCommand.BPF_MAP_DELETE_ELEM) {
            value.set(ValueLayout.JAVA_INT, 0, table.get(key));
        }
        if (command != BpfCommand.BPF_MAP_LOOKUP_ELEM) {
            table.remove(key);
        }
        return 0;
    }

    private int read(MemorySegment attr, boolean delete) {
        int room = MapAttr.Batch.COUNT.get(attr);
        int bucket = MapAttr.Batch.IN_BATCH.get(attr) == 0 ? 0
                : memory(MapAttr.Batch.IN_BATCH.get(attr)).get(ValueLayout.JAVA_INT, 0);
        int last = table.isEmpty() ? -1 : table.lastKey() / BUCKET;
        int total = 0;
        int status = 0;
        for (; bucket <= last; bucket++) {
            List<Integer> keys = List.copyOf(table.subMap(bucket * BUCKET, (bucket + 1) * BUCKET).keySet());
            if (keys.size() > room - total) {
                status = total == 0 ? -Errno.ENOSPC.number() : 0;
                break;
            }
            for (Integer key : keys) {
                memory(MapAttr.Batch.KEYS.get(attr)).setAtIndex(ValueLayout.JAVA_INT, total, key);
                memory(MapAttr.Batch.VALUES.get(attr)).setAtIndex(ValueLayout.JAVA_INT, total, table.get(key));
                total++;
            }
            if (delete) {
                keys.forEach(table::remove);
            }
        }
        MapAttr.Batch.COUNT.set(attr, total);
        memory(MapAttr.Batch.OUT_BATCH.get(attr)).set(ValueLayout.JAVA_INT, 0, bucket);
        return bucket > last ? -Errno.ENOENT.number() : status;
    }

    private int write(BpfCommand command, MemorySegment attr) {
        int wanted = MapAttr.Batch.COUNT.get(attr);
        for (int i = 0; i < wanted; i++) {
            int key = memory(MapAttr.Batch.KEYS.get(attr)).getAtIndex(ValueLayout.JAVA_INT, i);
            Errno errno = key == poison ? Errno.E2BIG : null;
            if (command == BpfCommand.BPF_MAP_UPDATE_BATCH) {
                if (errno == null) {
                    table.put(key, memory(MapAttr.Batch.VALUES.get(attr)).getAtIndex(ValueLayout.JAVA_INT, i));
                }
            } else if (table.remove(key) == null) {
                errno = Errno.ENOENT;
            }
            if (errno != null) {
                MapAttr.Batch.COUNT.set(attr, i);
                return -errno.number();
            }
        }
        return 0;
    }

    private static MemorySegment memory(long address) {
        return MemorySegment.ofAddress(address).reinterpret(1 << 20);
    }

    @Override
    public int close(int fd) {
        closed++;
        return 0;
    }
}
