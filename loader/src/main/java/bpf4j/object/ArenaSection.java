package bpf4j.object;

import bpf4j.elf.ElfSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the variables of an arena, which compilers put into a section of their own, and the one map that they belong
 * to.
 */
final class ArenaSection {

    /** Named by the compiler after {@code __attribute__((address_space(1)))}. */
    static final String NAME = ".addr_space.1";

    private ArenaSection() {
    }

    /** The maps, the arena now with its variables. */
    static List<MapSpec> place(ObjectElf elf, List<MapSpec> maps) {
        List<MapSpec> arenas = maps.stream().filter(m -> m.is(MapType.BPF_MAP_TYPE_ARENA)).toList();
        if (arenas.size() > 1) {
            throw elf.fail("map '" + arenas.get(1).name() + "'",
                    "a second arena beside '%s', and an object may have one".formatted(arenas.get(0).name()));
        }
        Optional<ElfSection> section = elf.file().section(NAME).filter(s -> s.size() > 0);
        if (section.isEmpty()) {
            return maps;
        }
        if (arenas.isEmpty()) {
            throw elf.fail(NAME, "variables of an arena, and no map of type BPF_MAP_TYPE_ARENA for them");
        }
        List<MapSpec> result = new ArrayList<>(maps);
        MapSpec arena = arenas.getFirst();
        result.set(result.indexOf(arena), arena.withContents(
                new MapContents.ArenaData(NAME, section.get().data(), section.get().size())));
        return result;
    }
}
