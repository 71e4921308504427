package bpf4j.kernel;

import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of a {@code BPF_MAP_TYPE_ARENA} map, mapped into this process: programs can use the arena only when its
 * address here is fixed. Each byte is at the same place for programs and for this process.
 */
final class ArenaMemory implements AutoCloseable {

    private final Arena scope = Arena.ofShared();
    private final MemorySegment memory;

    private ArenaMemory(Fd fd, MapSpec spec) {
        long size = sizeBytes(spec, Memory.pageSizeBytes());
        int protection = Memory.PROT_READ | Memory.PROT_WRITE;
        Memory.Mapping mapping = spec.mapExtra() == 0 ? Memory.map(scope, fd, 0, size, protection, Memory.MAP_SHARED)
                : Memory.mapAt(scope, fd, spec.mapExtra(), size, protection, Memory.MAP_SHARED);
        memory = switch (mapping) {
            case Memory.Mapping.Mapped(MemorySegment mapped) -> mapped;
            case Memory.Mapping.Refused(int errno) -> {
                scope.close();
                boolean taken = errno == Errno.EEXIST.number();
                throw new KernelException(Step.CREATE_MAP, MapCreator.subject(spec), errno,
                        taken ? "this process has other memory at the arena's address 0x%x".formatted(spec.mapExtra())
                                : "the arena cannot be mapped into this process");
            }
        };
    }

    /** Maps a new arena and puts the variables into it. */
    static ArenaMemory of(Fd fd, MapSpec spec, KernelFeatures features) {
        long offset = dataOffsetBytes(spec, features);
        ArenaMemory result = new ArenaMemory(fd, spec);
        if (spec.contents() instanceof MapContents.ArenaData data) {
            result.memory.asSlice(offset).copyFrom(data.bytes());
        }
        return result;
    }

    /** Where the variables begin; 0 for other maps. */
    static long dataOffsetBytes(MapSpec spec, KernelFeatures features) {
        return spec.is(MapType.BPF_MAP_TYPE_ARENA) && spec.contents() instanceof MapContents.ArenaData data
                ? dataOffsetBytes(spec, data, Memory.pageSizeBytes(),
                        features.has(KernelFeature.LDIMM64_FULL_RANGE_OFF))
                : 0;
    }

    /**
     * The start of an arena is what a null pointer points to, so variables are at its end where instructions reach so
     * far.
     */
    static long dataOffsetBytes(MapSpec spec, MapContents.ArenaData data, int pageBytes, boolean atEnd) {
        long size = sizeBytes(spec, pageBytes);
        long dataBytes = Math.ceilDiv(data.sizeBytes(), pageBytes) * (long) pageBytes;
        if (dataBytes > size) {
            throw new KernelException(Step.CREATE_MAP, MapCreator.subject(spec), 0,
                    "its variables need 0x%x bytes, and it has 0x%x: raise max_entries, which counts pages"
                            .formatted(dataBytes, size));
        }
        return atEnd ? size - dataBytes : 0;
    }

    private static long sizeBytes(MapSpec spec, int pageBytes) {
        return Integer.toUnsignedLong(spec.maxEntries()) * pageBytes;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Unmaps. While another thread's call uses the memory it stays mapped, as nothing else would be safe. */
    @Override
    public void close() {
        try {
            scope.close();
        } catch (IllegalStateException _) {
            // Closed before, or in use.
            return;
        }
    }
}
