package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@KernelTest
class MapCursorKernelTest {

    private static final int ROUNDS = 20_000;

    private static BpfMap<Integer, Long> many(LoadedObject loaded) {
        return BpfMap.of(loaded.map("many"), Integer.class, Long.class);
    }

    @Test
    void readsWritesAndDeletes() throws IOException {
        try (LoadedObject loaded = families(); MapCursor cursor = many(loaded).cursor()) {
            cursor.key().set(ValueLayout.JAVA_INT, 0, 5);
            cursor.value().set(ValueLayout.JAVA_LONG, 0, 77);
            assertFalse(cursor.lookup());
            assertEquals(77, cursor.value().get(ValueLayout.JAVA_LONG, 0));
            cursor.update(LoadedMap.BPF_NOEXIST);
            assertThrows(KernelException.class, () -> cursor.update(LoadedMap.BPF_NOEXIST));
            cursor.value().fill((byte) 0);
            assertTrue(cursor.lookup());
            assertEquals(77, cursor.value().get(ValueLayout.JAVA_LONG, 0));
            assertEquals(77L, many(loaded).get(5));
            assertTrue(cursor.lookupAndDelete());
            assertFalse(cursor.delete());
        }
    }

    @Test
    void goesThroughAllElementsAndBeginsAgain() throws IOException {
        try (LoadedObject loaded = families(); MapCursor cursor = many(loaded).cursor()) {
            many(loaded).putAll(Map.of(1, 10L, 2, 20L, 3, 30L));
            for (int round = 0; round < 2; round++) {
                Set<Integer> seen = new HashSet<>();
                while (cursor.next()) {
                    int key = cursor.key().get(ValueLayout.JAVA_INT, 0);
                    assertEquals(10L * key, cursor.value().get(ValueLayout.JAVA_LONG, 0));
                    assertTrue(seen.add(key));
                }
                assertEquals(Set.of(1, 2, 3), seen);
            }
            assertTrue(cursor.next());
            cursor.rewind();
            int deleted = 0;
            while (cursor.next()) {
                assertTrue(cursor.delete());
                deleted++;
            }
            assertEquals(3, deleted);
            assertFalse(cursor.next());
        }
    }

    private long work(MapCursor cursor) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            cursor.key().set(ValueLayout.JAVA_INT, 0, i & 63);
            cursor.value().set(ValueLayout.JAVA_LONG, 0, i);
            cursor.update();
            if (cursor.lookup()) {
                sum += cursor.value().get(ValueLayout.JAVA_LONG, 0);
            }
            if (cursor.next()) {
                sum++;
            }
        }
        return sum;
    }

    /** A smallest object has 16 bytes: one for each of the 60,000 operations would be a megabyte. */
    @Test
    void operationsMakeNoGarbage() throws IOException {
        try (LoadedObject loaded = families(); MapCursor cursor = many(loaded).cursor()) {
            long allocated = AllocatedBytes.of(() -> work(cursor), ROUNDS);
            assertTrue(allocated <= ROUNDS, "allocated " + allocated + " bytes in " + 3 * ROUNDS + " operations");
        }
    }
}
