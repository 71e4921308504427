package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Test runs on a kernel that does what those of a type do, and no more. */
class TestRunCallTest {

    /** Writes what it returns, and leaves the sizes of data and context as they came in. */
    private static final class Untouched implements Kernel {

        private int status;

        @Override
        public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
            assertEquals(BpfCommand.BPF_PROG_TEST_RUN, command);
            ProgAttr.TestRun.RETVAL.set(attr, 7);
            return status;
        }

        @Override
        public int close(int fd) {
            throw new AssertionError("nothing to close");
        }
    }

    private final Untouched kernel = new Untouched();

    private TestRunResult run(ProgramType type, TestRunOptions options) {
        return TestRunCall.run(kernel, 5, type, "program 'p'", options);
    }

    /** The kernel does not look at data for these, and so gives none back. */
    @Test
    void noDataComesBackThatNobodyWrote() {
        TestRunResult result = run(ProgramType.BPF_PROG_TYPE_TRACING, TestRunOptions.ofData(new byte[64]));
        assertEquals(0, result.data().length);
        assertFalse(result.isCut());
        assertEquals(7, result.returnValue());
    }

    @ParameterizedTest
    @EnumSource(names = {"BPF_PROG_TYPE_TRACING", "BPF_PROG_TYPE_RAW_TRACEPOINT", "BPF_PROG_TYPE_NETFILTER",
        "BPF_PROG_TYPE_FLOW_DISSECTOR"})
    void noContextComesBackThatNobodyWrote(ProgramType type) {
        assertEquals(0, run(type, TestRunOptions.ofContext(new byte[16])).context().length);
    }

    @Test
    void saysThatASignalCame() {
        kernel.status = -Errno.EINTR.number();
        KernelException refused = assertThrows(KernelException.class,
                () -> run(ProgramType.BPF_PROG_TYPE_XDP, TestRunOptions.ofData(new byte[64])));
        assertTrue(refused.getMessage().contains("a signal came"), refused::getMessage);
    }
}
