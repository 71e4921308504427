package bpf4j.object;

import bpf4j.btf.structops.LocalStructOps;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a map holds when it is created. */
public sealed interface MapContents {

    /** Nothing. */
    record Empty() implements MapContents {
    }

    /**
     * The bytes of a data section, in the one entry of an array map.
     *
     * @param section the section's full name
     * @param bytes the initial bytes, read-only; the rest of the section, for {@code .bss} all of it, is zero
     * @param sizeBytes the section's size
     * @param frozen whether the map is made read-only once it is filled
     */
    record Data(String section, MemorySegment bytes, int sizeBytes, boolean frozen) implements MapContents {
    }

    /**
     * The variables of an arena, which the loader places in its memory.
     *
     * @param section the section's full name
     * @param bytes the initial bytes, read-only
     * @param sizeBytes the section's size
     */
    record ArenaData(String section, MemorySegment bytes, long sizeBytes) implements MapContents {
    }

    /**
     * The values of the kernel's configuration that the object asks for.
     *
     * @param externs the options in map order
     */
    record Kconfig(List<Extern.Kconfig> externs) implements MapContents {

        /** Copies the list. */
        public Kconfig {
            externs = List.copyOf(externs);
        }
    }

    /**
     * Maps or programs in the slots of a map-in-map or program array.
     *
     * @param names the map or program for each index, ascending
     */
    record Slots(Map<Integer, String> names) implements MapContents {

        /** Copies the map. */
        public Slots {
            names = Collections.unmodifiableMap(new TreeMap<>(names));
        }
    }

    /**
     * A struct_ops variable. Its data members and slots are changed through the methods of {@link LocalStructOps}.
     *
     * @param variable the variable with its programs
     * @param link whether it stands in {@code .struct_ops.link}, and so is attached by a link
     */
    record StructOps(LocalStructOps variable, boolean link) implements MapContents {
    }
}
