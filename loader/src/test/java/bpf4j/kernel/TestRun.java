package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Runs a loaded program once over a packet of zeros: {@code BPF_PROG_TEST_RUN}. */
final class TestRun {

    private static final int PACKET_BYTES = 64;

    private TestRun() {
    }

    /** {@return what the program returns} */
    static int once(LoadedProgram program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = ProgAttr.TestRun.STRUCT.allocate(arena);
            ProgAttr.TestRun.PROG_FD.set(attr, program.fd());
            ProgAttr.TestRun.DATA_SIZE_IN.set(attr, PACKET_BYTES);
            ProgAttr.TestRun.DATA_IN.set(attr, arena.allocate(PACKET_BYTES));
            assertEquals(0, Kernel.RUNNING.bpf(BpfCommand.BPF_PROG_TEST_RUN, attr,
                    ProgAttr.TestRun.STRUCT.sizeBytes()));
            return ProgAttr.TestRun.RETVAL.get(attr);
        }
    }
}
