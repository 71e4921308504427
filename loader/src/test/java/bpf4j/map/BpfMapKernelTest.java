package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static bpf4j.map.TestMaps.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.map.TestMaps.Flow;
import bpf4j.map.TestMaps.Traffic;
import bpf4j.sys.Errno;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@KernelTest
class BpfMapKernelTest {

    private static final Flow FLOW = new Flow(1, (short) 2, (byte) 3);

    private static Map<Integer, Long> numbers(int count) {
        Map<Integer, Long> result = new HashMap<>();
        IntStream.range(0, count).forEach(i -> result.put(i, (long) i * i));
        return result;
    }

    @Test
    void recordsAreWhatProgramsSee() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Flow, Traffic> flows = BpfMap.of(loaded.map("flows"), Flow.class, Traffic.class);
            assertEquals(0, run(loaded.program("use")));
            flows.put(FLOW, new Traffic(10, 1000));
            assertEquals(1, run(loaded.program("use")));
            assertEquals(Optional.of(new Traffic(11, 1064)), flows.lookup(FLOW));
            assertEquals(List.of(Map.entry(FLOW, new Traffic(11, 1064))), flows.stream().toList());
            assertTrue(flows.delete(FLOW));
            assertFalse(flows.delete(FLOW));
            assertEquals(0, run(loaded.program("use")));
            assertTrue(flows.lookup(FLOW).isEmpty());
        }
    }

    @Test
    void mapOpenedByIdIsTypedByTheKernelsCopyOfItsTypes() throws IOException {
        try (LoadedObject loaded = families(); LoadedMap opened = LoadedMap.ofId(loaded.map("flows").info().id())) {
            BpfMap.of(loaded.map("flows"), Flow.class, Traffic.class).put(FLOW, new Traffic(7, 8));
            assertEquals(new Traffic(7, 8), BpfMap.of(opened, Flow.class, Traffic.class).get(FLOW));
            BpfMap<BtfValue, BtfValue> typed = BpfMap.typed(opened);
            Map.Entry<BtfValue, BtfValue> entry = typed.stream().toList().getFirst();
            assertEquals("{\"from\":1,\"port\":2,\"protocol\":3}", entry.getKey().toString());
            assertEquals("{\"packets\":7,\"bytes\":8}", entry.getValue().toString());
            typed.put(entry.getKey(), ((BtfValue.Struct) entry.getValue()).with("packets", 9));
            assertEquals(9, typed.get(entry.getKey()).get("packets").asLong());
        }
    }

    /**
     * As bpftool 7.1 dumps it, except bitfields and 64-bit enumerators, which it has in hex, and the double, which it
     * has not.
     */
    @Test
    void valuesOfEveryTypeAreShown() throws IOException {
        try (LoadedObject loaded = TestMaps.load("maps_values")) {
            assertEquals(1, run(loaded.program("fill")));
            assertEquals("""
                    {"flag":true,"letter":74,"tiny":-1,"byte":200,"small":-300,"port":65535,"number":-70000,\
                    "count":4000000000,"big":-5000000000,"huge":18446744073709551615,"three":6,"five":-7,"cross":12345,\
                    "color":"DARK","mask":"HIGH","pointer":4660,"name":"bp\\"","raw":[1,0,0,0],"ports":[22,0,443],\
                    "grid":[[0,0,0],[0,0,9]],"point":{"x":-3,"y":0},"points":[{"x":0,"y":0},{"x":0,"y":4}],\
                    "":{"address4":16777343,"bytes4":[127,0,0,1]},\
                    "either":{"whole":8589934593,"":{"low":1,"high":2}},"real":0.0,"wide":"0x1000000000000000f"}""",
                    BpfMap.typed(loaded.map("values")).get(BtfValue.of(0)).toString());
        }
    }

    record Locked(int generation, long count) {
    }

    @Test
    void lockInTheValueIsHeldAndKept() throws IOException {
        try (LoadedObject loaded = TestMaps.load("maps_values")) {
            BpfMap<Integer, Locked> locks = BpfMap.of(loaded.map("locks"), Integer.class, Locked.class);
            locks.put(0, new Locked(1, 5), LoadedMap.BPF_F_LOCK);
            assertEquals(1, run(loaded.program("fill")));
            assertEquals(Optional.of(new Locked(1, 6)), locks.lookup(0, LoadedMap.BPF_F_LOCK));
            assertEquals(List.of(new Locked(1, 6)),
                    locks.stream(LoadedMap.BPF_F_LOCK).map(Map.Entry::getValue).toList());
            try (MapBatch batch = locks.batch(4)) {
                assertEquals(1, batch.next(LoadedMap.BPF_F_LOCK));
            }
        }
    }

    @Test
    void lockThatTheValueLacksIsRefused() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            many.put(1, 2L);
            assertEquals(Errno.EINVAL.number(), assertThrows(KernelException.class,
                    () -> many.stream(LoadedMap.BPF_F_LOCK).toList()).errno());
            assertEquals(Errno.EINVAL.number(), assertThrows(KernelException.class,
                    () -> many.lookupAndDelete(1, LoadedMap.BPF_F_LOCK)).errno());
            try (MapCursor cursor = many.cursor()) {
                cursor.key().set(ValueLayout.JAVA_INT, 0, 1);
                assertEquals(Errno.EINVAL.number(), assertThrows(KernelException.class,
                        () -> cursor.lookupAndDelete(LoadedMap.BPF_F_LOCK)).errno());
                assertTrue(cursor.lookupAndDelete());
            }
        }
    }

    @Test
    void updatesThatWantOrDoNotWantAnElement() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            assertFalse(many.replace(1, 1L));
            assertTrue(many.putIfAbsent(1, 2L));
            assertFalse(many.putIfAbsent(1, 3L));
            assertEquals(2L, many.get(1));
            assertTrue(many.replace(1, 4L));
            assertEquals(Errno.EEXIST.number(), assertThrows(KernelException.class,
                    () -> many.put(1, 5L, LoadedMap.BPF_NOEXIST)).errno());
            assertEquals(Optional.of(4L), many.lookupAndDelete(1));
            assertEquals(Optional.empty(), many.lookupAndDelete(1));
        }
    }

    @Test
    void arraysHaveAllTheirElementsAlways() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Traffic> totals = BpfMap.of(loaded.map("totals"), Codec.INT, Codec.of(Traffic.class));
            totals.put(3, new Traffic(1, 2));
            assertEquals(List.of(0, 1, 2, 3, 4), totals.stream().map(Map.Entry::getKey).toList());
            assertEquals(new Traffic(0, 0), totals.get(4));
            assertTrue(totals.lookup(5).isEmpty());
            assertFalse(totals.putIfAbsent(1, new Traffic(1, 1)));
            assertEquals(Errno.E2BIG.number(),
                    assertThrows(KernelException.class, () -> totals.put(5, new Traffic(0, 0))).errno());
            KernelException e = assertThrows(KernelException.class, () -> totals.delete(1));
            assertTrue(e.getMessage().endsWith("the elements of an array cannot be deleted"), e::getMessage);
            assertEquals(Optional.of(0), totals.firstKey());
            assertEquals(Optional.of(3), totals.nextKey(2));
            assertEquals(Optional.empty(), totals.nextKey(4));
        }
    }

    @Test
    void batches() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            Map<Integer, Long> numbers = numbers(20_000);
            many.putAll(numbers);
            Map<Integer, Long> read = new HashMap<>();
            many.forEach((key, value) -> assertEquals(null, read.put(key, value), "twice"));
            assertEquals(numbers, read);
            assertEquals(5_000, many.deleteAll(IntStream.range(15_000, 30_000).boxed().toList()));
            Map<Integer, Long> drained = new HashMap<>();
            assertEquals(15_000, many.drain(drained::put));
            assertEquals(numbers(15_000), drained);
            assertEquals(0, many.stream().count());
        }
    }

    /** The kernel knows no such flags for batches, and so these elements go one by one. */
    @Test
    void elementsThatAreWantedOrNotStopABatch() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            Map<Integer, Long> ascending = new TreeMap<>(numbers(10));
            many.put(4, 0L);
            BatchException there = assertThrows(BatchException.class,
                    () -> many.putAll(ascending, LoadedMap.BPF_NOEXIST));
            assertEquals(List.of(4, Errno.EEXIST.number()), List.of(there.completed(), there.errno()));
            assertEquals(0L, many.get(4));
            BatchException missing = assertThrows(BatchException.class,
                    () -> many.putAll(ascending, LoadedMap.BPF_EXIST));
            assertEquals(List.of(5, Errno.ENOENT.number()), List.of(missing.completed(), missing.errno()));
            assertEquals(16L, many.get(4));
        }
    }

    @Test
    void fullMapStopsABatchWhereItIsFull() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Flow, Traffic> flows = BpfMap.of(loaded.map("flows"), Flow.class, Traffic.class);
            Map<Flow, Traffic> tooMany = new HashMap<>();
            IntStream.range(0, 10_000).forEach(i -> tooMany.put(new Flow(i, (short) 0, (byte) 0), new Traffic(i, i)));
            BatchException e = assertThrows(BatchException.class, () -> flows.putAll(tooMany));
            assertEquals(8192, e.completed());
            assertEquals(Errno.E2BIG.number(), e.errno());
            assertEquals(8192, flows.stream().count());
        }
    }

    private interface Walk {
        void run(BpfMap<Integer, Long> map, Predicate<Integer> isNew);
    }

    /** Elements that stay are seen once, whatever another thread deletes and adds meanwhile. */
    private static void whileOthersDelete(Walk walk) throws Exception {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            many.putAll(numbers(4000));
            AtomicBoolean done = new AtomicBoolean();
            Thread deleter = Thread.ofPlatform().start(() -> {
                for (int round = 0; !done.get(); round++) {
                    for (int key = 1; key < 4000 && !done.get(); key += 20) {
                        if (round % 2 == 0) {
                            many.delete(key);
                        } else {
                            many.put(key, 0L);
                        }
                    }
                }
            });
            try {
                for (int i = 0; i < 8; i++) {
                    Set<Integer> seen = new HashSet<>();
                    walk.run(many, seen::add);
                    Set<Integer> stayed = new HashSet<>(numbers(4000).keySet());
                    stayed.removeIf(key -> key % 20 == 1);
                    seen.removeIf(key -> key % 20 == 1);
                    assertEquals(stayed.size(), seen.size());
                    assertEquals(stayed, seen);
                }
            } finally {
                done.set(true);
                deleter.join();
            }
        }
    }

    @Test
    void streamSurvivesDeletions() throws Exception {
        whileOthersDelete((map, isNew) -> map.stream().forEach(entry ->
                assertTrue(isNew.test(entry.getKey()) || entry.getKey() % 20 == 1, "twice: " + entry)));
    }

    @Test
    void walkByKeysSurvivesDeletions() throws Exception {
        whileOthersDelete((map, isNew) -> new KeyWalk(new MapAccess(map.map(), MapFamily.KEYED)).stream(Codec.INT)
                .forEach(key -> assertTrue(isNew.test(key), "twice: " + key)));
    }

    @Test
    void longestPrefixWins() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<IpPrefix, Integer> routes = BpfMap.of(loaded.map("routes4"), IpPrefix.class, Integer.class);
            routes.put(IpPrefix.parse("0.0.0.0/0"), 1000);
            routes.put(IpPrefix.parse("10.0.0.0/8"), 2000);
            routes.put(IpPrefix.parse("10.1.2.0/24"), 3000);
            routes.put(IpPrefix.parse("192.168.0.0/16"), 4000);
            assertEquals(3000, run(loaded.program("use")));
            assertEquals(2000, routes.get(IpPrefix.parse("10.9.9.9")));
            assertEquals(1000, routes.get(IpPrefix.parse("9.9.9.9")));
            assertEquals(Set.of("0.0.0.0/0", "10.0.0.0/8", "10.1.2.0/24", "192.168.0.0/16"),
                    Set.copyOf(routes.stream().map(entry -> entry.getKey().toString()).toList()));
            List<IpPrefix> seen = new ArrayList<>();
            routes.forEach((prefix, _) -> {
                seen.add(prefix);
                assertTrue(routes.delete(prefix));
            });
            assertEquals(4, seen.size());
            assertEquals(Optional.empty(), routes.firstKey());
            BpfMap<IpPrefix, Integer> six = BpfMap.of(loaded.map("routes6"), IpPrefix.class, Integer.class);
            six.put(IpPrefix.parse("2001:db8::/32"), 6);
            assertEquals(6, six.get(IpPrefix.parse("2001:db8::1")));
            assertTrue(six.lookup(IpPrefix.parse("2001:db9::1")).isEmpty());
            assertThrows(IllegalArgumentException.class, () -> six.lookup(IpPrefix.parse("10.0.0.1")));
        }
    }

    @Test
    void leastRecentlyUsedElementsGo() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> recent = BpfMap.of(loaded.map("recent"), Integer.class, Long.class);
            recent.putAll(numbers(1000));
            long kept = recent.stream().count();
            assertTrue(kept > 0 && kept <= 64, "kept " + kept);
        }
    }

    @Test
    void frozenMapIsReadOnlyForUserSpace() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<Flow, Traffic> flows = BpfMap.of(loaded.map("flows"), Flow.class, Traffic.class);
            flows.put(FLOW, new Traffic(0, 0));
            loaded.map("flows").freeze();
            KernelException e = assertThrows(KernelException.class, () -> flows.put(FLOW, new Traffic(1, 1)));
            assertEquals(Errno.EPERM.number(), e.errno());
            assertEquals(Optional.of(true), loaded.map("flows").info().frozen());
            assertEquals(1, run(loaded.program("use")));
            assertEquals(new Traffic(1, 64), flows.get(FLOW));
        }
    }

    @Test
    void virtualThreadsShareAMap() throws Exception {
        try (LoadedObject loaded = families()) {
            BpfMap<Integer, Long> many = BpfMap.of(loaded.map("many"), Integer.class, Long.class);
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = IntStream.range(0, 200).mapToObj(i -> Thread.ofVirtual().unstarted(() -> {
                for (long n = 1; n <= 50; n++) {
                    many.put(i, n);
                    assertEquals(n, many.get(i));
                    Thread.yield();
                }
                try (MapCursor cursor = many.cursor()) {
                    Codec.INT.write(cursor.key(), 0, i);
                    assertTrue(cursor.lookup());
                    assertEquals(50L, Codec.LONG.read(cursor.value(), 0));
                }
            })).toList();
            threads.forEach(thread -> thread.setUncaughtExceptionHandler((_, e) -> failures.add(e)));
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            assertEquals(200, many.stream().filter(entry -> entry.getValue() == 50).count());
        }
    }

    @Test
    void rawAndTextualKeys() throws IOException {
        try (LoadedObject loaded = families()) {
            BpfMap<byte[], byte[]> raw = BpfMap.of(loaded.map("many"), byte[].class, byte[].class);
            raw.put(new byte[] {1, 2, 3, 4}, new byte[] {8, 7, 6, 5, 4, 3, 2, 1});
            BpfMap<Inet4Address, String> text = BpfMap.of(loaded.map("many"), Inet4Address.class, String.class);
            var entry = text.stream().toList().getFirst();
            assertEquals("1.2.3.4", entry.getKey().getHostAddress());
            assertArrayEquals(new byte[] {8, 7, 6, 5, 4, 3, 2, 1}, entry.getValue().getBytes());
        }
    }

    @Test
    void recordThatDoesNotFitTheMapIsRefused() throws IOException {
        try (LoadedObject loaded = families()) {
            assertEquals(
                    "Flow for struct traffic: the struct has no member for component 'from'; it has 'packets', 'bytes'",
                    assertThrows(IllegalArgumentException.class,
                            () -> BpfMap.of(loaded.map("flows"), Flow.class, Flow.class)).getMessage());
            assertEquals("map 'narrow': the types of its elements are not known", assertThrows(
                    IllegalArgumentException.class, () -> PerCpuMap.typed(loaded.map("narrow"))).getMessage());
        }
    }
}
