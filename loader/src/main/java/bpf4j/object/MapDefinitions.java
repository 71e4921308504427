package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.Relocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads BTF-defined maps: variables in {@code .maps} whose struct says by its members' types what the map is like.
 * Numbers are encoded as array lengths behind a pointer, types as pointers to them.
 */
final class MapDefinitions {

    static final String SECTION = ".maps";

    /** One variable of the section. */
    record Defined(MapSpec map, long offsetBytes, long sizeBytes, OptionalLong slotsOffsetBytes) {
    }

    private static final int LIBBPF_PIN_NONE = 0;
    private static final int LIBBPF_PIN_BY_NAME = 1;

    private final ObjectElf elf;
    private final Btf btf;

    MapDefinitions(ObjectElf elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
    }

    /** All maps by offset in the section, their slots still empty. */
    List<Defined> read() {
        ElfSection section = elf.file().section(SECTION).orElse(null);
        if (section == null) {
            return List.of();
        }
        int typeId = btf.find(SECTION, BtfKind.BTF_KIND_DATASEC).orElseThrow(
                () -> elf.fail(SECTION, "the section has no types in .BTF"));
        List<Defined> result = new ArrayList<>();
        for (BtfType.SectionVar variable : ((BtfType.DataSec) btf.type(typeId)).variables()) {
            result.add(read(variable, section));
        }
        return result;
    }

    /** Puts names into the slots of maps that list maps or programs: relocations against the section itself. */
    List<MapSpec> withSlots(List<Defined> maps, List<ElfSection> relocationSections) {
        Map<String, TreeMap<Integer, String>> slots = new HashMap<>();
        TreeMap<Long, Defined> byOffset = new TreeMap<>();
        maps.forEach(map -> byOffset.putIfAbsent(map.offsetBytes, map));
        for (ElfSection relocations : relocationSections) {
            for (Relocation relocation : elf.file().relocations(relocations)) {
                addSlot(relocation, byOffset, slots);
            }
        }
        return maps.stream().map(d -> slots.containsKey(d.map.name())
                ? d.map.withContents(new MapContents.Slots(slots.get(d.map.name()))) : d.map).toList();
    }

    private void addSlot(Relocation relocation, TreeMap<Long, Defined> maps,
            Map<String, TreeMap<Integer, String>> slots) {
        String place = "%s: relocation at 0x%x".formatted(SECTION, relocation.offset());
        ElfSymbol symbol = elf.symbol(relocation.symbolIndex(), place);
        Map.Entry<Long, Defined> before = maps.floorEntry(relocation.offset());
        if (before == null || relocation.offset() - before.getKey() >= before.getValue().sizeBytes) {
            throw elf.fail(place, "it belongs to no map");
        }
        Defined map = before.getValue();
        if (map.slotsOffsetBytes.isEmpty()) {
            throw elf.fail(place, "map '" + map.map.name() + "' has no member 'values'");
        }
        long at = relocation.offset() - map.offsetBytes - map.slotsOffsetBytes.getAsLong();
        if (at < 0 || at % 8 != 0) {
            throw elf.fail(place, "it is no slot of map '" + map.map.name() + "'");
        }
        ElfSection target = elf.sectionOf(symbol, place);
        boolean programs = map.map.is(MapType.BPF_MAP_TYPE_PROG_ARRAY);
        if (programs != ObjectElf.isCode(target) || !programs && !target.name().equals(SECTION)) {
            throw elf.fail(place, "map '%s' cannot hold '%s'".formatted(map.map.name(), symbol.name()));
        }
        slots.computeIfAbsent(map.map.name(), _ -> new TreeMap<>()).put(Math.toIntExact(at / 8), symbol.name());
    }

    private Defined read(BtfType.SectionVar variable, ElfSection section) {
        if (!(btf.type(variable.typeId()) instanceof BtfType.Var var)) {
            throw btf.fail(variable.typeId(), "in section .maps but no variable");
        }
        String place = "map '" + var.name() + "'";
        if (var.linkage() != BtfType.Var.GLOBAL) {
            throw elf.fail(place, "a map must be a global variable that is not hidden");
        }
        if (!(btf.stripped(var.typeId()) instanceof BtfType.Struct definition)) {
            throw elf.fail(place, "its type is no struct");
        }
        if (variable.offsetBytes() > section.size()
                || definition.sizeBytes() > section.size() - variable.offsetBytes()) {
            throw elf.fail(place, "0x%x bytes at 0x%x run past the end of %s at 0x%x".formatted(
                    definition.sizeBytes(), variable.offsetBytes(), SECTION, section.size()));
        }
        Fields fields = new Fields(place);
        for (BtfType.Member member : definition.members()) {
            fields.read(member, definition.members().getLast() == member, true);
        }
        return new Defined(fields.map(var.name()), variable.offsetBytes(), variable.sizeBytes(), fields.slotsOffset);
    }

    /** The members of one definition while they are read; a size and a type given twice have to agree. */
    private final class Fields {

        private final String place;
        private final Map<String, Integer> numbers = new HashMap<>();
        private long mapExtra;
        private int keyTypeId;
        private int valueTypeId;
        private Optional<MapSpec> inner = Optional.empty();
        private OptionalLong slotsOffset = OptionalLong.empty();

