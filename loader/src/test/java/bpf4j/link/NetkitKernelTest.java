package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Descriptors;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Programs on both sides of a pair of netkit interfaces. */
@KernelTest
class NetkitKernelTest {

    private static final int SHOT = 1;
    private static final int LEFT_PRIMARY = 4;
    private static final int LEFT_PEER = 5;

    /** Something that runs on a pair. */
    private interface Check {
        void on(TestNetwork network, LoadedObject loaded, PacketCounts counts) throws Exception;
    }

    private static void check(Check check) throws Exception {
        KernelVersion.assumeAtLeast(6, 7, "netkit links");
        KernelBuild.assume(knowsNetkit(), "netkit");
        try (Descriptors _ = new Descriptors(); TestNetwork network = new TestNetwork("netkit");
                LoadedObject loaded = BpfObject.read(Fixtures.object("attach_tc-el.o")).load()) {
            network.here(() -> check.on(network, loaded, PacketCounts.of(loaded)));
        }
    }

    /** The driver is built in or a module, loaded or not. */
    private static boolean knowsNetkit() throws IOException {
        Path modules = Path.of("/lib/modules", System.getProperty("os.version"));
        for (String list : List.of("modules.builtin", "modules.order")) {
            if (Files.exists(modules.resolve(list)) && Files.readString(modules.resolve(list)).contains("netkit")) {
                return true;
            }
        }
        return false;
    }

    private static NetInterface here() {
        return NetInterface.named(TestNetwork.HERE);
    }

    @Test
    void sectionNamesTheSide() throws Exception {
        check((network, loaded, counts) -> {
            try (NetkitLink _ = NetkitLink.attach(loaded.program("leave_primary"), here());
                    NetkitLink peer = NetkitLink.attach(loaded.program("leave_peer"), here())) {
                assertEquals("program 'leave_peer' on interface here, peer", peer.description());
                assertEquals(new LinkInfo.Details.Netkit(here().index(), Optional.of(AttachType.BPF_NETKIT_PEER)),
                        peer.info().details());
                assertTrue(network.reachesRight());
                assertEquals(List.of(1L, 0L), List.of(counts.get(LEFT_PRIMARY), counts.get(LEFT_PEER)));
                assertTrue(network.reachesLeft());
                assertEquals(List.of(1L, 1L), List.of(counts.get(LEFT_PRIMARY), counts.get(LEFT_PEER)));
                peer.detach();
                assertTrue(network.reachesLeft());
                assertEquals(1, counts.get(LEFT_PEER));
            }
            assertTrue(network.reachesRight());
            assertEquals(1, counts.get(LEFT_PRIMARY));
        });
    }

    @Test
    void verdictAndPositionCount() throws Exception {
        check((network, loaded, counts) -> {
            NetkitLink.Side primary = NetkitLink.Side.PRIMARY;
            try (NetkitLink _ = NetkitLink.attach(loaded.program("shoot"), here(), primary, Position.last());
                    NetkitLink first = NetkitLink.attach(loaded.program("leave_primary"), here(), primary,
                            Position.before(loaded.program("shoot")))) {
                assertEquals(List.of(loaded.program("leave_primary").info().id(), loaded.program("shoot").info().id()),
                        NetkitLink.query(here(), primary).programIds());
                assertFalse(network.reachesRight());
                assertTrue(network.reachesLeft());
                first.update(loaded.program("leave_peer"));
                assertFalse(network.reachesRight());
                assertEquals(List.of(1L, 1L, 2L),
                        List.of(counts.get(LEFT_PRIMARY), counts.get(LEFT_PEER), counts.get(SHOT)));
            }
            assertTrue(network.reachesRight());
            assertEquals(List.of(), NetkitLink.query(here(), primary).programIds());
        });
    }

    @Test
    void peerAndOtherInterfacesAreRefused() throws Exception {
        check((network, loaded, _) -> {
            network.there(() -> assertEquals("the interface is the peer: both sides are attached to by the primary one",
                    assertThrows(KernelException.class, () -> NetkitLink.attach(loaded.program("leave_peer"),
                            NetInterface.named(TestNetwork.THERE))).advice()));
            assertEquals("ENXIO", assertThrows(KernelException.class,
                    () -> NetkitLink.attach(loaded.program("leave_peer"), NetInterface.named("lo"))).errnoName());
        });
    }
}
