package bpf4j.object;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.Relocation;
import bpf4j.insn.Insn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Resolves the ELF relocations of code to what they mean: maps, data, subprograms, externs. */
final class ReferenceReader {

    /** A place in a section, which a map or a function starts at. */
    private record Place(String section, long offsetBytes) {

        // The methods of a record are linked when they are first called, which takes as long as the rest of this class.
        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && offsetBytes == place.offsetBytes && section.equals(place.section);
        }

        @Override
        public int hashCode() {
            return 31 * section.hashCode() + Long.hashCode(offsetBytes);
        }
    }

    /** Where an instruction is, as messages say it: there are many, and few messages. */
    private record InsnPlace(String section, String what, long offsetBytes) {

        @Override
        public String toString() {
            return "%s: %s at 0x%x".formatted(section, what, offsetBytes);
        }
    }

    private final ObjectElf elf;
    private final List<BpfFunction> functions;
    private final Map<String, String> dataMaps = new HashMap<>();
    private final Map<Place, String> maps = new HashMap<>();
    private final Map<Place, Integer> functionAt = new HashMap<>();
    private final Map<String, Extern> externs = new HashMap<>();

    ReferenceReader(ObjectElf elf, List<BpfFunction> functions, List<MapSpec> objectMaps, List<Extern> externs) {
        this.elf = elf;
        this.functions = functions;
        externs.forEach(extern -> this.externs.put(extern.name(), extern));
        for (MapSpec map : objectMaps) {
            if (map.contents() instanceof MapContents.Data data) {
                dataMaps.put(data.section(), map.name());
            } else if (map.contents() instanceof MapContents.ArenaData data) {
                dataMaps.put(data.section(), map.name());
            }
        }
        Set<String> names = Set.copyOf(objectMaps.stream().map(MapSpec::name).toList());
        for (String section : List.of(MapDefinitions.SECTION, LegacyMaps.SECTION)) {
            elf.file().section(section).ifPresent(s -> elf.symbolsOf(s).stream().filter(m -> names.contains(m.name()))
                    .forEach(m -> maps.put(new Place(section, m.value()), m.name())));
        }
        for (int i = 0; i < functions.size(); i++) {
            functionAt.put(new Place(functions.get(i).section(), functions.get(i).sectionInsnIndex() * 8L), i);
        }
    }

    /** The functions with their references, given the relocation sections that change code. */
    List<BpfFunction> read(List<ElfSection> relocationSections) {
        Map<String, List<Relocation>> bySection = new HashMap<>();
        for (ElfSection relocations : relocationSections) {
            bySection.computeIfAbsent(elf.file().section(relocations.info()).name(), _ -> new ArrayList<>())
                    .addAll(elf.file().relocations(relocations));
        }
        bySection.values().forEach(list -> list.sort((a, b) -> Long.compare(a.offset(), b.offset())));
        List<BpfFunction> result = new ArrayList<>();
        for (BpfFunction function : functions) {
            result.add(function.withReferences(read(function, bySection.getOrDefault(function.section(), List.of()))));
        }
        return result;
    }

    private List<Reference> read(BpfFunction function, List<Relocation> relocations) {
        List<Reference> references = new ArrayList<>();
        long start = function.sectionInsnIndex() * 8L;
        long end = start + function.slotCount() * 8L;
        Map<Integer, Reference> relocated = new HashMap<>();
        for (Relocation relocation : relocations.subList(firstAtOrAfter(relocations, start), relocations.size())) {
            if (relocation.offset() >= end) {
                break;
            }
            var place = new InsnPlace(function.section(), "relocation", relocation.offset());
            if (relocation.offset() % 8 != 0) {
                throw elf.fail(place, "it is inside an instruction");
            }
            Reference reference = read(function, relocation, (int) ((relocation.offset() - start) / 8), place);
            if (relocated.put(reference.insnIndex(), reference) != null) {
                throw elf.fail(place, "it is the second one of this instruction");
            }
            references.add(reference);
        }
        addUnrelocatedCalls(function, relocated, references);
        references.sort((a, b) -> Integer.compare(a.insnIndex(), b.insnIndex()));
        return references;
    }

    private static int firstAtOrAfter(List<Relocation> relocations, long start) {
        int low = 0;
        int high = relocations.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (relocations.get(middle).offset() < start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Reference read(BpfFunction function, Relocation relocation, int index, InsnPlace place) {
        long slot = function.slot(index);
        ElfSymbol symbol = elf.symbol(relocation.symbolIndex(), place);
        boolean call = Insn.isCall(slot);
        if (!call && (!Insn.isLoadImm64(slot) || index + 1 >= function.slotCount())) {
            throw elf.fail(place,
                    "instruction 0x%02x is neither a call nor a two-slot load".formatted(Insn.opcode(slot)));
        }
        if (call && !Insn.isPseudoCall(slot)) {
            throw elf.fail(place, "a helper call cannot be relocated to '" + symbol.name() + "'");
        }
        if (symbol.sectionIndex() == Elf.SHN_UNDEF) {
            Extern extern = externs.get(symbol.name());
            if (extern == null) {
                throw elf.fail(place, "symbol '" + symbol.name() + "' is undefined and no extern");
            }
            if (call && !(extern instanceof Extern.Kfunc)) {
                throw elf.fail(place, "extern '" + symbol.name() + "' is no function and cannot be called");
            }
            return new Reference.ExternReference(index, symbol.name());
        }
        ElfSection target = elf.sectionOf(symbol, place);
        // An explicit addend stands in the entry; otherwise what the instruction holds is added when code is placed.
        long offset = symbol.value() + relocation.addend();
        if (call) {
            return new Reference.CallReference(index, function(target, offset + (Insn.imm(slot) + 1L) * 8, place));
        }
        if (ObjectElf.isCode(target)) {
            return new Reference.FunctionReference(index, function(target, offset + Insn.imm(slot), place));
        }
        String data = dataMaps.get(target.name());
        if (data != null) {
            return new Reference.DataReference(index, data, offset);
        }
        // As with data: a section's own symbol leaves the offset in the instruction.
        long start = offset + Insn.imm(slot);
        String map = maps.get(new Place(target.name(), start));
        if (map == null) {
            throw elf.fail(place, "'%s' at 0x%x of section %s is no map and no variable"
                    .formatted(symbol.name(), start, target.name()));
        }
        return new Reference.MapReference(index, map);
    }

    /** Calls inside one section need no relocation: the distance is in the instruction. */
    private void addUnrelocatedCalls(BpfFunction function, Map<Integer, Reference> relocated,
            List<Reference> references) {
        ElfSection section = elf.file().section(function.section()).orElseThrow();
        for (int i = 0; i < function.slotCount(); i++) {
            long slot = function.slot(i);
            if (Insn.isLoadImm64(slot)) {
                if (Insn.isPseudoFunc(slot) && !relocated.containsKey(i)) {
                    throw elf.fail(function.name(),
                            "instruction %d takes a function's address without relocation".formatted(i));
                }
                i++;
            } else if (Insn.isPseudoCall(slot) && !relocated.containsKey(i)) {
                long target = (function.sectionInsnIndex() + i + 1L + Insn.imm(slot)) * 8;
                references.add(new Reference.CallReference(i, function(section, target,
                        new InsnPlace(section.name(), "call", (function.sectionInsnIndex() + i) * 8L))));
            }
        }
    }

    private int function(ElfSection section, long offset, InsnPlace place) {
        Integer found = functionAt.get(new Place(section.name(), offset));
        if (found == null) {
            throw elf.fail(place, "no function starts at 0x%x of section %s".formatted(offset, section.name()));
        }
        return found;
    }
}