        Fields(String place) {
            this.place = place;
        }

        void read(BtfType.Member member, boolean last, boolean outer) {
            String name = member.name();
            switch (name) {
                case "type", "max_entries", "map_flags", "numa_node", "key_size", "value_size" ->
                    put(name, number(member));
                case "map_extra" -> mapExtra = longNumber(member);
                case "pinning" -> {
                    int pinning = number(member);
                    if (!outer) {
                        throw elf.fail(place, "an inner map cannot be pinned");
                    }
                    if (pinning != LIBBPF_PIN_NONE && pinning != LIBBPF_PIN_BY_NAME) {
                        throw elf.fail(place, "pinning " + pinning + " is not known");
                    }
                    put(name, pinning);
                }
                case "key" -> {
                    keyTypeId = pointee(member);
                    put("key_size", size(keyTypeId));
                }
                case "value" -> {
                    valueTypeId = pointee(member);
                    put("value_size", size(valueTypeId));
                }
                case "values" -> values(member, last, outer);
                default -> throw elf.fail(place, "member '" + name + "' of the definition is not known");
            }
        }

        MapSpec map(String name) {
            int type = numbers.getOrDefault("type", 0);
            if (type == 0) {
                throw elf.fail(place, "the definition has no 'type'");
            }
            int flags = numbers.getOrDefault("map_flags", 0);
            if (numbers.containsKey("numa_node")) {
                flags |= MapSpec.BPF_F_NUMA_NODE;
            }
            return new MapSpec(name, kernelName(name), type, numbers.getOrDefault("key_size", 0),
                    numbers.getOrDefault("value_size", 0), numbers.getOrDefault("max_entries", 0), flags, mapExtra,
                    numbers.getOrDefault("numa_node", 0), keyTypeId, valueTypeId,
                    numbers.getOrDefault("pinning", LIBBPF_PIN_NONE) == LIBBPF_PIN_BY_NAME, Optional.empty(), inner,
                    new MapContents.Empty(), true);
        }

        private void values(BtfType.Member member, boolean last, boolean outer) {
            int type = numbers.getOrDefault("type", 0);
            boolean maps = type == MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS.number()
                    || type == MapType.BPF_MAP_TYPE_HASH_OF_MAPS.number();
            if (!outer) {
                throw elf.fail(place, "inner maps cannot hold maps themselves");
            }
            if (!last) {
                throw elf.fail(place, "'values' is not the last member");
            }
            if (!maps && type != MapType.BPF_MAP_TYPE_PROG_ARRAY.number()) {
                throw elf.fail(place, "'values' belongs to maps of maps and program arrays, whose 'type' comes first");
            }
            if (!(btf.stripped(member.typeId()) instanceof BtfType.Array array) || array.count() != 0
                    || !(btf.stripped(array.elementTypeId()) instanceof BtfType.Ptr pointer)) {
                throw elf.fail(place, "'values' is no flexible array of pointers");
            }
            BtfType element = btf.stripped(pointer.typeId());
            put("value_size", 4);
            put("key_size", numbers.getOrDefault("key_size", 4));
            slotsOffset = OptionalLong.of(member.offsetBits() / 8);
            if (maps) {
                if (!(element instanceof BtfType.Struct template)) {
                    throw elf.fail(place, "'values' does not point to a map definition");
                }
                Fields fields = new Fields(place + ".inner");
                template.members().forEach(m -> fields.read(m, false, false));
                String name = place.substring("map '".length(), place.length() - 1) + ".inner";
                inner = Optional.of(fields.map(name));
            } else if (!(element instanceof BtfType.FuncProto)) {
                throw elf.fail(place, "'values' does not point to a function");
            }
        }

        private void put(String name, int value) {
            Integer known = numbers.put(name, value);
            if (known != null && known != value) {
                throw elf.fail(place, "'%s' is both %d and %d".formatted(name, known, value));
            }
        }

        private int number(BtfType.Member member) {
            if (btf.type(strippedPointee(member)) instanceof BtfType.Array array) {
                return (int) array.count();
            }
            throw elf.fail(place,
                    "'" + member.name() + "' does not point to an array, whose length would be its value");
        }

        /** 64-bit numbers stand as the only value of an enumeration where 32 bits are not enough. */
        private long longNumber(BtfType.Member member) {
            if (btf.stripped(member.typeId()) instanceof BtfType.Enumeration e && e.values().size() == 1) {
                return e.values().getFirst().value();
            }
            return Integer.toUnsignedLong(number(member));
        }

        private int pointee(BtfType.Member member) {
            if (btf.stripped(member.typeId()) instanceof BtfType.Ptr pointer) {
                return pointer.typeId();
            }
            throw elf.fail(place, "'" + member.name() + "' is no pointer, whose target would be its type");
        }

        private int strippedPointee(BtfType.Member member) {
            return btf.strip(pointee(member));
        }

        private int size(int typeId) {
            long size = btf.sizeBytes(typeId);
            if (size > Integer.MAX_VALUE) {
                throw elf.fail(place, "a type of 0x%x bytes is too large".formatted(size));
            }
            return (int) size;
        }
    }

    static String kernelName(String name) {
        return name.substring(0, Math.min(name.length(), DataSections.MAX_KERNEL_NAME));
    }
}
