package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
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
    void deletesAndTakes() throws IOException {
        try (LoadedObject loaded = families(); MapBatch batch = many(loaded).batch(32)) {
            fill(batch, 0, 32);
            batch.update(32);
            assertEquals(Errno.EINVAL.number(), assertThrows(BatchException.class,
                    () -> batch.update(32, LoadedMap.BPF_NOEXIST), "batches know one flag only").errno());
            fill(batch, 16, 32);
            assertEquals(16, batch.delete(32));
            Map<Integer, Long> taken = new HashMap<>();
            for (int count = batch.takeNext(); count >= 0; count = batch.takeNext()) {
                for (int i = 0; i < count; i++) {
                    taken.put(batch.keys().getAtIndex(ValueLayout.JAVA_INT, i),
                            batch.values().getAtIndex(ValueLayout.JAVA_LONG, i));
                }
            }
            assertEquals(16, taken.size());
            assertTrue(taken.entrySet().stream().allMatch(e -> e.getKey() < 16 && e.getValue() == 10L * e.getKey()));
            assertEquals(Map.of(), read(batch));
        }
        try (LoadedObject loaded = families();
                MapBatch array = BpfMap.of(loaded.map("totals"), Codec.INT, Codec.bytes(16)).batch(5)) {
            assertThrows(KernelException.class, array::takeNext);
            assertThrows(BatchException.class, () -> array.delete(1));
        }
    }

    /** A trie has batches too, by key, since Linux 5.6 with the other maps. */
    @Test
    void triesAreReadInBatches() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<IpPrefix, Integer> routes = BpfMap.of(loaded.map("routes6"), IpPrefix.class, Integer.class);
            for (int i = 0; i < 20; i++) {
                routes.put(IpPrefix.parse("2001:db8:%x::/48".formatted(i)), i);
            }
            int sum = 0;
            try (MapBatch batch = routes.batch(7)) {
                for (int count = batch.next(); count >= 0; count = batch.next()) {
                    for (int i = 0; i < count; i++) {
                        sum += batch.values().getAtIndex(ValueLayout.JAVA_INT, i);
                    }
                }
            }
            assertEquals(190, sum);
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
