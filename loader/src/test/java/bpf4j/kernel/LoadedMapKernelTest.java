package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@KernelTest
class LoadedMapKernelTest {

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name));
    }

    private static byte[] key(int index) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(index).array();
    }

    private static List<byte[]> keys(LoadedMap map) {
        List<byte[]> keys = new ArrayList<>();
        Optional<byte[]> next = map.nextKey(null);
        while (next.isPresent()) {
            keys.add(next.get());
            next = map.nextKey(next.get());
        }
        return keys;
    }

    @Test
    void emptySlotIsNotTheEndOfAnArray() throws IOException {
        try (LoadedObject loaded = object("maps_nested").load()) {
            LoadedMap map = loaded.map("filled");
            List<byte[]> keys = keys(map);
            assertEquals(List.of(0, 1, 2, 3),
                    keys.stream().map(k -> ByteBuffer.wrap(k).order(ByteOrder.nativeOrder()).getInt()).toList());
            assertEquals(List.of(true, false, true, true), keys.stream().map(k -> map.lookup(k).isPresent()).toList());
            assertEquals(List.of(), keys(loaded.map("empty")));
        }
    }

    @Test
    void missingKeyIsNoValueAndNotZeros() throws IOException {
        try (LoadedObject loaded = object("maps").load()) {
            assertTrue(loaded.map("recent").lookup(new byte[8]).isEmpty());
            assertTrue(loaded.map("totals").lookup(key(1 << 20)).isEmpty());
        }
    }

    /** Deleting where one stands leads back to the start, so a loop that deletes ends when the map is empty. */
    @Test
    void iterationEndsThoughTheMapChanges() throws IOException {
        try (LoadedObject loaded = object("maps").load()) {
            LoadedMap map = loaded.map("recent");
            for (byte i = 0; i < 5; i++) {
                map.update(new byte[] {i, 0, 0, 0, 0, 0, 0, 0}, new byte[4], LoadedMap.BPF_ANY);
            }
            int seen = 0;
            Optional<byte[]> next = map.nextKey(null);
            while (next.isPresent()) {
                seen++;
                assertTrue(map.delete(next.get()));
                next = map.nextKey(next.get());
            }
            assertEquals(5, seen);
        }
    }
}
