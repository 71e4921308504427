package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is put into a map is closed by another thread meanwhile: the number must not become somebody else's. */
class HeldDescriptorsTest {

    private final FakeKernel kernel = new FakeKernel();
    private final List<Set<String>> duringUpdates = new ArrayList<>();

    private LoadedObject closingDuringUpdates(String object, Runnable[] close) throws IOException {
        LoadedObject loaded = FakeLoads.load(BpfObject.read(Fixtures.object(object + "-el.o")), kernel);
        kernel.refusing((_, command, _, _) -> {
            if (command == BpfCommand.BPF_MAP_UPDATE_ELEM) {
                close[0].run();
                duringUpdates.add(kernel.open());
            }
            return null;
        });
        return loaded;
    }

    private void assertOpenDuringTheUpdateOnly(String name) {
        assertEquals(1, duringUpdates.size());
        assertTrue(duringUpdates.getFirst().stream().anyMatch(what -> what.endsWith(" " + name)),
                duringUpdates::toString);
        assertTrue(kernel.open().stream().noneMatch(what -> what.endsWith(" " + name)), () -> "" + kernel.open());
    }

    @Test
    void programIsHeldWhileItIsPutIntoAnArray() throws IOException {
        Runnable[] close = new Runnable[1];
        try (LoadedObject loaded = closingDuringUpdates("maps_prog_array", close)) {
            close[0] = loaded.program("refuse_all")::close;
            ProgramArray.of(loaded.map("jumps")).put(1, loaded.program("refuse_all"));
            assertOpenDuringTheUpdateOnly("refuse_all");
        }
    }

    @Test
    void mapIsHeldWhileItIsPutIntoAMap() throws IOException {
        Runnable[] close = new Runnable[1];
        try (LoadedObject loaded = closingDuringUpdates("maps_families", close)) {
            close[0] = loaded.map("inner_a")::close;
            MapOfMaps.of(loaded.map("array_of_maps"), Codec.INT).put(1, loaded.map("inner_a"));
            assertOpenDuringTheUpdateOnly("inner_a");
        }
    }
}
