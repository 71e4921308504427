package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.testdata.KernelTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** tc filters of a clsact qdisc, on a pair of interfaces. */
@KernelTest
class TcKernelTest extends OnVeth {

    private static final int LOOKED = 0;
    private static final int SHOT = 1;
    private static final int ALL_PROTOCOLS = 3;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    TcKernelTest() {
        super("attach_tc-el.o");
    }

    private LoadedProgram look() {
        return loaded.program("look");
    }

    private LoadedProgram shoot() {
        return loaded.program("shoot");
    }

    @Test
    void filterStopsWhatArrives() throws Exception {
        network.here(() -> {
            try (TcFilter filter = TcFilter.attach(shoot(), here(), TcDirection.INGRESS)) {
                assertFalse(network.reachesLeft());
                assertTrue(network.reachesRight());
                filter.detach();
                filter.detach();
                assertTrue(network.reachesLeft());
                assertEquals(1, counts.get(SHOT));
            }
        });
    }

    @Test
    void filterStopsWhatLeaves() throws Exception {
        network.here(() -> {
            try (TcFilter _ = TcFilter.attach(shoot(), here(), TcDirection.EGRESS)) {
                assertFalse(network.reachesRight());
                assertTrue(network.reachesLeft());
            }
            assertTrue(network.reachesRight());
            assertEquals(1, counts.get(SHOT));
        });
    }

    @Test
    void programIsReplacedAndNothingElseOfTheFilter() throws Exception {
        network.here(() -> {
            try (TcFilter filter = TcFilter.attach(shoot(), here(), TcDirection.INGRESS)) {
                TcFilter.Entry before = TcFilter.query(here(), TcDirection.INGRESS).getFirst();
                filter.update(look());
                assertTrue(network.reachesLeft());
                assertEquals(List.of(0L, 1L), List.of(counts.get(SHOT), counts.get(LOOKED)));
                assertEquals(List.of(new TcFilter.Entry(before.handle(), before.priority(), ALL_PROTOCOLS, 0,
                        look().info().id(), "look", true)), TcFilter.query(here(), TcDirection.INGRESS));
                assertEquals(List.of(before.handle(), before.priority()), List.of(filter.handle(), filter.priority()));
            }
            assertEquals(List.of(), TcFilter.query(here(), TcDirection.INGRESS));
        });
    }

    @Test
    void filtersRunByPriority() throws Exception {
        network.here(() -> {
            TcOptions ingress = TcOptions.clsact(TcDirection.INGRESS);
            try (TcFilter late = TcFilter.attach(shoot(), here(), ingress.withPriority(20).withHandle(7));
                    TcFilter _ = TcFilter.attach(look(), here(), ingress.withPriority(10))) {
                assertEquals(List.of(10, 20), TcFilter.query(here(), TcDirection.INGRESS).stream()
                        .map(TcFilter.Entry::priority).toList());
                assertEquals(List.of(7, 20), List.of(late.handle(), late.priority()));
                network.reachesLeft();
                assertEquals(List.of(1L, 1L), List.of(counts.get(LOOKED), counts.get(SHOT)));
            }
            try (TcFilter _ = TcFilter.attach(shoot(), here(), ingress.withPriority(10));
                    TcFilter _ = TcFilter.attach(look(), here(), ingress.withPriority(20))) {
                network.reachesLeft();
                assertEquals(List.of(1L, 2L), List.of(counts.get(LOOKED), counts.get(SHOT)));
            }
        });
    }

    @Test
    void filterIsForOneProtocol() throws Exception {
        network.here(() -> {
            TcOptions ingress = TcOptions.clsact(TcDirection.INGRESS);
            try (TcFilter filter = TcFilter.attach(shoot(), here(), ingress.withProtocol(IPV6))) {
                assertEquals(List.of(IPV6), TcFilter.query(here(), TcDirection.INGRESS).stream()
                        .map(TcFilter.Entry::protocol).toList());
                assertTrue(network.reachesLeft());
                filter.update(shoot());
            }
            try (TcFilter _ = TcFilter.attach(shoot(), here(), ingress.withProtocol(IPV4))) {
                assertFalse(network.reachesLeft());
            }
            assertTrue(network.reachesLeft());
            assertEquals(1, counts.get(SHOT));
            assertThrows(IllegalArgumentException.class, () -> ingress.withProtocol(0x10000));
        });
    }

