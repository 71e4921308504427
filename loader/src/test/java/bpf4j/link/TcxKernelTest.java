package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** tcx links on a pair of interfaces: what they do and in which order. */
@KernelTest
class TcxKernelTest extends OnVeth {

    private static final int LOOKED = 0;
    private static final int SHOT = 1;
    private static final int ARRIVED = 2;
    private static final int LEFT = 3;

    TcxKernelTest() {
        super("attach_tc-el.o");
    }

    @BeforeEach
    void assumeTcx() {
        KernelVersion.assumeAtLeast(6, 6, "tcx links");
    }

    private LoadedProgram look() {
        return loaded.program("look");
    }

    private LoadedProgram shoot() {
        return loaded.program("shoot");
    }

    private int id(String program) {
        return loaded.program(program).info().id();
    }

    @Test
    void sectionNamesTheDirection() throws Exception {
        network.here(() -> {
            try (TcxLink _ = TcxLink.attach(loaded.program("arrive"), here());
                    TcxLink leaving = TcxLink.attach(loaded.program("leave"), here())) {
                assertEquals("program 'leave' on interface here, egress", leaving.description());
                assertEquals(new LinkInfo.Details.Tcx(here().index(), Optional.of(AttachType.BPF_TCX_EGRESS)),
                        leaving.info().details());
                assertEquals(List.of(new AttachedPrograms.Entry(id("leave"), OptionalInt.of(leaving.info().id()), 0)),
                        TcxLink.query(here(), TcDirection.EGRESS).entries());
                network.reachesLeft();
                assertEquals(List.of(1L, 0L), List.of(counts.get(ARRIVED), counts.get(LEFT)));
                network.reachesRight();
                assertEquals(List.of(1L, 1L), List.of(counts.get(ARRIVED), counts.get(LEFT)));
                leaving.detach();
                network.reachesRight();
                assertEquals(1, counts.get(LEFT));
            }
            network.reachesLeft();
            assertEquals(1, counts.get(ARRIVED));
            assertTrue(assertThrows(KernelException.class, () -> TcxLink.attach(look(), here())).getMessage()
                    .contains("section 'tc' does not say at which point"));
        });
    }

    /** The kernel would make a link of the other kind. */
    @Test
    void sectionOfAnotherKindNamesNoDirection() throws Exception {
        network.here(() -> {
            for (String program : List.of("arrive", "leave")) {
                assertTrue(assertThrows(KernelException.class, () -> NetkitLink.attach(loaded.program(program), here()))
                        .getMessage().contains("is no side of a netkit pair"));
            }
            assertTrue(assertThrows(KernelException.class,
                    () -> TcxLink.attach(loaded.program("leave_peer"), here())).getMessage()
                    .contains("BPF_NETKIT_PEER is no direction"));
            assertEquals(List.of(), TcxLink.query(here(), TcDirection.INGRESS).entries());
        });
    }

    @Test
    void verdictCountsInBothDirections() throws Exception {
        network.here(() -> {
            try (TcxLink _ = TcxLink.attach(shoot(), here(), TcDirection.INGRESS, Position.last())) {
                assertFalse(network.reachesLeft());
                assertTrue(network.reachesRight());
            }
            try (TcxLink link = TcxLink.attach(shoot(), here(), TcDirection.EGRESS, Position.last())) {
                assertTrue(network.reachesLeft());
                assertFalse(network.reachesRight());
                assertEquals("EPERM", assertThrows(KernelException.class,
                        () -> link.update(look(), loaded.program("leave"))).errnoName());
                link.update(look(), shoot());
                assertTrue(network.reachesRight());
            }
            assertEquals(List.of(2L, 1L), List.of(counts.get(SHOT), counts.get(LOOKED)));
        });
    }

