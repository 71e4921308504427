package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.object.BpfObject;
import bpf4j.object.MapType;
import bpf4j.reloc.CongestionKernel;
import bpf4j.sys.BpfCommand;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MapCreatorTest {

    /** Map types whose {@code map_check_btf} in the kernel says no, or that have none and no typed elements. */
    private static final Set<String> WITHOUT_TYPES = Set.of("PERF_EVENT_ARRAY", "CGROUP_ARRAY", "STACK_TRACE",
            "ARRAY_OF_MAPS", "HASH_OF_MAPS", "DEVMAP", "DEVMAP_HASH", "CPUMAP", "XSKMAP", "SOCKMAP", "SOCKHASH",
            "QUEUE", "STACK", "ARENA");

    @ParameterizedTest
    @EnumSource(value = MapType.class, mode = EnumSource.Mode.EXCLUDE, names = "BPF_MAP_TYPE_UNSPEC")
    void typesGoWithTheMapsThatTakeThem(MapType type) throws IOException {
        FakeKernel kernel = new FakeKernel();
        BpfObject object = BpfObject.read(Fixtures.object("maps-el.o")).withMap("flows", m -> m.withType(type));
        LoadOptions options = LoadOptions.defaults().withKernel(kernel).withKernelTypes(CongestionKernel.inVmlinux());
        if (type == MapType.BPF_MAP_TYPE_ARENA) {
            // No descriptor of this kernel can be mapped, which is what comes next for an arena.
            assertEquals("map 'flows'", assertThrows(KernelException.class, () -> object.load(options)).subject());
        } else {
            object.load(options).close();
        }
        FakeKernel.Call created = kernel.map("flows");
        assertEquals(type.number(), created.field("type"));
        boolean typed = !WITHOUT_TYPES.contains(type.name().substring("BPF_MAP_TYPE_".length()));
        for (String field : new String[] {"btf_fd", "btf_key_type_id", "btf_value_type_id"}) {
            assertEquals(typed, created.field(field) != 0, field);
        }
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void mapOfTheCallerTakesTheTemplatesPlace() throws IOException {
        FakeKernel kernel = new FakeKernel();
        BpfObject.read(Fixtures.object("maps_nested-el.o")).load(LoadOptions.defaults().withKernel(kernel)
                .withKernelTypes(CongestionKernel.inVmlinux()).withInnerMapFd("empty", 77)).close();
        assertEquals(77, kernel.map("empty").field("inner_map_fd"));
        assertNotEquals(77, kernel.map("filled").field("inner_map_fd"));
        // The two that are listed, the template of the first map of maps, and both of these.
        assertEquals(5, kernel.calls(BpfCommand.BPF_MAP_CREATE).size());
    }
}
