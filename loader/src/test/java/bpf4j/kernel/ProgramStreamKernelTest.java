package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a program writes to its streams is read once. */
@KernelTest
class ProgramStreamKernelTest {

    private static final byte[] PACKET = new byte[64];

    private static String read(LoadedProgram program, ProgramStream stream) {
        return new String(program.readStream(stream), StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatTheProgramWrites() throws IOException {
        KernelVersion.assumeAtLeast(6, 18, "bpf_stream_vprintk_impl");
        try (LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("streams")).load()) {
            LoadedProgram program = loaded.program("say");
            assertEquals("", read(program, ProgramStream.BPF_STDOUT));
            int written = program.testRun(TestRunOptions.ofData(PACKET)).returnValue();
            // A kernel that takes no memory where programs run keeps nothing, and tells the program.
            boolean kept = written != -Errno.ENOMEM.number();
            assertEquals(kept ? 9 : -Errno.ENOMEM.number(), written);
            assertEquals(kept ? "64 bytes\n" : "", read(program, ProgramStream.BPF_STDOUT));
            assertEquals(kept ? "nobody listens\n" : "", read(program, ProgramStream.BPF_STDERR));
            assertEquals("", read(program, ProgramStream.BPF_STDOUT));
        }
    }

    @Test
    void closedProgramsHaveNone() throws IOException {
        LoadedObject loaded = BpfObject.read(Fixtures.nativeObject("streams")).load();
        loaded.close();
        assertThrows(IllegalStateException.class, () -> loaded.program("say").readStream(ProgramStream.BPF_STDOUT));
    }
}
