package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class CallBufferTest {

    @Test
    void memoryIsZeroEvenWhenUsedBefore() {
        for (int round = 0; round < 2; round++) {
            try (var buffer = CallBuffer.acquire()) {
                MemorySegment memory = buffer.allocate(CallBuffer.POOLED_BYTES, 8);
                assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) CallBuffer.POOLED_BYTES])));
                memory.fill((byte) 0xff);
            }
        }
    }

    @Test
    void allocationsAreAlignedAndApart() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment text = buffer.allocateFrom("abc");
            MemorySegment number = buffer.allocate(8, 64);
            assertEquals("abc", text.getString(0));
            assertEquals(0, number.address() % 64);
            assertTrue(number.address() >= text.address() + 4);
        }
    }

    @Test
    void whatDoesNotFitIsFreedWithTheBuffer() {
        MemorySegment large;
        try (var buffer = CallBuffer.acquire()) {
            large = buffer.allocate(CallBuffer.POOLED_BYTES + 1, 8);
            large.set(ValueLayout.JAVA_BYTE, CallBuffer.POOLED_BYTES, (byte) 1);
        }
        assertFalse(large.scope().isAlive());
    }

    @Test
    void refusesUseAfterClose() {
        var buffer = CallBuffer.acquire();
        buffer.close();
        buffer.close();
        assertThrows(IllegalStateException.class, () -> buffer.allocate(8, 8));
    }

    @Test
    void refusesSenselessSizes() {
        try (var buffer = CallBuffer.acquire()) {
            assertThrows(IllegalArgumentException.class, () -> buffer.allocate(-1, 8));
            assertThrows(IllegalArgumentException.class, () -> buffer.allocate(8, 3));
            assertThrows(IllegalArgumentException.class, () -> buffer.allocate(8, 0));
        }
    }
}
