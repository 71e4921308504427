package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.LoadedObject;
import bpf4j.sys.Errno;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KernelTest
class MapBatchKernelTest {

    private static final int ELEMENTS = 50;
    private static final int ROUNDS = 20_000;

    private static BpfMap<Integer, Long> many(LoadedObject loaded) {
        return BpfMap.of(loaded.map("many"), Integer.class, Long.class);
    }

    private static void fill(MapBatch batch, int first, int count) {
        for (int i = 0; i < count; i++) {
            batch.keys().setAtIndex(ValueLayout.JAVA_INT, i, first + i);
            batch.values().setAtIndex(ValueLayout.JAVA_LONG, i, 10L * (first + i));
        }
    }

    private static Map<Integer, Long> read(MapBatch batch) {
        Map<Integer, Long> elements = new HashMap<>();
        for (int count = batch.next(); count >= 0; count = batch.next()) {
            assertTrue(count <= batch.capacity());
            for (int i = 0; i < count; i++) {
                elements.merge(batch.keys().getAtIndex(ValueLayout.JAVA_INT, i),
                        batch.values().getAtIndex(ValueLayout.JAVA_LONG, i), (_, _) -> -1L);
            }
        }
        return elements;
    }

    @Test
    void writesAndReadsEachElementOnceAndBeginsAgain() throws IOException {
        try (LoadedObject loaded = families(); MapBatch batch = many(loaded).batch(32)) {
            assertEquals(Map.of(), read(batch));
            fill(batch, 0, 32);
            batch.update(32);
            fill(batch, 32, ELEMENTS - 32);
            batch.update(ELEMENTS - 32);
            batch.update(0);
            Map<Integer, Long> all = new HashMap<>();
            for (int key = 0; key < ELEMENTS; key++) {
                all.put(key, 10L * key);
            }
            assertEquals(all, read(batch));
            assertEquals(all, read(batch));
            assertTrue(batch.next() > 0);
            batch.rewind();
            assertEquals(all, read(batch));
        }
    }

    @Test
    void tellsHowManyWereWrittenBeforeTheRefusedOne() throws IOException {
        try (LoadedObject loaded = families(); MapBatch batch = many(loaded).batch(8)) {
            int room = loaded.map("many").spec().maxEntries();
            for (int key = 8; key < room + 5; key++) {
                many(loaded).put(key, 0L);
            }
            fill(batch, 0, 8);
            BatchException refused = assertThrows(BatchException.class, () -> batch.update(8));
            assertEquals(3, refused.completed());
            assertEquals(Errno.E2BIG.number(), refused.errno());
            assertEquals(room, read(batch).size());
            assertThrows(IndexOutOfBoundsException.class, () -> batch.update(9));
            assertThrows(IllegalArgumentException.class, () -> many(loaded).batch(0));
        }
    }

    @Test
    void closedIsAnIllegalState() throws IOException {
        try (LoadedObject loaded = families()) {
            MapBatch batch = many(loaded).batch(8);
            batch.close();
            batch.close();
            assertThrows(IllegalStateException.class, batch::next);
        }
    }

    private static long work(MapBatch batch) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            batch.update(ELEMENTS);
            for (int count = batch.next(); count >= 0; count = batch.next()) {
                for (int element = 0; element < count; element++) {
                    sum += batch.values().get(ValueLayout.JAVA_LONG, element * batch.valueBytes());
                }
            }
        }
        return sum;
    }

    /** One object for each of the 40,000 and more calls would be more than half a megabyte. */
    @Test
    void operationsMakeNoGarbage() throws IOException {
        try (LoadedObject loaded = families(); MapBatch batch = many(loaded).batch(64)) {
            fill(batch, 0, ELEMENTS);
            long allocated = AllocatedBytes.of(() -> work(batch), ROUNDS);
            assertTrue(allocated <= ROUNDS, "allocated " + allocated + " bytes in " + 2 * ROUNDS + " calls and more");
        }
    }
}
