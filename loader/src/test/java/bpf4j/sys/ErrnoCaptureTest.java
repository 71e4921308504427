package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The C convention, spoken by Java methods in the place of downcalls. */
class ErrnoCaptureTest {

    private static final long ERRNO_OFFSET_BYTES =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private static int fail(MemorySegment capture, int errno) {
        capture.set(ValueLayout.JAVA_INT, ERRNO_OFFSET_BYTES, errno);
        return -1;
    }

    private static long succeed(MemorySegment capture, long result) {
        capture.set(ValueLayout.JAVA_INT, ERRNO_OFFSET_BYTES, Errno.EIO.number());
        return result;
    }

    @Test
    void failureIsTheNegatedErrno() {
        MemorySegment capture = ErrnoCapture.acquire();
        assertEquals(-Errno.ENOTSUPP.number(), ErrnoCapture.result(fail(capture, 524), capture));
        assertEquals(-1L, ErrnoCapture.result((long) fail(capture, 1), capture));
        ErrnoCapture.release(capture);
    }

    @Test
    void successIgnoresAStaleErrno() {
        MemorySegment capture = ErrnoCapture.acquire();
        assertEquals(0, ErrnoCapture.result(succeed(capture, 0), capture));
        assertEquals(0x7f00_0000_1000L, ErrnoCapture.result(succeed(capture, 0x7f00_0000_1000L), capture));
        ErrnoCapture.release(capture);
    }

    @Test
    void onlyMinusOneIsAFailure() {
        MemorySegment capture = ErrnoCapture.acquire();
        assertEquals(-2L, ErrnoCapture.result(succeed(capture, -2), capture));
        ErrnoCapture.release(capture);
    }

    @Test
    void callsInFlightHaveDifferentSegments() {
        MemorySegment outer = ErrnoCapture.acquire();
        MemorySegment inner = ErrnoCapture.acquire();
        assertNotSame(outer, inner);
        int outerResult = fail(outer, 9);
        fail(inner, 2);
        assertEquals(-9, ErrnoCapture.result(outerResult, outer));
        ErrnoCapture.release(inner);
        ErrnoCapture.release(outer);
    }
}
