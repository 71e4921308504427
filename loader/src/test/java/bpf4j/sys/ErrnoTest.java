package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void agreesWithTheHeaders() throws IOException {
        Map<String, Integer> header = new TreeMap<>(Headers.defines("asm-generic/errno-base.h", "E"));
        header.putAll(Headers.defines("asm-generic/errno.h", "E"));
        Map<String, Integer> table = new TreeMap<>();
        for (Errno errno : Errno.values()) {
            if (errno.number() < 512 && errno != Errno.EDEADLOCK) {
                table.put(errno.name(), errno.number());
            }
        }
        assertEquals(header, table);
    }

    @Test
    void namesWhatOnlyTheKernelHas() {
        assertEquals("ENOTSUPP", Errno.name(524));
        assertEquals("ERESTARTSYS", Errno.name(512));
        assertEquals("ENOGRACE", Errno.name(531));
    }

    @Test
    void tellsApartTheThreeUnsupported() {
        assertEquals("ENOSYS", Errno.name(38));
        assertEquals("EOPNOTSUPP", Errno.name(95));
        assertFalse(Errno.describe(524).equals(Errno.describe(95)));
    }

    @Test
    void givesANumberWithoutAName() {
        assertEquals("errno 41", Errno.name(41));
        assertEquals("errno 4711", Errno.name(4711));
        assertEquals("errno -9", Errno.name(-9));
        assertEquals("an errno that Linux does not define", Errno.describe(0));
    }

    @Test
    void recognizesANegatedNumber() {
        assertTrue(Errno.EBADF.is(-9));
        assertFalse(Errno.EBADF.is(9));
        assertEquals(11, Errno.EWOULDBLOCK.number());
    }
}
