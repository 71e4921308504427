package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerifierAdviceTest {

    /** The logs are of a real kernel, each named as its row in small letters. */
    static Stream<Path> logs() {
        return Fixtures.list("verifier", ".log").stream();
    }

    private static VerifierAdvice row(Path log) {
        return VerifierAdvice.valueOf(log.getFileName().toString().replace(".log", "").toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("logs")
    void findsTheRowOfALog(Path log) throws IOException {
        assertEquals(Optional.of(row(log)), VerifierAdvice.of(new VerifierLog(Files.readString(log)).messages()));
    }

    /** What other kernels say, and what this one does not say to the privileged. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UNKNOWN_HELPER             | invalid func unknown#9999
            UNKNOWN_HELPER             | unknown func unknown#9999
            HELPER_NOT_ALLOWED         | unknown func bpf_probe_read_kernel#113
            GPL_ONLY                   | cannot call GPL-restricted function from non-GPL compatible program
            GPL_ONLY                   | cannot call GPL only function from non-GPL compatible program
            KFUNC_NOT_ALLOWED          | kernel btf_id 4711 does not refer to a function
            SLEEPS_IN_ATOMIC           | helper call might sleep in a non-sleepable prog
            SLEEPS_IN_ATOMIC           | program must be sleepable to call sleepable kfunc bpf_iter_css_new
            LOCK_HELD                  | bpf_spin_unlock is missing
            LOCK_HELD                  | function calls are not allowed while holding a lock
            UNRELEASED_REFERENCE       | Unreleased reference id=2 alloc_insn=4
            NULL_ARITHMETIC            | R0 pointer arithmetic on map_value_or_null prohibited, null-check it first
            UNCHECKED_NULL             | R0 invalid mem access 'map_value_or_null'
            UNCHECKED_NULL             | R1 invalid mem access 'ptr_or_null_sock'
            UNCHECKED_NULL             | Possibly NULL pointer passed to trusted arg0
            NO_POINTER                 | R1 invalid mem access 'inv'
            WRONG_POINTER              | R1 invalid mem access 'map_ptr'
            UNINITIALIZED_REGISTER     | R0 !read_ok
            UNINITIALIZED_STACK        | invalid read from stack off -8+0 size 8
            UNINITIALIZED_STACK        | invalid indirect read from stack off -16+12 size 16
            UNINITIALIZED_STACK        | invalid indirect read from stack R2 off -16+12 size 16
            STACK_ACCESS_OUT_OF_BOUNDS | invalid stack off=-520 size=8
            STACK_ACCESS_OUT_OF_BOUNDS | invalid stack type R2 off=-8 access_size=16
            STACK_ACCESS_OUT_OF_BOUNDS | invalid indirect access to stack R2 off=-520 size=4
            STACK_ACCESS_OUT_OF_BOUNDS | invalid variable-offset write to stack R1 var_off=(0x0; 0x1ff) off=-256 size=1
            STACK_TOO_LARGE            | combined stack size of 3 calls is 640. Too large
            INFINITE_LOOP              | back-edge from insn 4 to 0
            TOO_MANY_INSTRUCTIONS      | BPF program is too large. Processed 1000001 insn
            TOO_MANY_INSTRUCTIONS      | BPF program is too large. Proccessed 131073 insn
            TOO_MANY_INSTRUCTIONS      | The sequence of 8193 jumps is too complex.
            PACKET_ACCESS              | R1 offset is outside of the packet
            NEGATIVE_INDEX             | R1 min value is negative, either use unsigned index or do a if (index
            NEGATIVE_INDEX             | R2 min value is negative, either use unsigned or 'var &= const'
            ARGUMENT_SIZE              | R2 unbounded memory access, use 'var &= const' or 'if (var < const)'
            ARGUMENT_SIZE              | R3 invalid zero-sized read: u64=[0,4]
            UNBOUNDED_ACCESS           | R0 unbounded memory access, make sure to bounds check any such access
            UNBOUNDED_ACCESS           | R0 max value is outside of the array range
            MAP_VALUE_OUT_OF_BOUNDS    | R0 min value is outside of the array range
            MEMORY_OUT_OF_BOUNDS       | invalid access to memory, mem_size=8 off=8 size=8
            MEMORY_OUT_OF_BOUNDS       | access beyond struct sock at off 4096 size 8
            READ_ONLY_MEMORY           | R1 cannot write into rdonly_mem
            KERNEL_MEMORY_WRITTEN      | only read is supported
            CONTEXT_MODIFIED           | dereference of modified ctx ptr R1 off=8 disallowed
            CONTEXT_MODIFIED           | variable ctx access var_off=(0x0; 0x4) disallowed
            MISALIGNED_ACCESS          | misaligned packet access off 0+14+1 size 4
            POINTER_ARITHMETIC         | R1 pointer += pointer prohibited
            POINTER_ARITHMETIC         | R2 bitwise operator &= on pointer prohibited
            POINTER_ARITHMETIC         | R1 32-bit pointer arithmetic prohibited
            MAP_TYPE                   | expected prog array map for tail call
            ARGUMENT_TYPE              | R1 type=inv expected=map_ptr
            ARGUMENT_TYPE              | R1 must be referenced or trusted
            RETURN_VALUE               | At program exit the register R0 has value (0x4d; 0x0) should have been in (0x0
            RETURN_VALUE               | At program exit the register R0 has unknown scalar value should have been
            ATTACH_TARGET              | tcp_reno_ssthresh() is not modifiable
            ATTACH_TARGET              | attach_btf_id 4711 is not a function
            ATTACH_TARGET              | The address of function tcp_reno_ssthresh cannot be found
            ATTACH_TARGET              | attach to unsupported member get_info of struct tcp_congestion_ops
            UNKNOWN_INSTRUCTION        | unknown opcode d5
            UNKNOWN_INSTRUCTION        | BPF_STX uses reserved fields
            POINTER_LEAK               | R0 leaks addr as return value
            POINTER_LEAK               | R1 leaks addr into map
            """)
    void findsTheRowOfAMessage(VerifierAdvice row, String message) {
        assertEquals(Optional.of(row), VerifierAdvice.of(List.of(message)));
    }

    @Test
    void rareMessagesHaveNoRow() {
        assertEquals(Optional.empty(), VerifierAdvice.of(List.of("number of funcs in func_info doesn't agree")));
        assertEquals(Optional.empty(), VerifierAdvice.of(List.of()));
    }

    @Test
    void nearlyAllRowsAreSeenInARealLog() {
        Set<VerifierAdvice> unseen = EnumSet.allOf(VerifierAdvice.class);
        logs().map(VerifierAdviceTest::row).forEach(unseen::remove);
        assertEquals(EnumSet.of(VerifierAdvice.ATTACH_TARGET), unseen);
    }

    @Test
    void sentencesCanBeJoined() {
        for (VerifierAdvice row : VerifierAdvice.values()) {
            for (String sentence : List.of(row.cause(), row.advice())) {
                assertFalse(sentence.isBlank(), row::name);
                assertTrue(Character.isLowerCase(sentence.charAt(0)) && (!sentence.endsWith(".")
                        || sentence.endsWith("...")),
                        row::name);
            }
        }
    }
}
