package bpf4j.map;

import static bpf4j.map.TestMaps.families;
import static bpf4j.map.TestMaps.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.map.TestMaps.Traffic;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@KernelTest
class PerCpuMapKernelTest {

    private static final List<Integer> CPUS = CpuList.possible().numbers();

    private static PerCpuValues<byte[]> numbered(PerCpuMap<Integer, byte[]> map) {
        PerCpuValues<byte[]> values = map.forEach(new byte[3]);
        for (int cpu : CPUS) {
            values = values.with(cpu, new byte[] {(byte) cpu, 7, (byte) ~cpu});
        }
        return values;
    }

    /** Three bytes for each CPU are eight in a transfer, and all of them fit where they are read to. */
    @Test
    void valuesOfAllCpusHaveRoom() throws IOException {
        try (LoadedObject loaded = families()) {
            LoadedMap narrow = loaded.map("narrow");
            assertEquals(3, narrow.valueSize());
            assertEquals(8 * CPUS.size(), narrow.transferSize());
            PerCpuMap<Integer, byte[]> map = PerCpuMap.of(narrow, Codec.INT, Codec.bytes(3));
            PerCpuValues<byte[]> values = numbered(map);
            map.put(2, values);
            PerCpuValues<byte[]> read = map.get(2);
            assertEquals(CPUS, read.cpus());
            CPUS.forEach(cpu -> assertArrayEquals(values.get(cpu), read.get(cpu)));
            byte[] raw = narrow.lookup(new byte[] {0, 0, 0, 0}).orElseThrow();
            assertArrayEquals(new byte[8 * CPUS.size()], raw);
            assertThrows(IllegalArgumentException.class,
                    () -> narrow.update(new byte[4], new byte[3], LoadedMap.BPF_ANY));
            narrow.update(new byte[4], raw, LoadedMap.BPF_ANY);
            assertThrows(NoSuchElementException.class, () -> read.get(CPUS.getLast() + 1));
            assertEquals(3, map.stream().count());
        }
    }

    @Test
    void sumIsWhatProgramsCountedOnAnyCpu() throws IOException {
        try (LoadedObject loaded = families()) {
            PerCpuMap<Integer, Traffic> perCpu = PerCpuMap.of(loaded.map("per_cpu"), Integer.class, Traffic.class);
            perCpu.putForEach(1, new Traffic(100, 0));
            IntStream.range(0, 10).forEach(_ -> run(loaded.program("use")));
            assertEquals(100L * CPUS.size() + 10, perCpu.sum(1, Traffic::packets));
            assertEquals(640, perCpu.sum(1, Traffic::bytes));
            assertEquals(0, perCpu.sum(0, Traffic::packets));
            assertEquals(new Traffic(100L * CPUS.size() + 10, 640), perCpu.get(1).reduce(
                    (a, b) -> new Traffic(a.packets() + b.packets(), a.bytes() + b.bytes())));
        }
    }

    @Test
    void missingKeyIsNotZeros() throws IOException {
        try (LoadedObject loaded = families()) {
            for (String name : List.of("per_cpu_hash", "per_cpu_recent")) {
                PerCpuMap<BtfValue, BtfValue> map = PerCpuMap.typed(loaded.map(name));
                assertTrue(map.lookup(BtfValue.of(1)).isEmpty());
                map.putForEach(BtfValue.of(1), BtfValue.of(5));
                assertEquals(5L * CPUS.size(), map.sum(BtfValue.of(1), BtfValue::asLong));
                assertTrue(map.delete(BtfValue.of(1)));
                assertEquals(0, map.sum(BtfValue.of(1), BtfValue::asLong));
            }
        }
    }

    @Test
    void batchesOfPerCpuValues() throws IOException {
        try (LoadedObject loaded = families()) {
            PerCpuMap<Integer, Integer> map = PerCpuMap.of(loaded.map("per_cpu_hash"), Integer.class, Integer.class);
            Map<Integer, PerCpuValues<Integer>> elements = new HashMap<>();
            IntStream.range(0, 500).forEach(i -> elements.put(i, map.forEach(i).with(CPUS.getLast(), -i)));
            map.putAll(elements);
            Map<Integer, PerCpuValues<Integer>> read = new HashMap<>();
            map.forEach(read::put);
            assertEquals(elements, read);
            run(loaded.program("use"));
            long expected = elements.get(1).sum(Integer::longValue) + 1;
            Map<Integer, PerCpuValues<Integer>> drained = new HashMap<>();
            assertEquals(500, map.drain(drained::put));
            assertEquals(expected, drained.get(1).sum(Integer::longValue));
        }
    }

    @Test
    void cursorHasTheValuesOfAllCpus() throws IOException {
        try (LoadedObject loaded = families()) {
            PerCpuMap<Integer, Traffic> perCpu = PerCpuMap.of(loaded.map("per_cpu"), Integer.class, Traffic.class);
            perCpu.putForEach(1, new Traffic(3, 4));
            try (MapCursor cursor = perCpu.cursor()) {
                assertEquals(16L * CPUS.size(), cursor.value().byteSize());
                cursor.key().set(ValueLayout.JAVA_INT, 0, 1);
                assertTrue(cursor.lookup());
                for (int i = 0; i < CPUS.size(); i++) {
                    assertEquals(4, cursor.value().get(ValueLayout.JAVA_LONG, 16L * i + 8));
                }
            }
        }
    }

    @Test
    void valuesForOtherCpusAreRefused() throws IOException {
        try (LoadedObject loaded = families()) {
            PerCpuMap<Integer, Traffic> perCpu = PerCpuMap.of(loaded.map("per_cpu"), Integer.class, Traffic.class);
            assertThrows(IllegalArgumentException.class, () -> perCpu.put(0, new PerCpuValues<>(List.of(), List.of())));
            assertEquals("map 'per_cpu': its values have 16 bytes, and the codec (number of 4 bytes) has 4",
                    assertThrows(IllegalArgumentException.class,
                            () -> PerCpuMap.of(loaded.map("per_cpu"), Codec.INT, Codec.INT)).getMessage());
        }
    }
}
