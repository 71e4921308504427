package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** XDP programs on a pair of interfaces: what they drop does not arrive, and does again afterwards. */
@KernelTest
class XdpKernelTest extends OnVeth {

    private static final int DROPPED = 0;
    private static final int PASSED = 1;

    XdpKernelTest() {
        super("attach_xdp-el.o");
    }

    @ParameterizedTest
    @EnumSource(names = "OFFLOAD", mode = EnumSource.Mode.EXCLUDE)
    void dropsWhileItIsAttached(XdpMode mode) throws Exception {
        assertTrue(network.reachesLeft());
        network.here(() -> {
            try (XdpLink link = XdpLink.attach(loaded.program("drop"), here(), mode)) {
                assertEquals(new LinkInfo.Details.Xdp(here().index()), link.info().details());
                assertFalse(network.reachesLeft());
                assertTrue(network.reachesRight());
                assertEquals(1, counts.get(DROPPED));
                link.detach();
                assertTrue(network.reachesLeft());
                assertEquals(1, counts.get(DROPPED));
            }
        });
    }

    @Test
    void programIsReplaced() throws Exception {
        network.here(() -> {
            try (XdpLink link = XdpLink.attach(loaded.program("drop"), here())) {
                link.update(loaded.program("pass"));
                assertTrue(network.reachesLeft());
                assertEquals(List.of(0L, 1L), List.of(counts.get(DROPPED), counts.get(PASSED)));
            }
            assertTrue(network.reachesLeft());
            assertEquals(1, counts.get(PASSED));
        });
    }

    @Test
    void programIsReplacedOnlyIfItIsTheExpectedOne() throws Exception {
        network.here(() -> {
            try (XdpLink link = XdpLink.attach(loaded.program("drop"), here())) {
                KernelException e = assertThrows(KernelException.class,
                        () -> link.update(loaded.program("pass"), loaded.program("pass")));
                assertEquals(List.of(Step.REPLACE, "EPERM"), List.of(e.step(), e.errnoName()));
                assertEquals("another program is attached than the one that was expected", e.advice());
                assertFalse(network.reachesLeft());
                link.update(loaded.program("pass"), loaded.program("drop"));
                assertTrue(network.reachesLeft());
            }
        });
    }

    @Test
    void pinnedLinkOutlivesItsDescriptor() throws Exception {
        try (BpfFs fs = new BpfFs()) {
            Path pin = fs.folder().resolve("xdp");
            XdpLink link = network.left().call(() -> XdpLink.attach(loaded.program("drop"), here()));
            link.pin(pin);
            link.close();
            assertFalse(network.reachesLeft());
            try (KernelLink opened = Link.open(pin)) {
                opened.detach();
                assertTrue(network.reachesLeft());
                opened.unpin();
            }
        }
    }

    @Test
    void closingEndsItOnAnyThread() throws Exception {
        XdpLink link = network.left().call(() -> XdpLink.attach(loaded.program("drop"), here()));
        assertFalse(network.reachesLeft());
        link.close();
        assertTrue(network.reachesLeft());
    }

