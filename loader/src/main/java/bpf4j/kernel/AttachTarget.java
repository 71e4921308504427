package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.NearNames;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramSpec;
import bpf4j.object.ProgramType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The kernel function or type that a program is loaded for.
 *
 * @param typeId its BTF id
 * @param module the module's BTF that the id belongs to, empty for the kernel proper
 */
public record AttachTarget(int typeId, Optional<Btf> module) {

    /** What stands before the target's name in BTF, and of which kind the type is. */
    private record Form(String prefix, BtfKind kind) {
    }

    /**
     * Finds the target of a program whose section names one.
     *
     * @param program a program with {@link bpf4j.object.SectionDefinition.Flag#ATTACH_BTF}
     * @param kernel the kernel's types
     * @return the target
     * @throws KernelException if the section names none, or the kernel does not have it; near names are part of the
     *     message
     */
    public static AttachTarget find(ProgramSpec program, KernelTypes kernel) {
        String subject = "program '" + program.name() + "'";
        String target = program.attachTarget().orElseThrow(() -> new KernelException(Step.LOAD_PROGRAM, subject, 0,
                "section '" + program.section() + "' names no target to attach to"));
        Form form = form(program);
        int colon = target.indexOf(':');
        String wanted = colon < 0 ? "" : target.substring(0, colon);
        String name = form.prefix + target.substring(colon + 1);
        if (wanted.isEmpty() || wanted.equals("vmlinux")) {
            OptionalInt found = kernel.vmlinux().find(name, form.kind);
            if (found.isPresent()) {
                return new AttachTarget(found.getAsInt(), Optional.empty());
            }
        }
        if (!wanted.equals("vmlinux")) {
            for (Btf module : kernel.modules()) {
                if (wanted.isEmpty() || module.name().equals(wanted)) {
                    OptionalInt found = module.findOwn(name, form.kind);
                    if (found.isPresent()) {
                        return new AttachTarget(found.getAsInt(), Optional.of(module));
                    }
                }
            }
        }
        List<String> near = near(name, form.kind, wanted, kernel);
        throw new KernelException(Step.LOAD_PROGRAM, subject, 0,
                "the kernel has no '%s' that section '%s' could attach to%s".formatted(name, program.section(),
                        near.isEmpty() ? "" : "; near: " + String.join(", ", near)));
    }

    private static List<String> near(String name, BtfKind kind, String wantedModule, KernelTypes kernel) {
        NearNames near = new NearNames(name);
        if (wantedModule.isEmpty() || wantedModule.equals("vmlinux")) {
            offerNames(kernel.vmlinux(), kind, near);
        }
        if (!wantedModule.equals("vmlinux")) {
            kernel.modules().stream().filter(module -> wantedModule.isEmpty() || module.name().equals(wantedModule))
                    .forEach(module -> offerNames(module, kind, near));
        }
        return near.names();
    }

    private static void offerNames(Btf btf, BtfKind kind, NearNames near) {
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            if (btf.kindNumber(id) == kind.ordinal()) {
                near.offer(btf.nameOf(id));
            }
        }
    }

    private static Form form(ProgramSpec program) {
        AttachType type = program.attachType().orElse(null);
        if (type == AttachType.BPF_TRACE_RAW_TP) {
            return new Form("btf_trace_", BtfKind.BTF_KIND_TYPEDEF);
        }
        if (type == AttachType.BPF_TRACE_ITER) {
            return new Form("bpf_iter_", BtfKind.BTF_KIND_FUNC);
        }
        boolean lsm = program.type() == ProgramType.BPF_PROG_TYPE_LSM;
        return new Form(lsm ? "bpf_lsm_" : "", BtfKind.BTF_KIND_FUNC);
    }
}
