package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.testdata.Patience;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the programs of {@code packet.h} counted, each under its number. */
record PacketCounts(LoadedMap map) {

    static PacketCounts of(LoadedObject loaded) {
        return new PacketCounts(loaded.map("packets"));
    }

    long get(int program) {
        byte[] key = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(program).array();
        return ByteBuffer.wrap(map.lookup(key).orElseThrow()).order(ByteOrder.nativeOrder()).getLong();
    }

    /** Waits until a program has counted so many. */
    void await(int program, long expected) throws InterruptedException {
        Patience.until(() -> get(program) >= expected);
        assertEquals(expected, get(program));
    }
}
