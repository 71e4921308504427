package bpf4j.fuzz;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.core.CoreException;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.CoreResolver;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsMatcher;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.btf.structops.StructOpsPrograms;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Fits an object's types to a kernel's, where either may be damaged. */
final class MatchReading {

    private static final int POINTER_BYTES = 8;

    private MatchReading() {
    }

    /** The object's types, its CO-RE records, the kernel's types. */
    static void core(byte[] input) {
        byte[][] parts = Parts.split(input, 3);
        Question.model(() -> {
            Btf local = Btf.parse(MemorySegment.ofArray(parts[0]), ".BTF");
            BtfExt ext = BtfExt.parse(MemorySegment.ofArray(parts[1]), local);
            Btf kernel = Btf.parse(MemorySegment.ofArray(parts[2]), "vmlinux");
            CoreResolver resolver = new CoreResolver(local, kernel);
            for (List<CoreRelocation> section : ext.coreRelocations().values()) {
                for (CoreRelocation relocation : section) {
                    resolve(resolver, relocation);
                }
            }
        }, BtfFormatException.class);
    }

    private static void resolve(CoreResolver resolver, CoreRelocation relocation) {
        Question.model(() -> {
            CoreFixup fixup = resolver.resolve(relocation);
            Question.ask(() -> Question.text(fixup.path()));
            Question.ask(() -> Question.text(fixup.candidates()));
            if (fixup instanceof CoreFixup.Poison poison) {
                Question.ask(() -> Question.text(poison.reason()));
            }
        }, BtfFormatException.class, CoreException.class);
    }

    /** The object's types, the kernel's types, the contents of the object's section of variables. */
    static void structOps(byte[] input) {
        byte[][] parts = Parts.split(input, 3);
        Question.model(() -> {
            Btf local = Btf.parse(MemorySegment.ofArray(parts[0]), ".BTF");
            KernelTypes kernel = KernelTypes.of(Btf.parse(MemorySegment.ofArray(parts[1]), "vmlinux"));
            MemorySegment section = MemorySegment.ofArray(parts[2]);
            for (int id = 1; id < local.typeCount(); id++) {
                if (local.type(id) instanceof BtfType.Var) {
                    int variable = id;
                    Question.ask(() -> match(LocalStructOps.of(local, variable, section, 0), kernel),
                            BtfFormatException.class, StructOpsException.class);
                }
            }
        }, BtfFormatException.class);
    }

    private static void match(LocalStructOps intact, KernelTypes kernel) {
        LocalStructOps local = intact;
        for (long at = 0; at < Math.min(intact.bytes().byteSize(), 32 * POINTER_BYTES); at += POINTER_BYTES) {
            try {
                local = local.withDeclaredProgram(at, "program_" + at);
            } catch (BtfFormatException e) {
                Question.check(e, BtfFormatException.class);
            }
        }
        StructOpsPlan plan = StructOpsMatcher.match(local, kernel);
        Question.text(plan.outcomes());
        Question.text(StructOpsPrograms.assign(List.of(plan), List.of()));
        if (plan.image().length != plan.kernel().valueSizeBytes()) {
            throw new AssertionError("an image of another size than the kernel's value");
        }
    }
}
