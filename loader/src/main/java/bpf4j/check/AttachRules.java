package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.insn.NearNames;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Whether the kernel has what a program's section names, where that counts when the program is attached and not when it
 * is loaded: functions of kprobes, system calls, tracepoints. The kernel's types tell of all functions but those that
 * were inlined or renamed by the compiler, so what is missing is noted only.
 */
final class AttachRules {

    private static final Set<String> KPROBES = Set.of("kprobe", "kretprobe");
    private static final Set<String> SYSCALLS = Set.of("ksyscall", "kretsyscall");
    private static final String TRACEPOINT = "btf_trace_";

    private final TargetKernel kernel;
    private final Findings findings;

    AttachRules(TargetKernel kernel, Findings findings) {
        this.kernel = kernel;
        this.findings = findings;
    }

    void check(ProgramSpec spec, String subject) {
        String target = spec.attachTarget().orElse("");
        String section = spec.definition().map(definition -> definition.name()).orElse("");
        if (target.isEmpty()) {
            return;
        }
        if (KPROBES.contains(section)) {
            function(target.replaceFirst("\\+.*", ""), subject);
        } else if (SYSCALLS.contains(section)) {
            require(List.of("__x64_sys_" + target, "__arm64_sys_" + target, "__riscv_sys_" + target,
                    "__s390x_sys_" + target, "sys_" + target), BtfKind.BTF_KIND_FUNC, UnaryOperator.identity(), subject,
                    "system call '" + target + "'");
        } else if (spec.type() == ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT
                || spec.type() == ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE) {
            tracepoint(target, subject);
        } else if (spec.type() == ProgramType.BPF_PROG_TYPE_TRACEPOINT && !target.startsWith("syscalls/")) {
            tracepoint(target.substring(target.indexOf('/') + 1), subject);
        }
    }

    private void function(String name, String subject) {
        require(List.of(name), BtfKind.BTF_KIND_FUNC, UnaryOperator.identity(), subject, "function '" + name + "'");
    }

    private void tracepoint(String name, String subject) {
        require(List.of(TRACEPOINT + name), BtfKind.BTF_KIND_TYPEDEF,
                found -> found.startsWith(TRACEPOINT) ? found.substring(TRACEPOINT.length()) : "", subject,
                "tracepoint '" + name + "'");
    }

    /** Looks for one of the names, and for names near to the first. */
    private void require(List<String> names, BtfKind kind, UnaryOperator<String> shown, String subject, String what) {
        List<Btf> all = new ArrayList<>(List.of(kernel.types().vmlinux()));
        if (names.stream().anyMatch(name -> kernel.types().vmlinux().find(name, kind).isPresent())) {
            return;
        }
        all.addAll(kernel.modules());
        if (all.stream().skip(1).anyMatch(btf -> names.stream().anyMatch(n -> btf.findOwn(n, kind).isPresent()))) {
            return;
        }
        NearNames near = new NearNames(shown.apply(names.getFirst()));
        for (Btf btf : all) {
            for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
                if (btf.kindNumber(id) == kind.ordinal()) {
                    near.offer(shown.apply(btf.nameOf(id)));
                }
            }
        }
        findings.note(Finding.Rule.ATTACH_TARGET, subject,
                "the kernel's types have no %s that it could be attached to%s".formatted(what, near.hint()));
    }
}
