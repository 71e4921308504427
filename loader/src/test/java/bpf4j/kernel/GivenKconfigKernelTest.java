package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.object.BpfObject;
import bpf4j.reloc.RelocationException;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

@KernelTest
class GivenKconfigKernelTest {

    @Test
    void givenOptionCountsBeforeTheKernels() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("extern_kconfig_missing-el.o"));
        LoadOptions options = LoadOptions.defaults().withKconfig("CONFIG_NO_SUCH_OPTION=-7\n");
        try (LoadedObject loaded = object.load(options)) {
            byte[] value = loaded.map(".kconfig").lookup(new byte[4]).orElseThrow();
            assertEquals(-7, ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
            assertThrows(KernelException.class,
                    () -> loaded.map(".kconfig").update(new byte[4], value, LoadedMap.BPF_ANY));
            assertArrayEquals(value, loaded.map(".kconfig").lookup(new byte[4]).orElseThrow());
        }
    }

    @Test
    void badTextIsRefusedAtOnce() {
        assertThrows(RelocationException.class, () -> LoadOptions.defaults().withKconfig("CONFIG_HZ\n"));
    }
}
