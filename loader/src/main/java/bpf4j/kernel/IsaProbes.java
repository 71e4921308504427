package bpf4j.kernel;

import static bpf4j.insn.Register.R0;

import bpf4j.insn.Assembler;
import bpf4j.insn.Condition;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.object.ProgramType;

/** Probes for what the verifier and the instruction set can do. */
final class IsaProbes {

    /** {@code BPF_MAXINSNS} of {@code include/uapi/linux/bpf_common.h}. */
    private static final int BPF_MAXINSNS = 4096;

    private IsaProbes() {
    }

    static FeatureSupport largeProgram(ProbeCalls calls) {
        Assembler code = new Assembler();
        for (int i = 0; i < BPF_MAXINSNS; i++) {
            code.mov(R0, 1);
        }
        return judge(calls, code.exit());
    }

    static FeatureSupport boundedLoop(ProbeCalls calls) {
        return judge(calls, new Assembler().mov(R0, 10).label("again").add(R0, -1)
                .jumpIf(R0, Condition.NE, 0, "again").exit());
    }

    static FeatureSupport version2(ProbeCalls calls) {
        return judge(calls, new Assembler().mov(R0, 0)
                .jumpIf(R0, Condition.LT, 0, "end").mov(R0, 1).label("end").exit());
    }

    static FeatureSupport version3(ProbeCalls calls) {
        return judge(calls, new Assembler().mov(R0, 0)
                .insn(Insn.of(Opcode.BPF_JMP32 | Opcode.BPF_JLT | Opcode.BPF_K, 0, 0, 1, 0)).mov(R0, 1).exit());
    }

    static FeatureSupport version4(ProbeCalls calls) {
        return judge(calls, new Assembler().mov(R0, 0).jumpLong("end").label("end").exit());
    }

    private static FeatureSupport judge(ProbeCalls calls, Assembler code) {
        return ProbeCalls.judge(calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, code.assemble()),
                () -> calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, ProgramProbes.EMPTY));
    }
}
