package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VerifierLogTest {

    private static final String NEW_FORM = """
            func#0 @0
            0: R1=ctx() R10=fp0
            ; __u32 key = position; @ some.bpf.c:22
            0: (b7) r6 = 7                        ; R6_w=7
            1: (bf) r2 = r10                      ; R2_w=fp0 R10=fp0
            2: (7a) *(u64 *)(r10 -8) = 0          ; R10=fp0 fp-8_w=0
            3: (85) call bpf_map_lookup_elem#1    ; R0_w=map_value(map=table,ks=4,vs=32,var_off=(0x0; 0xff))
            ; return row->words[5]; @ some.bpf.c:28
            4: (79) r0 = *(u64 *)(r0 +40)
            invalid access to map value, value_size=32 off=40 size=8
            R0 min value is outside of the allowed memory range
            verification time 31 usec
            stack depth 8
            processed 5 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
            """;

    private static final String OLD_FORM = """
            0: (b7) r6 = 7
            1: (15) if r1 == 0x0 goto pc+3
             R1=ctx(id=0,off=0,imm=0) R6=inv7 R10=fp0
            2: (b7) r6 = 8
            3: (07) r1 += 8

            from 1 to 5: R1=inv0 R6=inv7 R10=fp0
            5: (b7) r7 = 1
            6: (61) r0 = *(u32 *)(r1 +0)
            R1 invalid mem access 'inv'
            """;

    @Test
    void findsInstructionAndMessages() {
        VerifierLog log = new VerifierLog(NEW_FORM);
        assertEquals(OptionalInt.of(4), log.lastInsnIndex());
        assertEquals(List.of("invalid access to map value, value_size=32 off=40 size=8",
                "R0 min value is outside of the allowed memory range"), log.messages());
        assertEquals("invalid access to map value, value_size=32 off=40 size=8; "
                + "R0 min value is outside of the allowed memory range", log.reason());
        assertEquals(NEW_FORM, log.text());
    }

    @Test
    void followsRegistersBehindEachInstruction() {
        VerifierLog log = new VerifierLog(NEW_FORM);
        assertEquals(Map.of("R0", "map_value(map=table,ks=4,vs=32,var_off=(0x0; 0xff))", "R6", "7",
                "R10", "fp0", "fp-8", "0"),
                log.registers());
        assertEquals(List.of("R0", "R6", "R10", "fp-8"), List.copyOf(log.registers().keySet()));
    }

    @Test
    void followsRegistersOfOldKernelsFromBranchToBranch() {
        VerifierLog log = new VerifierLog(OLD_FORM);
        assertEquals(OptionalInt.of(6), log.lastInsnIndex());
        assertEquals("R1 invalid mem access 'inv'", log.reason());
        assertEquals(Map.of("R1", "inv0", "R6", "inv7", "R10", "fp0"), log.registers());
    }

    @Test
    void forgetsRegistersThatWereOverwritten() {
        assertEquals(Map.of("R10", "fp0"), new VerifierLog("""
                0: R1=ctx() R6=7 R10=fp0
                0: (b4) w6 = 1
                1: (85) call bpf_ktime_get_ns#5
                2: (95) exit
                R0 !read_ok
                """).registers());
    }

    @Test
    void showsTheInnermostFrame() {
        VerifierLog log = new VerifierLog("""
                0: R1=ctx() R10=fp0
                2: (85) call pc+1
                caller:
                 R6=9 R10=fp0
                callee:
                 frame1: R1=scalar(id=1) R10=fp0
                4: frame1: R1=scalar(id=1) R10=fp0
                4: (79) r0 = *(u64 *)(r1 +0)
                R1 invalid mem access 'scalar'
                """);
        assertEquals(Map.of("R1", "scalar(id=1)", "R10", "fp0"), log.registers());
        assertEquals(List.of("R1 invalid mem access 'scalar'"), log.messages());
    }

    @Test
    void messageMayNameTheInstruction() {
        assertEquals(OptionalInt.of(2), new VerifierLog("unreachable insn 2\nprocessed 0 insns (limit 1)\n")
                .lastInsnIndex());
        assertEquals(OptionalInt.of(1), new VerifierLog("jump out of range from insn 1 to 102\n").lastInsnIndex());
        assertEquals(OptionalInt.of(1), new VerifierLog("""
                2: (05) goto pc-2
                infinite loop detected at insn 1
                cur state: R0=0 R1=ctx() R10=fp0
                """).lastInsnIndex());
    }

    @Test
    void endsAMessageThatLacksItsLineBreak() {
        assertEquals("expected prog array map for tail call", new VerifierLog("""
                3: (85) call bpf_tail_call#12
                expected prog array map for tail callprocessed 3 insns (limit 1000000) max_states_per_insn 0
                """).reason());
    }

    @Test
    void emptyLogSaysSo() {
        assertEquals("the kernel wrote no log", new VerifierLog("").reason());
        assertEquals(OptionalInt.empty(), new VerifierLog("\n\n").lastInsnIndex());
    }

    @Test
    void indexThatNoProgramHasIsNoIndex() {
        assertEquals(OptionalInt.empty(), new VerifierLog("99999999999: (b7) r0 = 0\n").lastInsnIndex());
    }
}
