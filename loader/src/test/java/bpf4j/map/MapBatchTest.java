package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeMaps;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.MapAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches of a kernel that answers as a real one does at bad moments. */
class MapBatchTest {

    private static MapBatch batch(TableKernel kernel, int capacity) {
        return BpfMap.of(FakeMaps.open(kernel, MapType.BPF_MAP_TYPE_HASH, 4, 4, 1000), Codec.INT, Codec.INT)
                .batch(capacity);
    }

    private static List<Integer> keys(MapBatch batch, int count) {
        return IntStream.range(0, count).map(i -> batch.keys().getAtIndex(ValueLayout.JAVA_INT, i)).boxed().toList();
    }

    /** Until Linux 6.13 the batches of maps without buckets of their own end so where elements vanish under them. */
    @Test
    void interruptedBatchIsNotLost() {
        int[] turn = new int[1];
        TableKernel kernel = new TableKernel() {
            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                turn[0]++;
                if (turn[0] == 1 || turn[0] == 3) {
                    MapAttr.Batch.COUNT.set(attr, 0);
                    return -Errno.EINTR.number();
                }
                int status = super.bpf(command, attr, sizeBytes);
                return turn[0] == 2 ? -Errno.EINTR.number() : status;
            }
        };
        IntStream.range(0, 25).forEach(i -> kernel.table.put(i, i));
        try (MapBatch batch = batch(kernel, 15)) {
            assertEquals(0, batch.next());
            assertEquals(IntStream.range(0, 10).boxed().toList(), keys(batch, batch.next()));
            assertEquals(0, batch.next());
            assertEquals(IntStream.range(10, 25).boxed().toList(), keys(batch, batch.next()));
            assertEquals(-1, batch.next());
        }
    }

    @Test
    void takenElementsAreGone() {
        TableKernel kernel = TableKernel.with(25);
        List<Integer> taken = new ArrayList<>();
        try (MapBatch batch = batch(kernel, 10)) {
            for (int count = batch.takeNext(); count >= 0; count = batch.takeNext()) {
                taken.addAll(keys(batch, count));
            }
            assertEquals(IntStream.range(0, 25).boxed().toList(), taken);
            assertTrue(kernel.table.isEmpty());
        }
    }

    @Test
    void deletionPassesOverKeysThatAreNotThere() {
        TableKernel kernel = TableKernel.with(10);
        try (MapBatch batch = batch(kernel, 7)) {
            int[] keys = {50, 3, 60, 61, 4, 5, 70};
            MemorySegment.copy(keys, 0, batch.keys(), ValueLayout.JAVA_INT, 0, keys.length);
            assertEquals(0, batch.delete(0));
            assertEquals(3, batch.delete(7));
            assertEquals(Set.of(0, 1, 2, 6, 7, 8, 9), kernel.table.keySet());
            assertThrows(IndexOutOfBoundsException.class, () -> batch.delete(8));
        }
    }

    @Test
    void refusedDeletionTellsHowFarItCame() {
        TableKernel kernel = TableKernel.with(10);
        kernel.poison = 4;
        try (MapBatch batch = batch(kernel, 4)) {
            int[] keys = {1, 99, 2, 4};
            MemorySegment.copy(keys, 0, batch.keys(), ValueLayout.JAVA_INT, 0, keys.length);
            assertEquals(3, assertThrows(BatchException.class, () -> batch.delete(4)).completed());
        }
    }

    @Test
    void flagsReachTheKernel() {
        List<Long> flags = new ArrayList<>();
        TableKernel kernel = new TableKernel() {
            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                flags.add(MapAttr.Batch.ELEM_FLAGS.get(attr));
                return super.bpf(command, attr, sizeBytes);
            }
        };
        try (MapBatch batch = batch(kernel, 4)) {
            batch.update(1, 4);
            batch.next(4);
            batch.rewind();
            batch.next();
            batch.update(1);
        }
        assertEquals(List.of(4L, 4L, 0L, 0L), flags);
    }
}
