package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PinnedMapsTest {

    private static MapSpec spec(MapType type) {
        return new MapSpec("m", "m", type.number(), 4, 4, 8, 0, 0, 0, 0, 0, false, Optional.empty(), Optional.empty(),
                new MapContents.Empty(), true);
    }

    private static MapInfo info(MapType type, int flags, long extra) {
        return new MapInfo(1, type.number(), 4, 4, 8, flags, "m", 0, 0, 0, 0, 0, extra, 0, Optional.empty(),
                OptionalLong.empty(), OptionalInt.empty(), Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(value = MapType.class, names = {"BPF_MAP_TYPE_DEVMAP", "BPF_MAP_TYPE_DEVMAP_HASH"})
    void flagThatTheKernelAddsToDeviceMapsIsNoDifference(MapType type) {
        assertEquals(List.of(), PinnedMaps.differences(spec(type), info(type, MapSpec.BPF_F_RDONLY_PROG, 0)));
        assertEquals(List.of("its flags is 0x2 and not 0x0"),
                PinnedMaps.differences(spec(type), info(type, MapSpec.BPF_F_RDONLY_PROG | 2, 0)));
    }

    @ParameterizedTest
    @EnumSource(value = MapType.class, names = {"BPF_MAP_TYPE_ARRAY", "BPF_MAP_TYPE_BLOOM_FILTER"})
    void flagAndExtraOfOthersAre(MapType type) {
        assertEquals(List.of("its flags is 0x80 and not 0x0", "its map_extra is 3 and not 0"),
                PinnedMaps.differences(spec(type), info(type, MapSpec.BPF_F_RDONLY_PROG, 3)));
    }
}
