package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Programs for USDT are loaded for links of many places where the kernel has those, and share a map of descriptions.
 */
class UsdtLoadTest {

    private final FakeKernel kernel = new FakeKernel();

    private LoadedObject load(Errno... answersToLinks) throws IOException {
        ArrayDeque<Errno> answers = new ArrayDeque<>(List.of(answersToLinks));
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_CREATE ? answers.poll() : null);
        return FakeLoads.load(BpfObject.read(Fixtures.object("usdt-el.o")), kernel);
    }

    private long expectedAttachType() {
        return kernel.calls(BpfCommand.BPF_PROG_LOAD).stream().filter(call -> call.name().equals("on_probe"))
                .findFirst().orElseThrow().field("expected_attach_type");
    }

    @Test
    void attachTypeIsThatOfManyPlaces() throws IOException {
        try (LoadedObject loaded = load(Errno.EBADF, Errno.EINVAL)) {
            assertEquals(AttachType.BPF_TRACE_UPROBE_MULTI.number(), expectedAttachType());
            assertEquals(Optional.of(AttachType.BPF_TRACE_UPROBE_MULTI), loaded.program("on_probe").attachType());
        }
    }

    @Test
    void thereIsNoneWhereTheKernelHasNoSuchLinksOrDoesNotHeedTheProcess() throws IOException {
        for (Errno[] answers : List.of(new Errno[] {Errno.EINVAL}, new Errno[] {Errno.EBADF, Errno.EBADF})) {
            kernel.forget();
            try (LoadedObject loaded = load(answers)) {
                assertEquals(0, expectedAttachType());
                assertEquals(Optional.empty(), loaded.program("on_probe").attachType());
            }
        }
    }

    @Test
    void slotsAreTakenInTurnAndGivenBack() throws IOException {
        try (LoadedObject loaded = load(Errno.EINVAL)) {
            UsdtSlots slots = loaded.program("on_probe").usdtSlots().orElseThrow();
            byte[] description = new byte[slots.map().spec().valueSize()];
            for (int i = 0; i < 8; i++) {
                assertEquals(i, slots.take(description));
            }
            assertTrue(assertThrows(KernelException.class, () -> slots.take(description)).getMessage()
                    .contains("all of its 8 elements are in use; change its max_entries before loading"));
            slots.give(3);
            assertEquals(3, slots.take(description));
        }
    }

    @Test
    void slotThatTheKernelRefusesStaysFree() throws IOException {
        try (LoadedObject loaded = load(Errno.EINVAL)) {
            UsdtSlots slots = loaded.program("on_probe").usdtSlots().orElseThrow();
            kernel.refusing((_, command, _, _) ->
                    command == BpfCommand.BPF_MAP_UPDATE_ELEM ? Errno.ENOMEM : null);
            assertThrows(KernelException.class, () -> slots.take(new byte[slots.map().spec().valueSize()]));
            assertEquals("0 of 8 places", slots.toString());
        }
    }

    @Test
    void objectWithoutTheMapHasNoSlots() throws IOException {
        kernel.refusing((_, _, _, _) -> null);
        try (LoadedObject loaded = FakeLoads.load(BpfObject.read(Fixtures.object("uprobe-el.o")), kernel)) {
            assertEquals(Optional.empty(), loaded.program("on_call").usdtSlots());
        }
    }
}
