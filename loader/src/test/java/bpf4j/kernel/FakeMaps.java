package bpf4j.kernel;

import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.util.Optional;

/** Maps in kernels of the tests' own, for tests of other packages. */
public final class FakeMaps {

    private FakeMaps() {
    }

    /** {@return a map that the kernel is said to have made, the caller's to close} */
    public static LoadedMap open(Kernel kernel, MapType type, int keySize, int valueSize, int maxEntries) {
        MapSpec spec = new MapSpec("table", "table", type.number(), keySize, valueSize, maxEntries, 0, 0, 0, 0, 0,
                false, Optional.empty(), Optional.empty(), new MapContents.Empty(), true);
        return new LoadedMap(spec, Fd.owning(1000, "map 'table'", kernel), valueSize, new BpfCalls(kernel), 0,
                Optional.empty(), Optional.empty());
    }
}