    @Test
    void interfaceTakesOneProgram() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("pass"), here())) {
                assertEquals(Step.ATTACH, assertThrows(KernelException.class,
                        () -> XdpLink.attach(loaded.program("drop"), here())).step());
                KernelException e = assertThrows(KernelException.class,
                        () -> XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.ANY));
                assertEquals("EBUSY", e.errnoName());
                assertTrue(e.getMessage().contains("the kernel says: "), e::getMessage);
            }
        });
    }

    @Test
    void modesExcludeEachOther() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("pass"), here(), XdpMode.NATIVE)) {
                assertEquals("the kernel says: Native and generic XDP can't be active at the same time",
                        assertThrows(KernelException.class, () ->
                                XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.GENERIC)).advice());
            }
        });
    }

    @Test
    void networkCardIsNeededForOffload() throws Exception {
        network.here(() -> {
            assertThrows(KernelException.class, () -> XdpLink.attach(loaded.program("drop"), here(), XdpMode.OFFLOAD));
            assertThrows(KernelException.class,
                    () -> XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.OFFLOAD));
        });
    }

    @Test
    void refusalLeavesNoSocket() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("pass"), here())) {
                long before = TestSockets.open();
                for (int i = 0; i < 10; i++) {
                    assertThrows(KernelException.class,
                            () -> XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.ANY));
                }
                assertEquals(before, TestSockets.open());
            }
        });
    }

    @Test
    void closedProgramLeavesNoSocket() throws Exception {
        LoadedObject other = BpfObject.read(Fixtures.object("attach_xdp-el.o")).load();
        other.close();
        network.here(() -> {
            long before = TestSockets.open();
            assertThrows(IllegalStateException.class,
                    () -> XdpAttachment.attach(other.program("drop"), here(), XdpMode.ANY));
            assertEquals(before, TestSockets.open());
        });
    }

    @Test
    void programsOfMapsAreNotAttached() throws Exception {
        network.here(() -> {
            for (String name : List.of("into_device", "onto_cpu")) {
                KernelException e = assertThrows(KernelException.class,
                        () -> XdpLink.attach(loaded.program(name), here()));
                assertTrue(e.getMessage().contains("put into the value of such a map"), e::getMessage);
                assertThrows(KernelException.class,
                        () -> XdpAttachment.attach(loaded.program(name), here(), XdpMode.ANY));
            }
        });
    }

    @Test
    void attachmentDropsUntilItIsDetached() throws Exception {
        XdpAttachment attachment =
                network.left().call(() -> XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.GENERIC));
        try (attachment) {
            assertFalse(network.reachesLeft());
            attachment.update(loaded.program("pass"));
            assertTrue(network.reachesLeft());
            attachment.update(loaded.program("drop"));
            assertFalse(network.reachesLeft());
            attachment.detach();
            attachment.detach();
            assertTrue(network.reachesLeft());
            assertEquals(List.of(2L, 1L), List.of(counts.get(DROPPED), counts.get(PASSED)));
            assertThrows(KernelException.class, () -> attachment.update(loaded.program("drop")));
        }
        assertThrows(IllegalStateException.class, attachment::detach);
    }

    @Test
    void attachmentLeavesTheProgramOfAnotherAlone() throws Exception {
        network.here(() -> {
            XdpAttachment ours = XdpAttachment.attach(loaded.program("pass"), here(), XdpMode.GENERIC);
            TestNetwork.takeXdpAway(here(), XdpMode.GENERIC);
            try (XdpAttachment _ = XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.GENERIC)) {
                assertEquals("EEXIST", assertThrows(KernelException.class,
                        () -> ours.update(loaded.program("pass"))).errnoName());
                ours.close();
                assertFalse(network.reachesLeft());
            }
            assertTrue(network.reachesLeft());
            XdpAttachment again = XdpAttachment.attach(loaded.program("pass"), here(), XdpMode.GENERIC);
            TestNetwork.takeXdpAway(here(), XdpMode.GENERIC);
            try (XdpLink _ = XdpLink.attach(loaded.program("drop"), here(), XdpMode.GENERIC)) {
                again.detach();
                again.close();
                assertFalse(network.reachesLeft());
            }
        });
    }

    /** A packet of 9000 bytes comes in several buffers, which a program has to be loaded for. */
    @Test
    void largePacketsNeedAProgramForFragments() throws Exception {
        network.there(() -> TestNetwork.mtu(TestNetwork.THERE, 9000));
        network.here(() -> {
            TestNetwork.mtu(TestNetwork.HERE, 9000);
            KernelException e = assertThrows(KernelException.class,
                    () -> XdpLink.attach(loaded.program("pass"), here(), XdpMode.NATIVE));
            assertEquals(Step.ATTACH, e.step());
            BpfObject object = BpfObject.read(Fixtures.object("sections_loadable-el.o"));
            for (var program : object.programs()) {
                object = object.withProgram(program.name(), p -> p.withAutoload(p.name().equals("in_xdp_frags")));
            }
            try (LoadedObject fragments = object.load();
                    XdpLink _ = XdpLink.attach(fragments.program("in_xdp_frags"), here(), XdpMode.NATIVE)) {
                assertEquals(Map.of(XdpMode.NATIVE, fragments.program("in_xdp_frags").info().id()),
                        XdpAttachment.query(here()));
            }
            assertEquals(Map.of(), XdpAttachment.query(here()));
        });
    }

    /** A program that another process left, as an older version of this one may have done. */
    @Test
    void attachmentTakesOverFromAnother() throws Exception {
        network.here(() -> {
            XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.NATIVE).leave();
            int id = loaded.program("drop").info().id();
            assertEquals(Map.of(XdpMode.NATIVE, id), XdpAttachment.query(here()));
            LoadedProgram pass = loaded.program("pass");
            assertEquals("EEXIST", assertThrows(KernelException.class,
                    () -> XdpAttachment.replacing(pass, here(), XdpMode.NATIVE, pass)).errnoName());
            try (LoadedProgram found = LoadedProgram.ofId(XdpAttachment.query(here()).get(XdpMode.NATIVE));
                    XdpAttachment _ = XdpAttachment.replacing(pass, here(), XdpMode.NATIVE, found)) {
                assertEquals(Map.of(XdpMode.NATIVE, pass.info().id()), XdpAttachment.query(here()));
                assertTrue(network.reachesLeft());
            }
            assertEquals(Map.of(), XdpAttachment.query(here()));
            assertEquals("EEXIST", assertThrows(KernelException.class,
                    () -> XdpAttachment.replacing(pass, here(), XdpMode.NATIVE, pass)).errnoName());
        });
    }

    @Test
    void queryTellsOfLinksToo() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("drop"), here(), XdpMode.GENERIC)) {
                assertEquals(Map.of(XdpMode.GENERIC, loaded.program("drop").info().id()),
                        XdpAttachment.query(here()));
            }
            NetInterface gone = here();
            TestNetwork.remove(gone);
            assertEquals("ENODEV",
                    assertThrows(KernelException.class, () -> XdpAttachment.query(gone)).errnoName());
        });
    }

    @Test
    void driverTellsWhatItCanDo() throws Exception {
        network.here(() -> {
            if (KernelVersion.running().compareTo(new KernelVersion(6, 3)) < 0) {
                assertTrue(assertThrows(KernelException.class, () -> XdpFeatures.of(here())).advice()
                        .contains("Linux 6.3"));
                return;
            }
            Set<XdpFeatures.Feature> features = XdpFeatures.of(here()).features();
            assertTrue(features.containsAll(Set.of(XdpFeatures.Feature.BASIC, XdpFeatures.Feature.REDIRECT,
                    XdpFeatures.Feature.RX_SG)), features::toString);
            assertFalse(features.contains(XdpFeatures.Feature.HW_OFFLOAD));
            assertEquals(Set.of(), XdpFeatures.of(NetInterface.named("lo")).features());
            NetInterface gone = here();
            TestNetwork.remove(gone);
            assertEquals("ENODEV", assertThrows(KernelException.class, () -> XdpFeatures.of(gone)).errnoName());
        });
    }

    @Test
    void attachmentEndsAlthoughTheObjectIsClosed() throws Exception {
        XdpAttachment attachment;
        try (LoadedObject other = BpfObject.read(Fixtures.object("attach_xdp-el.o")).load()) {
            attachment = network.left().call(() -> XdpAttachment.attach(other.program("drop"), here(), XdpMode.ANY));
        }
        assertFalse(network.reachesLeft());
        attachment.close();
        assertTrue(network.reachesLeft());
    }

    @Test
    void interfaceThatGoesIsTheEnd() throws Exception {
        network.here(() -> {
            try (XdpLink link = XdpLink.attach(loaded.program("drop"), here())) {
                TestNetwork.remove(here());
                assertEquals("ENOLINK", assertThrows(KernelException.class,
                        () -> link.update(loaded.program("pass"))).errnoName());
            }
        });
    }

    @Test
    void interfaceThatGoesIsTheEndOfAnAttachment() throws Exception {
        network.here(() -> {
            try (XdpAttachment attachment = XdpAttachment.attach(loaded.program("drop"), here(), XdpMode.ANY)) {
                TestNetwork.remove(here());
                attachment.detach();
            }
        });
    }

    @Test
    void interfaceOfAnotherNamespaceIsNotThere() throws Exception {
        assertEquals("ENODEV", assertThrows(KernelException.class, OnVeth::here).errnoName());
        int index = network.left().call(() -> here().index());
        assertEquals(TestNetwork.HERE, network.left().call(() -> NetInterface.ofIndex(index).name()));
        assertThrows(KernelException.class, () -> NetInterface.ofIndex(Integer.MAX_VALUE));
    }
}
