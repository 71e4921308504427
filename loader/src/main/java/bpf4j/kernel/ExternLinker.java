package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.ResolvedExterns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Puts the values of externs into instructions, and collects the module descriptors that kfunc calls refer to by index.
 */
final class ExternLinker {

    /** A reached call of a weak kfunc that is missing fails with helper number {@code KFUNC_POISON + extern}. */
    static final int KFUNC_POISON = 2_002_000_000;

    private static final int MAX_FD_INDEX = Short.MAX_VALUE;

    private final List<String> names;
    private final ResolvedExterns externs;
    private final ToIntFunction<String> moduleFd;
    /** The kernel takes index 0 for its own functions, so the modules' start at 1. */
    private final List<String> modules = new ArrayList<>(List.of("vmlinux"));

    /**
     * @param names all externs of the object, in its order
     * @param externs what they have become
     * @param moduleFd opens a module's BTF by name
     */
    ExternLinker(List<String> names, ResolvedExterns externs, ToIntFunction<String> moduleFd) {
        this.names = names;
        this.externs = externs;
        this.moduleFd = moduleFd;
    }

    /** {@return what an extern has become} */
    ExternValue value(String name) {
        return externs.value(name);
    }

    /** Puts the value of an extern that is no configuration option into an instruction. */
    void link(long[] slots, int at, String name) {
        switch (externs.value(name)) {
            case ExternValue.Option _ -> throw new IllegalStateException(name + " is a variable of a map");
            case ExternValue.Address address ->
                value(slots, at, 0, (int) address.address(), (int) (address.address() >>> 32));
            case ExternValue.TypedVariable variable -> value(slots, at, Opcode.BPF_PSEUDO_BTF_ID, variable.typeId(),
                    isModule(variable.btf()) ? moduleFd.applyAsInt(variable.btf().name()) : 0);
            case ExternValue.Kfunc kfunc -> kfunc(slots, at, kfunc);
            case ExternValue.Missing _ -> {
                if (Insn.isLoadImm64(slots[at])) {
                    value(slots, at, 0, 0, 0);
                } else {
                    slots[at] = Insn.helperCall(KFUNC_POISON + names.indexOf(name));
                }
            }
        }
    }

    /** The descriptors by index, empty where no module is called. */
    int[] fdArray() {
        if (modules.size() == 1) {
            return new int[0];
        }
        int[] result = new int[modules.size()];
        for (int i = 1; i < result.length; i++) {
            result[i] = moduleFd.applyAsInt(modules.get(i));
        }
        return result;
    }

    private void kfunc(long[] slots, int at, ExternValue.Kfunc kfunc) {
        int index = 0;
        if (isModule(kfunc.btf())) {
            String module = kfunc.btf().name();
            index = modules.indexOf(module);
            if (index < 0) {
                index = modules.size();
                modules.add(module);
            }
            if (index > MAX_FD_INDEX) {
                throw new KernelException(Step.LOAD_PROGRAM, "kfuncs", 0, "of more modules than a call can name");
            }
        }
        if (Insn.isLoadImm64(slots[at])) {
            value(slots, at, Opcode.BPF_PSEUDO_BTF_ID, kfunc.typeId(),
                    index == 0 ? 0 : moduleFd.applyAsInt(kfunc.btf().name()));
        } else {
            slots[at] = Insn.withOff(
                    Insn.withImm(Insn.withSrc(slots[at], Opcode.BPF_PSEUDO_KFUNC_CALL), kfunc.typeId()), index);
        }
    }

    private static void value(long[] slots, int at, int source, int low, int high) {
        slots[at] = Insn.withImm(Insn.withSrc(slots[at], source), low);
        slots[at + 1] = Insn.withImm(slots[at + 1], high);
    }

    private static boolean isModule(Btf btf) {
        return btf.base().isPresent();
    }
}