    /** Of two programs, one that stops the packet and one that counts it, the order decides whether it is counted. */
    @Test
    void positionDecidesWhoIsFirst() throws Exception {
        network.here(() -> {
            TcDirection in = TcDirection.INGRESS;
            try (TcxLink shooting = TcxLink.attach(shoot(), here(), in, Position.last())) {
                TcxLink.attach(look(), here(), in, Position.last()).close();
                assertLooked(0, Position.last());
                assertLooked(1, Position.first());
                assertLooked(1, Position.before(shoot()));
                assertLooked(0, Position.after(shoot()));
                assertLooked(1, Position.before(shooting));
                assertLooked(0, Position.after(shooting));
                assertLooked(1, Position.before(new Anchor.ProgramId(id("shoot"))));
                assertLooked(0, Position.after(new Anchor.ProgramId(id("shoot"))));
                int linkId = TcxLink.query(here(), in).entries().getFirst().linkId().orElseThrow();
                assertLooked(1, Position.before(new Anchor.LinkId(linkId)));
                assertLooked(0, Position.after(new Anchor.LinkId(linkId)));
            }
        });
    }

    private void assertLooked(long expected, Position position) throws Exception {
        long before = counts.get(LOOKED);
        try (TcxLink _ = TcxLink.attach(look(), here(), TcDirection.INGRESS, position)) {
            assertEquals(expected == 1 ? List.of(id("look"), id("shoot")) : List.of(id("shoot"), id("look")),
                    TcxLink.query(here(), TcDirection.INGRESS).programIds(), position::toString);
            assertFalse(network.reachesLeft());
        }
        assertEquals(expected, counts.get(LOOKED) - before, position::toString);
    }

    @Test
    void listThatChangedIsNotTouched() throws Exception {
        network.here(() -> {
            TcDirection in = TcDirection.INGRESS;
            try (TcxLink _ = TcxLink.attach(look(), here(), in, Position.last())) {
                long revision = TcxLink.query(here(), in).revision();
                assertTrue(revision > 0);
                assertEquals("ESTALE", assertThrows(KernelException.class, () -> TcxLink.attach(shoot(), here(), in,
                        Position.first().expecting(revision + 1))).errnoName());
                TcxLink.attach(shoot(), here(), in, Position.first().expecting(revision)).close();
                assertTrue(TcxLink.query(here(), in).revision() > revision);
            }
        });
    }

    @Test
    void refusalsSayWhy() throws Exception {
        network.here(() -> {
            TcDirection in = TcDirection.INGRESS;
            try (TcxLink _ = TcxLink.attach(look(), here(), in, Position.last())) {
                KernelException twice = assertThrows(KernelException.class,
                        () -> TcxLink.attach(look(), here(), in, Position.last()));
                assertEquals(List.of("EEXIST", "this program is attached there already"),
                        List.of(twice.errnoName(), twice.advice()));
                KernelException absent = assertThrows(KernelException.class,
                        () -> TcxLink.attach(shoot(), here(), in, Position.before(loaded.program("arrive"))));
                assertEquals(List.of("ENOENT", "the program that it is to stand beside is not attached there"),
                        List.of(absent.errnoName(), absent.advice()));
            }
            NetInterface gone = here();
            TestNetwork.remove(gone);
            assertEquals("ENODEV", assertThrows(KernelException.class,
                    () -> TcxLink.attach(look(), gone, in, Position.last())).errnoName());
        });
    }

    @Test
    void interfaceThatGoesIsTheEnd() throws Exception {
        network.here(() -> {
            try (TcxLink link = TcxLink.attach(look(), here(), TcDirection.INGRESS, Position.last())) {
                TestNetwork.remove(here());
                assertThrows(KernelException.class, () -> link.update(shoot()));
                link.detach();
            }
        });
    }

    @Test
    void closedAnchorIsAMistakeOfTheCaller() throws Exception {
        network.here(() -> {
            TcxLink link = TcxLink.attach(look(), here(), TcDirection.INGRESS, Position.last());
            link.close();
            assertThrows(IllegalStateException.class,
                    () -> TcxLink.attach(shoot(), here(), TcDirection.INGRESS, Position.before(link)));
        });
    }
}
