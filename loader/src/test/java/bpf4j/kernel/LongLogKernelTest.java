package bpf4j.kernel;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.insn.Condition;
import bpf4j.object.BpfObject;
import bpf4j.testdata.KernelTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verifier's log does not fit into the first buffer: {@code ENOSPC}, and again with a larger one. */
@KernelTest
class LongLogKernelTest {

    private static final int FIRST_BUFFER_BYTES = 1 << 20;
    /** The verifier follows each round, as the counter is known, and writes two lines of it. */
    private static final int ROUNDS = 20_000;

    private static BpfObject counting(boolean readsUnknown) {
        Assembler program = new Assembler().mov(R0, 0).label("next").add(R0, 1)
                .jumpIf(R0, Condition.LT, ROUNDS, "next");
        if (readsUnknown) {
            program.mov(R0, R3);
        }
        Code code = program.mov(R0, 0).exit().assemble();
        return BpfObject.builder("counting").program("count", "socket", code).build();
    }

    @Test
    void longLogOfALoadIsWhole() {
        try (Descriptors _ = new Descriptors();
                LoadedObject loaded = counting(false).load(LoadOptions.defaults().withLogLevel(2))) {
            String log = loaded.program("count").log();
            assertTrue(log.length() > FIRST_BUFFER_BYTES, () -> log.length() + " bytes");
            assertTrue(log.lines().toList().getLast().startsWith("processed "));
            assertEquals(List.of(), loaded.adaptations());
        }
    }

    @Test
    void longLogOfARefusalIsWhole() {
        try (Descriptors _ = new Descriptors()) {
            VerifierException e = assertThrows(VerifierException.class, () -> counting(true).load());
            assertEquals("EACCES", e.errnoName());
            assertTrue(e.log().length() > FIRST_BUFFER_BYTES, () -> e.log().length() + " bytes");
            assertEquals("R3 !read_ok", e.reason());
        }
    }
}
