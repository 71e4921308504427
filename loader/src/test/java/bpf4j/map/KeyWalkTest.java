package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.FakeMaps;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.MapAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Walks through maps that do not go on as hash tables do. */
class KeyWalkTest {

    /** A table as storage of cgroups is: behind a key that is gone there is nothing. */
    private static final class StorageKernel extends TableKernel {

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            long key = command == BpfCommand.BPF_MAP_GET_NEXT_KEY ? MapAttr.Elem.KEY.get(attr) : 0;
            if (key != 0 && !table.containsKey(
                    MemorySegment.ofAddress(key).reinterpret(Integer.BYTES).get(ValueLayout.JAVA_INT, 0))) {
                return -Errno.ENOENT.number();
            }
            return super.bpf(command, attr, sizeBytes);
        }
    }

    @Test
    void elementsBehindOneThatVanishedAreSeen() {
        StorageKernel kernel = new StorageKernel();
        IntStream.range(0, 20).forEach(i -> kernel.table.put(i, i));
        List<Integer> seen = new ArrayList<>();
        BpfMap.of(FakeMaps.open(kernel, MapType.BPF_MAP_TYPE_CGROUP_STORAGE, 4, 4, 0), Codec.INT, Codec.INT).stream()
                .forEach(entry -> {
                    seen.add(entry.getKey());
                    if (entry.getKey() == 5) {
                        kernel.table.remove(6);
                    } else if (entry.getKey() == 18) {
                        kernel.table.remove(19);
                    }
                });
        assertEquals(IntStream.range(0, 19).filter(i -> i != 6).boxed().toList(), seen);
    }
}
