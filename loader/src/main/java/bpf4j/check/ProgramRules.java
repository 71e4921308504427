package bpf4j.check;

import bpf4j.btf.BtfKind;
import bpf4j.insn.HelperFunction;
import bpf4j.insn.Insn;
import bpf4j.insn.NearNames;
import bpf4j.insn.Opcode;
import bpf4j.kernel.AttachTarget;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelFeature;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import bpf4j.object.Reference;
import bpf4j.object.SectionDefinition;
import bpf4j.object.SectionDefinitions;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.ExternSurvey;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.SourceLine;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a kernel takes a program, as far as the verifier is not the judge: types, targets, helpers, instructions. */
final class ProgramRules {

    /** Program types whose attach type the kernel compares when it loads; for others it counts when attaching. */
    private static final Set<ProgramType> COMPARED = EnumSet.of(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK,
            ProgramType.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, ProgramType.BPF_PROG_TYPE_CGROUP_SKB,
            ProgramType.BPF_PROG_TYPE_CGROUP_SOCKOPT, ProgramType.BPF_PROG_TYPE_SK_LOOKUP,
            ProgramType.BPF_PROG_TYPE_SK_REUSEPORT, ProgramType.BPF_PROG_TYPE_NETFILTER,
            ProgramType.BPF_PROG_TYPE_TRACING, ProgramType.BPF_PROG_TYPE_LSM);
    /** What the kernel's {@code license_is_gpl_compatible} accepts. */
    private static final Set<String> GPL = Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL",
            "Dual MIT/GPL", "Dual MPL/GPL");
    /** The loader replaces them where they are missing: {@code bpf_probe_read_user} and its relatives. */
    private static final int FIRST_PROBE_READ = 112;
    private static final int LAST_PROBE_READ = 115;

    private final BpfObject object;
    private final TargetKernel kernel;
    private final ExternSurvey externs;
    private final Findings findings;

    ProgramRules(BpfObject object, TargetKernel kernel, ExternSurvey externs, Findings findings) {
        this.object = object;
        this.kernel = kernel;
        this.externs = externs;
        this.findings = findings;
    }

    void check(RelocatedProgram program, LiveCode live) {
        ProgramSpec spec = program.spec();
        String subject = "program '" + spec.name() + "'";
        if (spec.type() == ProgramType.BPF_PROG_TYPE_UNSPEC) {
            NearNames near = new NearNames(spec.section());
            SectionDefinitions.all().forEach(definition -> near.offer(definition.name()));
            findings.blocks(Finding.Rule.PROGRAM, subject,
                    "section name '%s' says of no program type%s".formatted(spec.section(), near.hint()));
            return;
        }
        type(spec, subject);
        target(program, subject);
        license(spec, subject);
        instructions(program, subject);
        calls(program, live, subject);
        new AttachRules(kernel, findings).check(spec, subject);
    }

    private void type(ProgramSpec spec, String subject) {
        String name = spec.type().name();
        if (!kernel.names().haveInterface()) {
            findings.undecided(Finding.Rule.PROGRAM, subject, "the kernel's types do not list the program types");
            return;
        }
        if (!kernel.names().hasEnumerator(name)) {
            findings.blocks(Finding.Rule.PROGRAM, subject, "the kernel does not know " + name + MapRules.since(name));
        } else if (kernel.names().listProgramTypes() && !kernel.names().hasProgramType(name)) {
            findings.blocks(Finding.Rule.PROGRAM, subject, "the kernel was built without " + name);
        }
        spec.attachType().map(AttachType::name).filter(attach -> !kernel.names().hasEnumerator(attach))
                .ifPresent(attach -> findings.add(COMPARED.contains(spec.type()) ? Severity.BLOCKS : Severity.NOTE,
                        Finding.Rule.PROGRAM, subject, "the kernel does not know attach type " + attach
                                + MapRules.since(attach), Optional.empty()));
    }

    private void target(RelocatedProgram program, String subject) {
        ProgramSpec spec = program.spec();
        if (spec.type() == ProgramType.BPF_PROG_TYPE_EXT) {
            findings.blocks(Finding.Rule.ATTACH_TARGET, subject,
                    "it replaces a function of another program, which has to be named when it is loaded");
        } else if (program.structOps().isEmpty() && spec.has(SectionDefinition.Flag.ATTACH_BTF)) {
            try {
                AttachTarget.find(spec, kernel.types()).module().ifPresent(
                        module -> new ExternRules(kernel, findings)
                                .loaded(module, Finding.Rule.ATTACH_TARGET, subject));
            } catch (KernelException e) {
                findings.blocks(Finding.Rule.ATTACH_TARGET, subject, e.advice());
            }
        }
    }

    private void license(ProgramSpec spec, String subject) {
        if (!GPL.contains(object.license()) && (spec.type() == ProgramType.BPF_PROG_TYPE_STRUCT_OPS
                || spec.type() == ProgramType.BPF_PROG_TYPE_LSM)) {
            findings.blocks(Finding.Rule.LICENSE, subject,
                    "programs of type %s have to have a license compatible with the GPL, and it has '%s'".formatted(
                            spec.type(), object.license()));
        }
    }

    /** The kernel looks at the opcodes of all instructions, reached or not. */
    private void instructions(RelocatedProgram program, String subject) {
        long[] slots = program.slots();
        for (int i = 0; i < slots.length; i++) {
            if (Insn.isLoadImm64(slots[i])) {
                i++;
            } else if (isVersion4(slots[i])) {
                String problem = "it has instructions of version 4 (-mcpu=v4), which came with Linux %d.%d".formatted(
                        KernelFeature.ISA_V4.since().major(), KernelFeature.ISA_V4.since().minor());
                if (kernel.version().isEmpty()) {
                    findings.undecided(Finding.Rule.INSTRUCTION, subject,
                            problem + ", and this kernel's version is not known");
                } else if (kernel.version().get().compareTo(KernelFeature.ISA_V4.since()) < 0) {
                    findings.add(Severity.BLOCKS, Finding.Rule.INSTRUCTION, subject, problem, line(program, i));
                }
                return;
            }
        }
    }

    private static boolean isVersion4(long slot) {
        int operation = Insn.operation(slot);
        return switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_LDX -> Insn.mode(slot) == Opcode.BPF_MEMSX;
            case Opcode.BPF_JMP32 -> operation == Opcode.BPF_JA;
            case Opcode.BPF_ALU64 -> operation == Opcode.BPF_END || isSigned(operation, slot);
            case Opcode.BPF_ALU -> isSigned(operation, slot);
            default -> false;
        };
    }

    private static boolean isSigned(int operation, long slot) {
        return Insn.off(slot) != 0 && (operation == Opcode.BPF_DIV || operation == Opcode.BPF_MOD
                || operation == Opcode.BPF_MOV && Insn.off(slot) != Opcode.BPF_ADDR_SPACE_CAST);
    }

    private void calls(RelocatedProgram program, LiveCode live, String subject) {
        long[] slots = program.slots();
        Set<Integer> missing = new TreeSet<>();
        for (int i = 0; i < slots.length; i++) {
            if (Insn.isLoadImm64(slots[i])) {
                i++;
            } else if (live.reaches(i) && Insn.isHelperCall(slots[i]) && isMissing(program, i, Insn.imm(slots[i]))
                    && missing.add(Insn.imm(slots[i]))) {
                int helper = Insn.imm(slots[i]);
                findings.add(Severity.BLOCKS, Finding.Rule.HELPER, subject, "the kernel has no helper "
                        + HelperFunction.name(helper).orElse(Integer.toString(helper)), line(program, i));
            }
        }
        for (Reference reference : program.references()) {
            if (reference instanceof Reference.ExternReference(int at, String name) && Insn.isCall(slots[at])
                    && live.reaches(at)
                    && externs.result(name).orElse(null) instanceof ExternResult.Resolved(_, ExternValue.Kfunc kfunc)) {
                kfunc(program, at, name, kfunc, subject);
            }
        }
    }

    /** Calls of kernel functions look like helper calls while they are symbolic; what is poisoned is told elsewhere. */
    private boolean isMissing(RelocatedProgram program, int at, int helper) {
        boolean other = program.poisoned().containsKey(at)
                || program.references().stream().anyMatch(r -> r.insnIndex() == at);
        boolean replaced = helper >= FIRST_PROBE_READ && helper <= LAST_PROBE_READ;
        return !other && !replaced && kernel.names().listHelpers() && !kernel.names().hasHelper(helper);
    }

    private void kfunc(RelocatedProgram program, int at, String name, ExternValue.Kfunc kfunc, String subject) {
        if (!GPL.contains(object.license())) {
            findings.add(Severity.BLOCKS, Finding.Rule.LICENSE, subject,
                    "only programs with a license compatible with the GPL call kernel functions, and it has '%s'"
                            .formatted(object.license()), line(program, at));
        }
        boolean module = kfunc.btf().base().isPresent();
        if (!module && kernel.names().tagKfuncs() && !kernel.names().isKfunc(kfunc.typeId())
                && kfunc.btf().kindNumber(kfunc.typeId()) == BtfKind.BTF_KIND_FUNC.ordinal()) {
            findings.add(Severity.BLOCKS, Finding.Rule.EXTERN, subject,
                    "it calls '%s', which the kernel has, but not for BPF".formatted(name), line(program, at));
        }
    }

    private Optional<SourceLine> line(RelocatedProgram program, int at) {
        return program.lineAt(at).flatMap(line -> object.btf().map(line::source));
    }
}
