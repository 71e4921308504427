package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.FuncInfo;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Types of functions that no compiler described: without them the kernel takes no address of a function, and shows
 * programs without the names of their functions.
 *
 * @param types the given types with those of functions added
 * @param functions the functions with their types
 */
record FunctionTypes(Optional<Btf> types, List<BpfFunction> functions) {

    /** Gives each function the type of its name, or one that takes nothing and returns an {@code int}. */
    static FunctionTypes describe(List<BpfFunction> functions, Optional<Btf> given, ByteOrder order, String name) {
        if (given.isPresent() && given.get().order() != order) {
            throw new IllegalArgumentException("%s: the types are of byte order %s and the object is of %s"
                    .formatted(name, given.get().order(), order));
        }
        if (functions.isEmpty()) {
            return new FunctionTypes(given, functions);
        }
        BtfBuilder builder = given.map(BtfBuilder::copyOf).orElseGet(BtfBuilder::new);
        int[] prototype = new int[1];
        List<BpfFunction> described = functions.stream().map(function -> {
            int known = given.map(btf -> btf.find(function.name(), BtfKind.BTF_KIND_FUNC).orElse(0)).orElse(0);
            if (known == 0 && prototype[0] == 0) {
                int integer = builder.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
                prototype[0] = builder.add(new BtfType.FuncProto(integer, List.of()));
            }
            int typeId = known != 0 ? known : builder.add(new BtfType.Func(function.name(), prototype[0],
                    function.isSubprogram() ? BtfType.Func.STATIC : BtfType.Func.GLOBAL));
            return function.withFuncInfo(new FuncInfo(function.sectionInsnIndex() * 8L, typeId));
        }).toList();
        return new FunctionTypes(Optional.of(builder.build(order, name + ": .BTF")), described);
    }
}
