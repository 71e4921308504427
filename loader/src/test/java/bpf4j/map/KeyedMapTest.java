package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeMaps;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.MapAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done with what a kernel answers, where a real one cannot be made to answer so. */
class KeyedMapTest {

    private static LoadedMap open(TableKernel kernel, MapType type) {
        return FakeMaps.open(kernel, type, 4, 4, 1000);
    }

    private static BpfMap<Integer, Integer> hash(TableKernel kernel) {
        return BpfMap.of(open(kernel, MapType.BPF_MAP_TYPE_HASH), Integer.class, Integer.class);
    }

    private static TableKernel withoutBatches(int count, Errno errno) {
        TableKernel kernel = TableKernel.with(count);
        for (BpfCommand command : List.of(BpfCommand.BPF_MAP_LOOKUP_BATCH, BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_BATCH,
                BpfCommand.BPF_MAP_UPDATE_BATCH, BpfCommand.BPF_MAP_DELETE_BATCH)) {
            kernel.refused.put(command, errno);
        }
        return kernel;
    }

    private static List<Integer> keys(BpfMap<Integer, Integer> map) {
        return map.stream().map(Map.Entry::getKey).toList();
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void streamReadsInBatches() {
        TableKernel kernel = TableKernel.with(1000);
        List<Map.Entry<Integer, Integer>> entries = hash(kernel).stream().toList();
        assertEquals(upTo(1000), entries.stream().map(Map.Entry::getKey).toList());
        assertTrue(entries.stream().allMatch(e -> e.getValue() == e.getKey() * e.getKey()));
        assertEquals(List.of(BpfCommand.BPF_MAP_LOOKUP_BATCH), kernel.calls);
    }

    @Test
    void batchGrowsUntilABucketFits() {
        TableKernel kernel = TableKernel.with(100);
        // Values of 60 KiB leave room for one element in a batch, and a bucket has ten.
        LoadedMap map = FakeMaps.open(kernel, MapType.BPF_MAP_TYPE_HASH, 4, 60 << 10, 1000);
        BpfMap<Integer, byte[]> large = BpfMap.of(map, Codec.INT, Codec.bytes(60 << 10));
        // The table writes four bytes only, each value right behind the last.
        assertEquals(upTo(100), large.stream().map(Map.Entry::getKey).toList());
        assertTrue(kernel.count(BpfCommand.BPF_MAP_LOOKUP_BATCH) > 4, kernel.calls::toString);
    }

    @Test
    void batchThatNeverFitsIsARefusal() {
        TableKernel kernel = TableKernel.with(5);
        kernel.refused.put(BpfCommand.BPF_MAP_LOOKUP_BATCH, Errno.ENOSPC);
        KernelException e = assertThrows(KernelException.class, () -> keys(hash(kernel)));
        assertEquals(Errno.ENOSPC.number(), e.errno());
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOTSUPP", "EINVAL"})
    void withoutBatchesThereAreSingleOperations(Errno errno) {
        TableKernel kernel = withoutBatches(20, errno);
        BpfMap<Integer, Integer> map = hash(kernel);
        assertEquals(upTo(20), keys(map));
        map.putAll(Map.of(100, 1, 101, 2));
        assertEquals(2, map.get(101));
        assertEquals(3, map.deleteAll(List.of(100, 5, 999, 6)));
        assertEquals(19, kernel.table.size());
        Map<Integer, Integer> drained = new TreeMap<>();
        assertEquals(19, map.drain(drained::put));
        assertEquals(19, drained.size());
        assertTrue(kernel.table.isEmpty());
        kernel.table.put(1, 1);
        kernel.refused.put(BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_ELEM, errno);
        assertEquals(1, map.drain((_, _) -> { }));
    }

    @Test
    void drainTakesBatches() {
        TableKernel kernel = TableKernel.with(1000);
        Map<Integer, Integer> drained = new TreeMap<>();
        assertEquals(1000, hash(kernel).drain(drained::put));
        assertEquals(1000, drained.size());
        assertTrue(kernel.table.isEmpty());
        assertEquals(1, kernel.calls.size());
    }

    @Test
    void partOfABatchIsCounted() {
        TableKernel kernel = TableKernel.with(0);
        kernel.poison = 2500;
        Map<Integer, Integer> elements = new TreeMap<>();
        upTo(4000).forEach(i -> elements.put(i, i));
        BatchException e = assertThrows(BatchException.class, () -> hash(kernel).putAll(elements));
        assertEquals(2500, e.completed());
        assertEquals(Errno.E2BIG.number(), e.errno());
        assertTrue(e.getMessage().startsWith("map 'table': accessing the map: E2BIG"), e::getMessage);
        assertTrue(e.getMessage().contains("2500 of 4000 elements were done"), e::getMessage);
        assertEquals(2500, kernel.table.size());
        assertEquals(3, kernel.count(BpfCommand.BPF_MAP_UPDATE_BATCH));
    }

    @Test
    void partOfSingleUpdatesIsCounted() {
        TableKernel kernel = withoutBatches(0, Errno.ENOTSUPP);
        kernel.poison = 3;
        Map<Integer, Integer> elements = new TreeMap<>();
        upTo(5).forEach(i -> elements.put(i, i));
        assertEquals(3, assertThrows(BatchException.class, () -> hash(kernel).putAll(elements)).completed());
    }

    /** The kernel leaves the count as it was when it refuses the call as such. */
    @Test
    void callThatIsRefusedAsAWholeHasDoneNothing() {
        TableKernel kernel = TableKernel.with(0);
        kernel.refused.put(BpfCommand.BPF_MAP_UPDATE_BATCH, Errno.EPERM);
        assertEquals(0, assertThrows(BatchException.class, () -> hash(kernel).putAll(Map.of(1, 1))).completed());
    }

    @Test
    void deletionPassesOverKeysThatAreNotThere() {
        TableKernel kernel = TableKernel.with(10);
        assertEquals(3, hash(kernel).deleteAll(List.of(50, 3, 60, 61, 4, 5, 70)));
        assertEquals(7, kernel.table.size());
    }

    /** Each key is deleted as soon as it is given: the next one was asked for before. */
    @Test
    void deletingWhatIsGivenDoesNotBeginAgain() {
        TableKernel kernel = withoutBatches(50, Errno.ENOTSUPP);
        BpfMap<Integer, Integer> map = hash(kernel);
        List<Integer> seen = new ArrayList<>();
        map.forEach((key, _) -> {
            seen.add(key);
            map.delete(key);
        });
        assertEquals(upTo(50), seen);
    }

    /** Another thread deletes the key that was asked for, so that the kernel begins again. */
    @Test
    void keysAreGivenOnceThoughTheKernelBeginsAgain() {
        TableKernel kernel = withoutBatches(50, Errno.ENOTSUPP);
        List<Integer> seen = new ArrayList<>();
        hash(kernel).stream().forEach(entry -> {
            seen.add(entry.getKey());
            if (entry.getKey() == 20 || entry.getKey() == 30) {
                kernel.table.remove(entry.getKey() + 1);
            }
        });
        List<Integer> expected = new ArrayList<>(upTo(50));
        expected.removeAll(List.of(21, 31));
        assertEquals(expected, seen);
    }

    /** However many vanish before they are reached: the walk goes on behind the last one that is still there. */
    @Test
    void walkThatIsSentBackOftenGoesOnWhereItWas() {
        TableKernel kernel = withoutBatches(1000, Errno.ENOTSUPP);
        List<Integer> seen = new ArrayList<>();
        hash(kernel).stream().forEach(entry -> {
            seen.add(entry.getKey());
            kernel.table.remove(entry.getKey() + 1);
        });
        assertEquals(upTo(1000).stream().filter(key -> key % 2 == 0).toList(), seen);
        assertTrue(kernel.count(BpfCommand.BPF_MAP_GET_NEXT_KEY) < 2000,
                () -> kernel.count(BpfCommand.BPF_MAP_GET_NEXT_KEY) + " calls");
    }

    @Test
    void walkBeginsAgainWhereNothingIsLeftOfWhatItGave() {
        TableKernel kernel = withoutBatches(50, Errno.ENOTSUPP);
        List<Integer> seen = new ArrayList<>();
        hash(kernel).stream().forEach(entry -> {
            seen.add(entry.getKey());
            if (entry.getKey() == 20) {
                kernel.table.headMap(25).clear();
                kernel.table.put(0, 0);
                kernel.table.put(1, 1);
            }
        });
        List<Integer> expected = new ArrayList<>(upTo(50));
        expected.removeAll(List.of(21, 22, 23, 24));
        assertEquals(expected, seen);
    }

    /** For each key that is given there comes another one. */
    @Test
    void walkOfAMapThatGrowsForEverEnds() {
        TableKernel kernel = withoutBatches(50, Errno.ENOTSUPP);
        ConcurrentModificationException e = assertThrows(ConcurrentModificationException.class,
                () -> hash(kernel).forEach((key, _) -> kernel.table.put(key + 50, 0)));
        assertTrue(e.getMessage().startsWith("map 'table': keys vanish and come, and no end after "), e::getMessage);
    }

    /** Three keys in a circle, without end. */
    @Test
    void walkThatIsAlwaysSentBackGivesUp() {
        TableKernel kernel = new TableKernel() {
            private int turn;

            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                if (command == BpfCommand.BPF_MAP_GET_NEXT_KEY) {
                    MemorySegment.ofAddress(MapAttr.Elem.VALUE.get(attr)).reinterpret(4)
                            .set(ValueLayout.JAVA_INT, 0, turn++ % 3);
                    return 0;
                }
                return command == BpfCommand.BPF_MAP_LOOKUP_ELEM ? 0 : -Errno.ENOTSUPP.number();
            }
        };
        List<Integer> seen = new ArrayList<>();
        ConcurrentModificationException e = assertThrows(ConcurrentModificationException.class,
                () -> hash(kernel).forEach((key, _) -> seen.add(key)));
        assertEquals(List.of(0, 1, 2), seen);
        assertTrue(e.getMessage().endsWith("after 3 elements"), e::getMessage);
    }

    @Test
    void elementThatVanishesBetweenKeyAndValueIsLeftOut() {
        TableKernel kernel = withoutBatches(5, Errno.ENOTSUPP);
        kernel.before = _ -> {
            if (kernel.count(BpfCommand.BPF_MAP_LOOKUP_ELEM) == 2
                    && kernel.calls.getLast() == BpfCommand.BPF_MAP_GET_NEXT_KEY) {
                kernel.table.remove(2);
            }
        };
        assertEquals(List.of(0, 1, 3, 4), keys(hash(kernel)));
    }

    @Test
    void absentElements() {
        BpfMap<Integer, Integer> map = hash(TableKernel.with(1));
        assertTrue(map.lookup(7).isEmpty());
        assertTrue(map.lookupAndDelete(7).isEmpty());
        assertFalse(map.delete(7));
        assertEquals("map 'table': no element 7",
                assertThrows(NoSuchElementException.class, () -> map.get(7)).getMessage());
    }

    /** Storage of cgroups has as many elements as there are attachments, and claims 0. */
    @Test
    void mapWithoutLimitIsWalkedToItsEnd() {
        TableKernel kernel = withoutBatches(3000, Errno.ENOTSUPP);
        BpfMap<Integer, Integer> map = BpfMap.of(FakeMaps.open(kernel, MapType.BPF_MAP_TYPE_HASH, 4, 4, 0),
                Integer.class, Integer.class);
        assertEquals(3000, map.stream().count());
        try (MapCursor cursor = map.cursor()) {
            int count = 0;
            while (cursor.next()) {
                count++;
            }
            assertEquals(3000, count);
        }
    }

    @Test
    void cursorStopsWhereTheKernelDoesNot() {
        TableKernel endless = new TableKernel() {
            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                return 0;
            }
        };
        try (MapCursor cursor = hash(endless).cursor()) {
            assertThrows(ConcurrentModificationException.class, () -> {
                while (cursor.next()) {
                    cursor.key();
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "BPF_MAP_TYPE_RINGBUF; map 'table' is a BPF_MAP_TYPE_RINGBUF, and BpfMap is for BPF_MAP_TYPE_HASH,; "
            + "bpf4j.event",
        "BPF_MAP_TYPE_PERCPU_HASH; map 'table' is a BPF_MAP_TYPE_PERCPU_HASH, and BpfMap is for; PerCpuMap",
        "BPF_MAP_TYPE_QUEUE; map 'table' is a BPF_MAP_TYPE_QUEUE, and BpfMap is for; BpfQueue",
        "BPF_MAP_TYPE_TASK_STORAGE; map 'table' is a BPF_MAP_TYPE_TASK_STORAGE, and BpfMap is for; LocalStorage"})
    void mapsOfOtherTypesAreRefused(MapType type, String start, String right) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> BpfMap.of(open(new TableKernel(), type), Codec.INT, Codec.INT)).getMessage();
        assertTrue(message.startsWith(start) && message.endsWith("; this one is for " + right), message);
    }

    /** Every type has a class that is for it, so that the message above has an end. */
    @Test
    void everyTypeHasItsClass() {
        List<MapType> without = Arrays.stream(MapType.values()).filter(type -> {
            try {
                MapFamily.BLOOM.require("map", type.number());
                return false;
            } catch (IllegalArgumentException e) {
                return !e.getMessage().contains("this one is for");
            }
        }).toList();
        assertEquals(List.of(MapType.BPF_MAP_TYPE_UNSPEC, MapType.BPF_MAP_TYPE_INSN_ARRAY), without);
    }

    @Test
    void codecsOfAnotherSizeAreRefused() {
        LoadedMap map = open(new TableKernel(), MapType.BPF_MAP_TYPE_HASH);
        assertEquals("map 'table': its keys have 4 bytes, and the codec (number of 8 bytes) has 8",
                assertThrows(IllegalArgumentException.class, () -> BpfMap.of(map, Codec.LONG, Codec.INT)).getMessage());
        assertEquals("map 'table': its values have 4 bytes, and the codec (number of 2 bytes) has 2",
                assertThrows(IllegalArgumentException.class, () -> BpfMap.of(map, Codec.INT, Codec.U16)).getMessage());
        assertEquals("map 'table': there is no codec for java.lang.Object: give one",
                assertThrows(IllegalArgumentException.class,
                        () -> BpfMap.of(map, Object.class, Object.class)).getMessage());
    }

    @Test
    void closedMapIsAnIllegalState() {
        TableKernel kernel = TableKernel.with(3);
        LoadedMap map = open(kernel, MapType.BPF_MAP_TYPE_HASH);
        BpfMap<Integer, Integer> typed = BpfMap.of(map, Integer.class, Integer.class);
        MapCursor cursor = typed.cursor();
        map.close();
        assertEquals(0, kernel.closed, "its number is the cursor's still");
        assertThrows(IllegalStateException.class, () -> typed.lookup(1));
        assertThrows(IllegalStateException.class, () -> typed.put(1, 1));
        assertThrows(IllegalStateException.class, () -> typed.stream().toList());
        assertThrows(IllegalStateException.class, () -> typed.putAll(Map.of(1, 1)));
        assertThrows(IllegalStateException.class, cursor::next);
        assertThrows(IllegalStateException.class, cursor::lookup);
        assertThrows(IllegalStateException.class, cursor::delete);
        assertEquals(List.of(), kernel.calls);
        cursor.close();
        cursor.close();
        assertEquals(1, kernel.closed);
        assertThrows(IllegalStateException.class, cursor::lookup);
        assertThrows(IllegalStateException.class, typed::cursor);
    }

    @Test
    void cursorBelongsToItsThread() throws InterruptedException {
        TableKernel kernel = TableKernel.with(3);
        try (MapCursor cursor = hash(kernel).cursor()) {
            List<Runnable> operations = List.of(cursor::lookup, cursor::update, cursor::delete, cursor::next,
                    cursor::lookupAndDelete, cursor::close);
            List<Throwable> thrown = new ArrayList<>();
            Thread.ofVirtual().start(() -> operations.forEach(operation -> {
                try {
                    operation.run();
                } catch (WrongThreadException e) {
                    thrown.add(e);
                }
            })).join();
            assertEquals(operations.size(), thrown.size());
            assertEquals(List.of(), kernel.calls);
            assertTrue(cursor.next());
        }
    }

    @Test
    void cursorThatIsRefusedTheFirstKeyIsNotAtTheEnd() {
        TableKernel kernel = TableKernel.with(3);
        try (MapCursor cursor = hash(kernel).cursor()) {
            kernel.refused.put(BpfCommand.BPF_MAP_GET_NEXT_KEY, Errno.EPERM);
            assertThrows(KernelException.class, cursor::next);
            kernel.refused.clear();
            assertTrue(cursor.next());
        }
    }
}