    /** Only the first chain is run unless an action says so. */
    @Test
    void filterOfAnotherChainWaits() throws Exception {
        network.here(() -> {
            TcOptions options = TcOptions.clsact(TcDirection.INGRESS).withPriority(1).withHandle(1);
            try (TcFilter waiting = TcFilter.attach(shoot(), here(), options.withChain(5));
                    TcFilter _ = TcFilter.attach(look(), here(), options)) {
                assertEquals(List.of(0, 5), TcFilter.query(here(), TcDirection.INGRESS).stream()
                        .map(TcFilter.Entry::chain).sorted().toList());
                assertTrue(network.reachesLeft());
                assertEquals(List.of(1L, 0L), List.of(counts.get(LOOKED), counts.get(SHOT)));
                waiting.update(look());
                waiting.detach();
                assertEquals(List.of(0), TcFilter.query(here(), TcDirection.INGRESS).stream()
                        .map(TcFilter.Entry::chain).toList());
            }
            assertEquals(List.of(), TcFilter.query(here(), TcDirection.INGRESS));
        });
    }

    @Test
    void filterThatIsThereIsReplacedOnlyIfAskedFor() throws Exception {
        network.here(() -> {
            TcOptions options = TcOptions.clsact(TcDirection.INGRESS).withPriority(1).withHandle(1);
            TcFilter first = TcFilter.attach(look(), here(), options);
            KernelException e = assertThrows(KernelException.class, () -> TcFilter.attach(shoot(), here(), options));
            assertEquals(List.of(Step.ATTACH, "EEXIST", "the kernel says: Filter already exists"),
                    List.of(e.step(), e.errnoName(), e.advice()));
            try (TcFilter _ = TcFilter.attach(shoot(), here(), options.withReplace(true))) {
                assertThrows(KernelException.class, () -> first.update(look()));
                first.detach();
                first.close();
                assertFalse(network.reachesLeft());
            }
            assertTrue(network.reachesLeft());
        });
    }

    @Test
    void verdictIsNoneWithoutDirectAction() throws Exception {
        network.here(() -> {
            try (TcFilter _ = TcFilter.attach(shoot(), here(),
                    TcOptions.clsact(TcDirection.INGRESS).withDirectAction(false))) {
                assertFalse(TcFilter.query(here(), TcDirection.INGRESS).getFirst().directAction());
                assertTrue(network.reachesLeft());
                assertEquals(1, counts.get(SHOT));
            }
        });
    }

    @Test
    void qdiscStaysAndTakesItsFiltersWithIt() throws Exception {
        network.here(() -> {
            TcFilter.attach(shoot(), here(), TcDirection.INGRESS).close();
            assertFalse(Clsact.create(here()));
            try (TcFilter filter = TcFilter.attach(shoot(), here(), TcDirection.INGRESS)) {
                Clsact.remove(here());
                assertTrue(network.reachesLeft());
                assertEquals("ENOENT",
                        assertThrows(KernelException.class, () -> filter.update(look())).errnoName());
                filter.detach();
            }
            assertThrows(KernelException.class, () -> Clsact.remove(here()));
            assertEquals(List.of(), TcFilter.query(here(), TcDirection.INGRESS));
            assertTrue(Clsact.create(here()));
            Clsact.remove(here());
        });
    }

    @Test
    void otherQdiscHasToBeThere() throws Exception {
        network.here(() -> {
            KernelException e = assertThrows(KernelException.class,
                    () -> TcFilter.attach(look(), here(), TcOptions.below(0x10000)));
            assertTrue(e.getMessage().startsWith("program 'look' on interface here, tc parent 1:0: attaching: "),
                    e::getMessage);
            assertTrue(e.advice().startsWith("the kernel says: "), e::advice);
        });
    }

    @Test
    void noSocketIsLeft() throws Exception {
        network.here(() -> {
            long before = TestSockets.open();
            for (int i = 0; i < 10; i++) {
                assertThrows(KernelException.class, () -> TcFilter.attach(look(), here(), TcOptions.below(0x10000)));
                TcFilter.attach(look(), here(), TcDirection.INGRESS).close();
                TcFilter.query(here(), TcDirection.INGRESS);
                assertFalse(Clsact.create(here()));
            }
            assertEquals(before, TestSockets.open());
        });
    }

    @Test
    void interfaceThatGoesIsTheEnd() throws Exception {
        network.here(() -> {
            try (TcFilter filter = TcFilter.attach(look(), here(), TcDirection.INGRESS)) {
                NetInterface gone = here();
                TestNetwork.remove(gone);
                filter.detach();
                assertEquals("ENODEV", assertThrows(KernelException.class,
                        () -> TcFilter.attach(look(), gone, TcDirection.INGRESS)).errnoName());
            }
        });
    }

    @Test
    void filterHasNothingToPin() throws Exception {
        network.here(() -> {
            try (TcFilter filter = TcFilter.attach(look(), here(), TcDirection.INGRESS)) {
                KernelException e = assertThrows(KernelException.class,
                        () -> filter.pin(Path.of("/nowhere")));
                assertEquals(Step.PIN, e.step());
            }
        });
    }
}
