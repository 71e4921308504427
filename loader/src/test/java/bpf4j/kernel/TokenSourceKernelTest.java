package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens need a user namespace of their own, which a Java process cannot enter; so these show that the kernel is asked.
 */
@KernelTest
class TokenSourceKernelTest {

    @BeforeAll
    static void needsTokens() {
        KernelVersion.assumeAtLeast(6, 9, "BPF tokens");
    }

    private static KernelException refused(Path folder) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("maps-el.o"));
        return assertThrows(KernelException.class, () -> object.load(LoadOptions.defaults().withToken(folder)));
    }

    @Test
    void initialUserNamespaceHasNoTokens() throws IOException {
        try (Descriptors _ = new Descriptors(); BpfFs fs = new BpfFs()) {
            KernelException e = refused(fs.folder());
            assertEquals(List.of(Step.CREATE_TOKEN, "EOPNOTSUPP"), List.of(e.step(), e.errnoName()));
        }
    }

    @Test
    void onlyBpfFileSystemsGiveTokens(@TempDir Path folder) throws IOException {
        assertEquals("EINVAL", refused(folder).errnoName());
    }
}
