package bpf4j.kernel;

import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.sys.Errno;
import bpf4j.sys.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The variables of one section as this process reaches them: mapped into its memory, or else as the only value of an
 * array map, which every access reads or writes as a whole.
 */
final class SectionMemory {

    private static final byte[] ONLY_KEY = new byte[Integer.BYTES];

    private final LoadedMap map;
    private final Optional<MemorySegment> mapped;
    private final String whyNotMapped;

    private SectionMemory(LoadedMap map, Optional<MemorySegment> mapped, String whyNotMapped) {
        this.map = map;
        this.mapped = mapped;
        this.whyNotMapped = whyNotMapped;
    }

    /** Maps a section as long as the arena is open. What programs only read can only be read here, too. */
    static SectionMemory of(LoadedMap map, MapSpec spec, Arena arena) {
        if (spec.contents() instanceof MapContents.ArenaData data) {
            return map.memory().map(memory -> new SectionMemory(map,
                    Optional.of(memory.asSlice(map.dataOffsetBytes(), data.sizeBytes())), ""))
                    .orElseGet(() -> new SectionMemory(map, Optional.empty(), "the arena is another's"));
        }
        if ((spec.flags() & MapSpec.BPF_F_MMAPABLE) == 0) {
            return new SectionMemory(map, Optional.empty(), "the map has no flag BPF_F_MMAPABLE, as its section has no "
                    + "global variable: set it with BpfObject.withMap before load");
        }
        int protection = isReadOnly(spec) ? Memory.PROT_READ : Memory.PROT_READ | Memory.PROT_WRITE;
        return switch (Memory.map(arena, map.descriptor(), 0, spec.valueSize(), protection, Memory.MAP_SHARED)) {
            case Memory.Mapping.Mapped(MemorySegment memory) -> new SectionMemory(map, Optional.of(memory), "");
            case Memory.Mapping.Refused(int errno) -> new SectionMemory(map, Optional.empty(),
                    "the kernel does not map it: " + Errno.name(errno));
        };
    }

    private static boolean isReadOnly(MapSpec spec) {
        return spec.contents() instanceof MapContents.Kconfig
                || spec.contents() instanceof MapContents.Data data && data.frozen();
    }

    /** The memory itself; empty where it is not mapped. */
    Optional<MemorySegment> mapped() {
        return mapped;
    }

    /** Why it is not mapped, without a full stop; empty where it is. */
    String whyNotMapped() {
        return whyNotMapped;
    }

    /** The memory, or a copy of it. */
    MemorySegment current() {
        return mapped.orElseGet(this::copy);
    }

    /**
     * Changes the memory. Where it is not mapped the whole section is written back, with what this process read before.
     */
    void change(Consumer<MemorySegment> change) {
        if (mapped.isPresent()) {
            change.accept(mapped.get());
            return;
        }
        synchronized (this) {
            MemorySegment copy = copy();
            change.accept(copy);
            map.update(ONLY_KEY, (byte[]) copy.heapBase().orElseThrow(), LoadedMap.BPF_ANY);
        }
    }

    private MemorySegment copy() {
        return MemorySegment.ofArray(map.lookup(ONLY_KEY).orElseThrow());
    }
}
