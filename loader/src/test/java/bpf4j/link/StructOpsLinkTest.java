package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A registration by the map stays in the kernel until it is ended by a descriptor of the map, whoever closed what
 * before.
 */
class StructOpsLinkTest {

    private final FakeKernel kernel = new FakeKernel();

    private LoadedObject load() throws IOException {
        return FakeLoads.load(BpfObject.read(Fixtures.object("struct_ops_order-el.o")), kernel);
    }

    @Test
    void registrationEndsAlthoughTheObjectIsClosed() throws IOException {
        LoadedObject loaded = load();
        long map = loaded.map("first").fd();
        Link link = loaded.structOps("first").attach();
        loaded.close();
        kernel.forget();
        link.close();
        assertEquals(List.of("BPF_MAP_DELETE_ELEM"), kernel.story());
        assertEquals(map, kernel.calls().getFirst().field("map_fd"));
        link.close();
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void detachedOneLetsGoOfTheMap() throws IOException {
        LoadedObject loaded = load();
        Link link = loaded.structOps("first").attach();
        link.detach();
        loaded.close();
        assertEquals(Set.of(), kernel.open());
        link.close();
    }

    @Test
    void failedDetachCanBeTriedAgain() throws IOException {
        LoadedObject loaded = load();
        Link link = loaded.structOps("first").attach();
        int[] tries = {0};
        kernel.refusing((_, command, _, _) ->
                command == BpfCommand.BPF_MAP_DELETE_ELEM && tries[0]++ == 0 ? Errno.EINTR : null);
        assertEquals(Step.DETACH, assertThrows(KernelException.class, link::detach).step());
        link.close();
        assertEquals(2, tries[0]);
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void refusedRegistrationLetsGoOfTheMap() throws IOException {
        LoadedObject loaded = load();
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_MAP_UPDATE_ELEM ? Errno.EEXIST : null);
        assertThrows(KernelException.class, () -> loaded.structOps("first").attach());
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    @Test
    void closedObjectCannotBeRegistered() throws IOException {
        LoadedObject loaded = load();
        loaded.close();
        assertThrows(IllegalStateException.class, () -> loaded.structOps("first").attach());
    }
}
