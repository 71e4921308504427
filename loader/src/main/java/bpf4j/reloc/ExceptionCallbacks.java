package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The functions that receive what programs throw. A program names its own by a declaration tag {@code
 * exception_callback:NAME} on its entry function; the verifier calls it when {@code bpf_throw} is reached.
 */
final class ExceptionCallbacks {

    private static final String TAG = "exception_callback:";
    private static final int WHOLE_FUNCTION = -1;

    private final BpfObject object;
    private final Map<String, String> byProgram = new HashMap<>();

    ExceptionCallbacks(BpfObject object) {
        this.object = object;
        object.btf().ifPresent(this::readTags);
    }

    private void readTags(Btf btf) {
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            if (btf.kindNumber(id) == BtfKind.BTF_KIND_DECL_TAG.ordinal()
                    && btf.type(id) instanceof BtfType.DeclTag tag && tag.name().startsWith(TAG)
                    && tag.componentIndex() == WHOLE_FUNCTION && btf.type(tag.typeId()) instanceof BtfType.Func func) {
                String callback = tag.name().substring(TAG.length());
                String known = byProgram.putIfAbsent(func.name(), callback);
                if (known != null) {
                    throw new RelocationException("program '" + func.name() + "'",
                            "it names two exception callbacks, '%s' and '%s'".formatted(known, callback),
                            Optional.empty(), null);
                }
            }
        }
    }

    /** The index of a program's callback in {@link BpfObject#functions()}. */
    Optional<Integer> of(ProgramSpec program) {
        String name = byProgram.get(program.name());
        if (name == null) {
            return Optional.empty();
        }
        for (int i = 0; i < object.functions().size(); i++) {
            BpfFunction function = object.functions().get(i);
            if (function.name().equals(name) && function.isGlobal() && !function.isHidden()
                    && function.isSubprogram()) {
                return Optional.of(i);
            }
        }
        throw new RelocationException("program '" + program.name() + "'",
                "its exception callback '%s' is no global function in .text".formatted(name), Optional.empty(), null);
    }
}
