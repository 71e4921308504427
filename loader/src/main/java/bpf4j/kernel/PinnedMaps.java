package bpf4j.kernel;

import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Maps that are shared through a pin: opened where they are pinned, else created and pinned. */
final class PinnedMaps {

    private PinnedMaps() {
    }

    /**
     * Opens the map at {@code path}, or makes one and pins it there. Where somebody else pins one meanwhile, that one
     * is used.
     *
     * @param made is told of a pin that this made
     */
    static Fd openOrCreate(BpfCalls calls, MapSpec spec, Path path, Supplier<Fd> create, Consumer<Path> made) {
        String subject = MapCreator.subject(spec);
        Optional<Fd> found = Pins.open(calls, path, subject);
        if (found.isPresent()) {
            return requireCompatible(calls, found.get(), spec, text(path));
        }
        Fd fd = create.get();
        try {
            Pins.pin(calls, fd.number(), path, subject);
            made.accept(path);
            return fd;
        } catch (KernelException e) {
            fd.close();
            if (e.errno() != Errno.EEXIST.number()) {
                throw e;
            }
            Fd other = Pins.open(calls, path, subject).orElseThrow(() -> e);
            return requireCompatible(calls, other, spec, text(path));
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /** Closes the descriptor and throws where the map is another than the object declares. */
    static Fd requireCompatible(BpfCalls calls, Fd fd, MapSpec spec, String text) {
        String subject = MapCreator.subject(spec);
        try {
            MapInfo info = MapInfo.query(calls, fd.number(), subject);
            List<String> differences = differences(spec, info);
            if (differences.isEmpty()) {
                return fd;
            }
            throw new KernelException(Step.CREATE_MAP, subject, 0,
                    "%s is another one: %s".formatted(text, String.join(", ", differences)));
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    private static String text(Path path) {
        return new MapReplacement.Pin(path).text();
    }

    static List<String> differences(MapSpec spec, MapInfo info) {
        List<String> result = new ArrayList<>();
        compare(result, "type", MapType.nameOf(info.type()), MapType.nameOf(spec.type()));
        compare(result, "key size", info.keySize(), spec.keySize());
        compare(result, "value size", info.valueSize(), spec.valueSize());
        compare(result, "max entries", info.maxEntries(), spec.maxEntries());
        // The kernel adds this flag to device maps by itself.
        int ignored = spec.is(MapType.BPF_MAP_TYPE_DEVMAP) || spec.is(MapType.BPF_MAP_TYPE_DEVMAP_HASH)
                ? MapSpec.BPF_F_RDONLY_PROG : 0;
        compare(result, "flags", "0x%x".formatted(info.flags() & ~ignored), "0x%x".formatted(spec.flags() & ~ignored));
        compare(result, "map_extra", info.mapExtra(), spec.mapExtra());
        return result;
    }

    private static void compare(List<String> differences, String what, Object there, Object here) {
        if (!there.equals(here)) {
            differences.add("its %s is %s and not %s".formatted(what, there, here));
        }
    }
}
