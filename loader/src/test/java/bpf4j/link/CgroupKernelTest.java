package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that refuse sockets to the members of a cgroup: where among others, with and without links. */
@KernelTest
class CgroupKernelTest {

    private static final AttachType TYPE = AttachType.BPF_CGROUP_INET_SOCK_CREATE;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private final List<LoadedObject> objects = new ArrayList<>();
    private TestCgroup cgroup;

    @BeforeEach
    void make() throws IOException {
        cgroup = new TestCgroup();
    }

    @AfterEach
    void close() throws IOException {
        objects.forEach(LoadedObject::close);
        cgroup.close();
    }

    private LoadedProgram load(String program) throws IOException {
        LoadedObject loaded = BpfObject.read(Fixtures.object("cgroup_socket-el.o")).load();
        objects.add(loaded);
        return loaded.program(program);
    }

    private static int id(LoadedProgram program) {
        return program.info().id();
    }

    private List<Integer> attached() {
        return CgroupLink.query(cgroup.folder(), TYPE).programIds();
    }

    /** {@return whether this process may make a socket} */
    private static boolean mayMakeSocket() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.isBound();
        } catch (SocketException _) {
            return false;
        }
    }

    @Test
    void linkRefusesMembersUntilItIsDetached() throws IOException {
        cgroup.enter();
        assertTrue(mayMakeSocket());
        try (Link link = assertInstanceOf(CgroupLink.class, CgroupLink.attach(load("refuse"), cgroup.folder()))) {
            assertFalse(mayMakeSocket());
            link.update(load("permit"));
            assertTrue(mayMakeSocket());
            link.update(load("refuse"));
            assertFalse(mayMakeSocket());
            link.detach();
            assertTrue(mayMakeSocket());
        }
    }

    @Test
    void positionDecidesWhoIsFirst() throws IOException {
        KernelVersion.assumeAtLeast(6, 17, "places among programs of a cgroup");
        LoadedProgram one = load("permit");
        LoadedProgram two = load("permit");
        LoadedProgram three = load("permit");
        LoadedProgram four = load("permit");
        Path folder = cgroup.folder();
        try (CgroupLink first = CgroupLink.attach(one, folder, Position.last());
                Link _ = CgroupLink.attach(two, folder, Position.first());
                Link _ = CgroupLink.attach(three, folder, Position.before(first))) {
            assertEquals(List.of(id(two), id(three), id(one)), attached());
            long revision = CgroupLink.query(folder, TYPE).revision();
            try (Link _ = CgroupLink.attach(four, folder, Position.after(first).expecting(revision))) {
                assertEquals(List.of(id(two), id(three), id(one), id(four)), attached());
            }
            KernelException e = assertThrows(KernelException.class,
                    () -> CgroupLink.attach(four, folder, Position.last().expecting(revision)));
            assertEquals("ESTALE", e.errnoName());
            assertTrue(e.advice().contains("revision"), e::getMessage);
            KernelException missing = assertThrows(KernelException.class,
                    () -> CgroupLink.attach(four, folder, Position.before(load("permit"))));
            assertTrue(missing.advice().contains("beside"), missing::getMessage);
        }
    }

    /** Stable kernels have taken places over from 6.17: 6.12.117 has them, 6.1 has not. */
    @Test
    void positionIsRefusedWhereTheKernelKnowsNone() throws IOException {
        Assumptions.assumeTrue(KernelVersion.running().compareTo(new KernelVersion(6, 12)) < 0,
                "a kernel without places among programs of a cgroup");
        LoadedProgram program = load("permit");
        KernelException e = assertThrows(KernelException.class,
                () -> CgroupLink.attach(program, cgroup.folder(), Position.first()));
        assertTrue(e.advice().contains("6.17"), e::getMessage);
    }

    @Test
    void exclusiveProgramKeepsOthersOut() throws IOException {
        LoadedProgram refuse = load("refuse");
        LoadedProgram permit = load("permit");
        cgroup.enter();
        try (CgroupAttachment attachment = CgroupAttachment.attach(permit, cgroup.folder(), CgroupSharing.EXCLUSIVE)) {
            KernelException e = assertThrows(KernelException.class, () -> CgroupLink.attach(refuse, cgroup.folder()));
            assertEquals("EPERM", e.errnoName());
            assertTrue(e.advice().contains("excludes others"), e::getMessage);
            attachment.update(refuse);
            assertEquals(List.of(id(refuse)), attached());
            assertFalse(mayMakeSocket());
            attachment.detach();
            assertTrue(mayMakeSocket());
        }
    }

    @Test
    void programThatTookThePlaceStays() throws IOException {
        LoadedProgram one = load("permit");
        LoadedProgram other = load("permit");
        CgroupAttachment first = CgroupAttachment.attach(one, cgroup.folder(), CgroupSharing.OVERRIDABLE);
        try (CgroupAttachment _ = CgroupAttachment.attach(other, cgroup.folder(), CgroupSharing.OVERRIDABLE)) {
            first.close();
            assertEquals(List.of(id(other)), attached());
        }
        assertEquals(List.of(), attached());
    }

    @Test
    void sharedProgramIsReplacedInItsPlace() throws IOException {
        LoadedProgram one = load("permit");
        LoadedProgram other = load("permit");
        LoadedProgram refuse = load("refuse");
        cgroup.enter();
        try (CgroupAttachment first = CgroupAttachment.attach(one, cgroup.folder(), CgroupSharing.SHARED);
                CgroupAttachment _ = CgroupAttachment.attach(other, cgroup.folder(), CgroupSharing.SHARED)) {
            assertTrue(mayMakeSocket());
            first.update(refuse);
            assertEquals(List.of(id(refuse), id(other)), attached());
            assertFalse(mayMakeSocket());
            KernelException e = assertThrows(KernelException.class, () -> first.update(other));
            assertEquals(Step.REPLACE, e.step());
        }
        assertEquals(List.of(), attached());
        assertTrue(mayMakeSocket());
    }

    @Test
    void programThatTookThePlaceIsNotReplaced() throws IOException {
        LoadedProgram other = load("permit");
        try (CgroupAttachment first = CgroupAttachment.attach(load("permit"), cgroup.folder(),
                        CgroupSharing.OVERRIDABLE);
                CgroupAttachment _ = CgroupAttachment.attach(other, cgroup.folder(), CgroupSharing.OVERRIDABLE)) {
            KernelException e = assertThrows(KernelException.class, () -> first.update(load("refuse")));
            assertEquals(List.of(Step.REPLACE, "ENOENT"), List.of(e.step(), e.errnoName()));
            assertEquals(List.of(id(other)), attached());
        }
    }

    @ParameterizedTest
    @EnumSource
    void cgroupThatGoesIsTheEnd(CgroupSharing sharing) throws IOException {
        if (sharing == CgroupSharing.SHARED_PREORDER) {
            KernelVersion.assumeAtLeast(6, 15, "programs of cgroups that come before those below");
        }
        TestCgroup other = new TestCgroup();
        try (Link link = CgroupLink.attach(load("permit"), cgroup.folder());
                Link attachment = CgroupAttachment.attach(load("permit"), other.folder(), sharing)) {
            other.close();
            attachment.detach();
            attachment.detach();
            link.detach();
        }
    }

    @Test
    void queryTellsOfFlagsAndOfCgroupsAbove() throws IOException {
        LoadedProgram above = load("permit");
        LoadedProgram below = load("permit");
        Path child = Files.createDirectory(cgroup.folder().resolve("child"));
        try (Link _ = CgroupLink.attach(above, cgroup.folder()); Link _ = CgroupLink.attach(below, child)) {
            AttachedPrograms own = CgroupLink.query(child, TYPE);
            assertEquals(List.of(id(below)), own.programIds());
            assertEquals(2, own.entries().getFirst().attachFlags());
            assertEquals(List.of(id(below), id(above)), CgroupLink.queryEffective(child, TYPE).programIds());
        } finally {
            Files.delete(child);
        }
        try (Link _ = CgroupAttachment.attach(above, cgroup.folder(), CgroupSharing.OVERRIDABLE)) {
            assertEquals(1, CgroupLink.query(cgroup.folder(), TYPE).entries().getFirst().attachFlags());
        }
    }

    /** A program that comes before those of the cgroups below, by a link and without. */
    @Test
    void preorderIsBeforeTheCgroupsBelow() throws IOException {
        KernelVersion.assumeAtLeast(6, 17, "programs of cgroups that come before those below");
        LoadedProgram above = load("permit");
        LoadedProgram below = load("permit");
        LoadedProgram early = load("permit");
        Path child = Files.createDirectory(cgroup.folder().resolve("child"));
        try (Link _ = CgroupLink.attach(above, cgroup.folder()); Link _ = CgroupLink.attach(below, child)) {
            try (Link _ = CgroupLink.attach(early, cgroup.folder(), TYPE, Position.last(),
                    CgroupLink.BPF_F_PREORDER)) {
                assertEquals(List.of(id(early), id(below), id(above)),
                        CgroupLink.queryEffective(child, TYPE).programIds());
            }
            LoadedProgram replaced = load("permit");
            try (Link attachment = CgroupAttachment.attach(replaced, cgroup.folder(), CgroupSharing.SHARED_PREORDER)) {
                attachment.update(early);
                assertEquals(List.of(id(early), id(below), id(above)),
                        CgroupLink.queryEffective(child, TYPE).programIds());
            }
            assertEquals(List.of(id(below), id(above)), CgroupLink.queryEffective(child, TYPE).programIds());
        } finally {
            Files.delete(child);
        }
    }

    @Test
    void programFoundByItsIdIsAttachedWhereTheCallerSays() throws IOException {
        cgroup.enter();
        try (LoadedProgram found = LoadedProgram.ofId(id(load("refuse")))) {
            assertThrows(KernelException.class, () -> CgroupLink.attach(found, cgroup.folder()));
            try (Link _ = CgroupLink.attach(found, cgroup.folder(), TYPE, Position.last())) {
                assertFalse(mayMakeSocket());
            }
            assertTrue(mayMakeSocket());
            assertTrue(assertThrows(KernelException.class, () -> CgroupLink.attach(found, cgroup.folder(),
                    AttachType.BPF_XDP, Position.last())).getMessage().contains("no attach type of cgroups"));
        }
    }
}
