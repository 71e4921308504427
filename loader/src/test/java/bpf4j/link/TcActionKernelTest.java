package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** tc actions that run programs: made, handed packets to by filters, replaced, listed, deleted. */
@KernelTest
class TcActionKernelTest extends OnVeth {

    private static final int LOOKED = 0;
    private static final int SHOT = 1;
    private static final int ABSTAINED = 2;

    TcActionKernelTest() {
        super("attach_action-el.o");
    }

    @BeforeEach
    void askForActions() throws Exception {
        network.here(() -> {
            try (TcAction _ = TcAction.create(look())) {
                assertEquals(1, TcAction.query().size());
            } catch (KernelException e) {
                KernelBuild.assume(!"ENOENT".equals(e.errnoName()), "CONFIG_NET_ACT_BPF");
                throw e;
            }
        });
    }

    private LoadedProgram look() {
        return loaded.program("look");
    }

    private LoadedProgram shoot() {
        return loaded.program("shoot");
    }

    private static TcAction.Entry entry(TcAction action, LoadedProgram program, int filters) {
        return new TcAction.Entry(action.index(), program.info().id(), program.name(), filters);
    }

    @Test
    void actionStopsWhatFiltersHandIt() throws Exception {
        network.here(() -> {
            try (TcAction action = TcAction.create(shoot())) {
                assertEquals(List.of(entry(action, shoot(), 0)), TcAction.query());
                assertTrue(network.reachesLeft());
                try (TcMatchall filter = TcMatchall.attach(action, here(), TcDirection.INGRESS)) {
                    assertEquals("action %d of program 'shoot' on all packets of interface here, tc ingress".formatted(
                            action.index()), filter.description());
                    assertEquals(List.of(entry(action, shoot(), 1)), TcAction.query());
                    assertFalse(network.reachesLeft());
                    assertTrue(network.reachesRight());
                    assertEquals(1, counts.get(SHOT));
                    filter.detach();
                    filter.detach();
                    assertTrue(network.reachesLeft());
                }
                action.detach();
                assertEquals(List.of(), TcAction.query());
                assertEquals(1, counts.get(SHOT));
            }
        });
    }

    @Test
    void filtersShareAnAction() throws Exception {
        network.here(() -> {
            try (TcAction action = TcAction.create(shoot(), 77);
                    TcMatchall _ = TcMatchall.attach(action, here(), TcDirection.INGRESS);
                    TcMatchall _ = TcMatchall.attach(action, here(), TcDirection.EGRESS)) {
                assertEquals(77, action.index());
                assertEquals(List.of(entry(action, shoot(), 2)), TcAction.query());
                assertFalse(network.reachesLeft());
                assertFalse(network.reachesRight());
                assertEquals(2, counts.get(SHOT));
                action.update(look());
                assertEquals(List.of(entry(action, look(), 2)), TcAction.query());
                assertTrue(network.reachesLeft());
                assertTrue(network.reachesRight());
                assertEquals(List.of(2L, 2L), List.of(counts.get(LOOKED), counts.get(SHOT)));
                action.update(loaded.program("abstain"));
                assertTrue(network.reachesLeft());
                assertEquals(1, counts.get(ABSTAINED));
            }
            assertEquals(List.of(), TcAction.query());
        });
    }

    @Test
    void actionInUseStays() throws Exception {
        network.here(() -> {
            try (TcAction action = TcAction.create(shoot())) {
                try (TcMatchall _ = TcMatchall.attach(action, here(), TcDirection.INGRESS)) {
                    KernelException e = assertThrows(KernelException.class, action::detach);
                    assertEquals(List.of(Step.DETACH, "EPERM", "filters hand packets to it: close them first"),
                            List.of(e.step(), e.errnoName(), e.advice()));
                    assertFalse(network.reachesLeft());
                }
                action.detach();
            }
        });
    }

    /** A program picks packets out, and the action decides about them. */
    @Test
    void actionGetsWhatAProgramPicksOut() throws Exception {
        network.here(() -> {
            try (LoadedObject filters = BpfObject.read(Fixtures.object("attach_tc-el.o")).load();
                    TcAction action = TcAction.create(shoot())) {
                TcOptions options = TcOptions.clsact(TcDirection.INGRESS).withAction(action);
                assertFalse(options.directAction());
                try (TcFilter filter = TcFilter.attach(filters.program("look"), here(), options)) {
                    assertEquals(1, TcAction.query().getFirst().filters());
                    assertFalse(network.reachesLeft());
                    assertEquals(List.of(1L, 1L), List.of(PacketCounts.of(filters).get(0), counts.get(SHOT)));
                    filter.update(filters.program("look"));
                    assertFalse(network.reachesLeft());
                }
                assertTrue(network.reachesLeft());
                assertThrows(IllegalArgumentException.class, () -> options.withDirectAction(true));
                assertThrows(IllegalArgumentException.class,
                        () -> TcMatchall.attach(here(), TcOptions.clsact(TcDirection.INGRESS)));
            }
        });
    }

    @Test
    void actionOfAnotherIsLeftAlone() throws Exception {
        network.here(() -> {
            TcAction first = TcAction.create(look(), 5);
            assertEquals("EEXIST",
                    assertThrows(KernelException.class, () -> TcAction.create(shoot(), 5)).errnoName());
            TestNetwork.removeAction(5);
            assertEquals("ENOENT", assertThrows(KernelException.class, () -> first.update(look())).errnoName());
            try (TcAction other = TcAction.create(shoot(), 5)) {
                assertTrue(assertThrows(KernelException.class, () -> first.update(look())).advice()
                        .contains("another's program"));
                first.detach();
                first.close();
                assertEquals(List.of(entry(other, shoot(), 0)), TcAction.query());
            }
            assertEquals(List.of(), TcAction.query());
        });
    }

    @Test
    void filterOfAnotherIsLeftAlone() throws Exception {
        network.here(() -> {
            TcOptions options = TcOptions.clsact(TcDirection.INGRESS).withPriority(3).withHandle(1);
            try (TcAction look = TcAction.create(look()); TcAction shoot = TcAction.create(shoot())) {
                TcMatchall first = TcMatchall.attach(here(), options.withAction(look));
                assertEquals(List.of(3, 1), List.of(first.priority(), first.handle()));
                assertEquals("EEXIST", assertThrows(KernelException.class,
                        () -> TcMatchall.attach(here(), options.withAction(shoot))).errnoName());
                Clsact.remove(here());
                try (TcMatchall _ = TcMatchall.attach(here(), options.withAction(shoot))) {
                    first.detach();
                    first.close();
                    assertFalse(network.reachesLeft());
                }
                assertTrue(network.reachesLeft());
            }
        });
    }

    @Test
    void actionLeftBehindIsFoundByItsNumber() throws Exception {
        network.here(() -> {
            TcAction.create(look(), 9).leave();
            assertEquals(List.of(9), TcAction.query().stream().map(TcAction.Entry::index).toList());
            long before = TestSockets.open();
            for (int i = 0; i < 10; i++) {
                assertThrows(KernelException.class, () -> TcAction.create(look(), 9));
            }
            assertEquals(before, TestSockets.open());
        });
    }
}
