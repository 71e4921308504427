package bpf4j.check;

import bpf4j.insn.Insn;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.Reference;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.ExternSurvey;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.RelocatedProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of one program before it runs: the numbers that its symbols become, the contents of memory that stays
 * as it is, and the instructions that must not be reached.
 */
final class ProgramFacts {

    private final RelocatedProgram program;
    private final BpfObject object;
    private final ExternSurvey externs;
    private final Map<Integer, Reference> references = new HashMap<>();
    private final Map<String, MapSpec> maps;
    private final String kconfigMap;
    private final Set<String> globalFunctions;
    private final Map<Integer, Poison> poisons = new HashMap<>();

    ProgramFacts(RelocatedProgram program, BpfObject object, ExternSurvey externs) {
        this.program = program;
        this.object = object;
        this.externs = externs;
        program.references().forEach(reference -> references.put(reference.insnIndex(), reference));
        this.maps = object.maps().stream().collect(Collectors.toMap(MapSpec::name, map -> map, (first, _) -> first));
        this.kconfigMap = object.maps().stream().filter(map -> map.contents() instanceof MapContents.Kconfig)
                .map(MapSpec::name).findFirst().orElse("");
        this.globalFunctions = object.functions().stream()
                .filter(f -> f.isSubprogram() && f.isGlobal() && !f.isHidden())
                .map(BpfFunction::name).collect(Collectors.toCollection(HashSet::new));
        program.poisoned().forEach((index, fixup) -> poisons.put(index, new Poison.Core(fixup)));
        long[] slots = program.slots();
        program.references().forEach(reference -> poison(reference, slots)
                .ifPresent(poison -> poisons.put(reference.insnIndex(), poison)));
    }

    RelocatedProgram program() {
        return program;
    }

    /** {@return whether the verifier looks at the function that starts here on its own, whatever its callers know} */
    boolean isGlobalFunction(int insnIndex) {
        return program.partAt(insnIndex).filter(part -> part.insnIndex() == insnIndex)
                .filter(part -> globalFunctions.contains(part.name())).isPresent();
    }

    /** {@return the instructions that must not be reached, and why} */
    Map<Integer, Poison> poisons() {
        return poisons;
    }

    private Optional<Poison> poison(Reference reference, long[] slots) {
        return switch (reference) {
            case Reference.MapReference(_, String map) when !isCreated(map) -> Optional.of(new Poison.Map(map));
            case Reference.DataReference(_, String map, _) when !isCreated(map) -> Optional.of(new Poison.Map(map));
            case Reference.ExternReference(int at, String extern) when Insn.isCall(slots[at]) && isMissing(extern) ->
                Optional.of(new Poison.Kfunc(extern));
            case Reference.MapReference _, Reference.DataReference _, Reference.ExternReference _,
                    Reference.CallReference _, Reference.FunctionReference _ -> Optional.empty();
        };
    }

    /** {@return what a two-slot load puts into its register} */
    Value loaded(int insnIndex, long first, long second) {
        return switch (references.get(insnIndex)) {
            case Reference.MapReference _ -> Value.POINTER;
            case Reference.DataReference(_, String map, long offset) ->
                new Value.Data(map, offset + Insn.imm(first));
            case Reference.ExternReference(_, String extern) -> extern(extern);
            case null, default -> Insn.src(first) == 0 ? new Value.Number(Insn.imm64(first, second)) : Value.POINTER;
        };
    }

    private Value extern(String name) {
        return switch (externs.result(name).orElse(null)) {
            case ExternResult.Resolved(Extern.Kconfig option, _) -> new Value.Data(kconfigMap, option.offsetBytes());
            case ExternResult.Unknown(Extern.Kconfig option, _) -> new Value.Data(kconfigMap, option.offsetBytes());
            case ExternResult.Resolved(_, ExternValue.Missing _) -> new Value.Number(0);
            case ExternResult.Resolved(_, ExternValue.Address(long address)) -> new Value.Number(address);
            case ExternResult.Resolved _ -> Value.POINTER;
            case null, default -> Value.UNKNOWN;
        };
    }

    /** {@return what is at a place in a map that neither programs nor processes can change any more} */
    OptionalLong constant(String map, long offsetBytes, int bytes) {
        MapSpec spec = maps.get(map);
        if (spec == null || offsetBytes < 0) {
            return OptionalLong.empty();
        }
        if (map.equals(kconfigMap)) {
            return isKnownOption(offsetBytes, bytes)
                    ? number(MemorySegment.ofArray(externs.kconfigImage()), offsetBytes, bytes) : OptionalLong.empty();
        }
        if (!(spec.contents() instanceof MapContents.Data data) || !data.frozen()
                || offsetBytes + bytes > data.sizeBytes()) {
            return OptionalLong.empty();
        }
        return offsetBytes + bytes > data.bytes().byteSize() ? OptionalLong.empty()
                : number(data.bytes(), offsetBytes, bytes);
    }

    private boolean isKnownOption(long offsetBytes, int bytes) {
        return externs.results().stream().anyMatch(result -> result instanceof ExternResult.Resolved(
                Extern.Kconfig option, _) && option.offsetBytes() <= offsetBytes
                && offsetBytes + bytes <= (long) option.offsetBytes() + option.sizeBytes());
    }

    private OptionalLong number(MemorySegment memory, long offsetBytes, int bytes) {
        return OptionalLong.of(switch (bytes) {
            case 1 -> memory.get(ValueLayout.JAVA_BYTE, offsetBytes) & 0xffL;
            case 2 -> memory.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(object.order()), offsetBytes) & 0xffffL;
            case 4 -> memory.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(object.order()), offsetBytes)
                    & 0xffff_ffffL;
            default -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(object.order()), offsetBytes);
        });
    }

    private boolean isCreated(String map) {
        return !maps.containsKey(map) || maps.get(map).create();
    }

    private boolean isMissing(String extern) {
        return externs.result(extern).orElse(null) instanceof ExternResult.Resolved(_, ExternValue.Missing _);
    }
}
