package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.FuncInfo;
import bpf4j.btf.LineInfo;
import bpf4j.insn.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Describes functions that are built in code as a compiler would. Without their types the kernel takes no address of a
 * function and shows programs without the names of their functions; lines of source are for whoever reads the
 * verifier's log or a dump.
 */
final class BuiltFunctions {

    private final BtfBuilder types;
    private final Optional<Btf> given;
    private int prototype;

    /**
     * @param types takes what is added
     * @param given the types that {@code types} is a copy of
     */
    BuiltFunctions(BtfBuilder types, Optional<Btf> given) {
        this.types = types;
        this.given = given;
    }

    /** Gives each its type, and line info if any of them has a source: the kernel wants it of all or of none. */
    List<BpfFunction> describe(List<BpfFunction> functions, List<FunctionLinker.Declared> declared) {
        boolean withLines = declared.stream().anyMatch(function -> !function.code().sources().isEmpty());
        List<BpfFunction> result = new ArrayList<>();
        for (int i = 0; i < functions.size(); i++) {
            BpfFunction function = functions.get(i);
            result.add(function.withInfo(new FuncInfo(function.sectionInsnIndex() * 8L, typeId(function)),
                    withLines ? lines(function, declared.get(i)) : List.of()));
        }
        return result;
    }

    /** The type of the function's name, or one that takes nothing and returns an {@code int}. */
    private int typeId(BpfFunction function) {
        int known = given.map(btf -> btf.find(function.name(), BtfKind.BTF_KIND_FUNC).orElse(0)).orElse(0);
        if (known != 0) {
            return known;
        }
        if (prototype == 0) {
            int integer = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
            prototype = types.add(new BtfType.FuncProto(integer, List.of()));
        }
        return types.add(new BtfType.Func(function.name(), prototype,
                function.isSubprogram() ? BtfType.Func.STATIC : BtfType.Func.GLOBAL));
    }

    /** What stands before a function's first source comes from a line with its name: each function has to begin one. */
    private List<LineInfo> lines(BpfFunction function, FunctionLinker.Declared declared) {
        int start = declared.part().insnIndex();
        SortedMap<Integer, Code.Source> sources = new TreeMap<>(
                declared.code().sources().subMap(start, start + function.slotCount()));
        sources.putIfAbsent(start, new Code.Source("", 0, function.name() + ":"));
        List<LineInfo> result = new ArrayList<>();
        sources.forEach((at, source) -> result.add(
                line((function.sectionInsnIndex() + at - start) * 8L, source, types)));
        return result;
    }

    /** {@return line info that says where an instruction comes from; {@code strings} takes the words} */
    static LineInfo line(long insnOffsetBytes, Code.Source source, BtfBuilder strings) {
        return new LineInfo(insnOffsetBytes, strings.string(source.file()), strings.string(source.text()),
                source.line() << 10);
    }
}
