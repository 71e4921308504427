package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.TestRun;
import bpf4j.link.LinkInfo.Details;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs on kernel functions and security hooks, which see or refuse what this process does with folders and sockets.
 */
@KernelTest
class TracingLinkKernelTest {

    private static final String FUNCTIONS = "trace_functions";
    private static final String SECURITY = "trace_lsm";
    private static final long COOKIE = 0x1122334455667788L;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    @TempDir
    private Path folder;

    /** Makes a folder and removes it again. {@return whether that was permitted} */
    private boolean makeFolder() throws IOException {
        Path made = folder.resolve("made");
        try {
            Files.createDirectory(made);
        } catch (FileSystemException e) {
            assertEquals("Operation not permitted", e.getReason());
            return false;
        }
        Files.delete(made);
        return true;
    }

    private static Details.Tracing details(Link link) {
        return assertInstanceOf(Details.Tracing.class, ((KernelLink) link).info().details());
    }

    @Test
    void entryIsSeenWithItsCookieUntilItIsDetached() throws IOException {
        try (LoadedObject loaded = Seen.loadForFunctions(FUNCTIONS, "entered")) {
            Seen seen = new Seen(loaded, 0);
            LoadedProgram program = loaded.program("entered");
            try (Link link = TracingLink.attach(program, COOKIE)) {
                assertEquals("program 'entered' at fentry/vfs_mkdir", link.description());
                assertEquals(program.info().attachBtfId(), details(link).targetTypeId());
                assertEquals(Optional.of(AttachType.BPF_TRACE_FENTRY), details(link).attachType());
                assertTrue(makeFolder());
                assertEquals(List.of(1L, COOKIE), List.of(seen.count(), seen.cookie()));
                link.detach();
                assertTrue(makeFolder());
                assertEquals(1, seen.count());
            }
            try (Link again = program.attach()) {
                assertTrue(makeFolder());
                assertEquals(List.of(2L, 0L), List.of(seen.count(), seen.cookie()));
                assertEquals("EBUSY", assertThrows(KernelException.class, program::attach).errnoName());
                assertFalse(again.toString().isEmpty());
            }
        }
    }

    @Test
    void returnIsSeenWithItsValueAndChanged() throws IOException {
        try (LoadedObject loaded = Seen.loadForFunctions(FUNCTIONS, "left", "refused")) {
            Seen left = new Seen(loaded, 1);
            Seen refused = new Seen(loaded, 2);
            try (Link _ = loaded.program("left").attach()) {
                assertTrue(makeFolder());
                assertEquals(List.of(1L, 0), List.of(left.count(), left.result()));
                Link refusing = loaded.program("refused").attach();
                assertEquals(Optional.of(AttachType.BPF_MODIFY_RETURN), details(refusing).attachType());
                assertFalse(makeFolder());
                assertEquals(List.of(2L, -Errno.EPERM.number(), 1L),
                        List.of(left.count(), left.result(), refused.count()));
                refusing.close();
                assertTrue(makeFolder());
                assertEquals(List.of(3L, 0, 1L), List.of(left.count(), left.result(), refused.count()));
            }
            assertTrue(makeFolder());
            assertEquals(3, left.count());
        }
    }

    @Test
    void functionOfAProgramIsSeenUntilItIsDetached() throws IOException {
        try (LoadedObject target = BpfObject.read(Fixtures.object("freplace_target-el.o")).load()) {
            LoadedProgram decide = target.program("decide");
            LoadOptions options = LoadOptions.defaults().withProgramTarget("entered", decide.fd(), "verdict")
                    .withProgramTarget("left", decide.fd(), "verdict");
            try (LoadedObject loaded = Seen.loadForFunctions(FUNCTIONS, options, "entered", "left")) {
                Seen entered = new Seen(loaded, 0);
                Seen left = new Seen(loaded, 1);
                try (Links links = loaded.attachAll()) {
                    Details.Tracing details = details(links.links().getFirst());
                    assertEquals(decide.info().id(), details.targetObjectId());
                    assertEquals(decide.functionTypeId("verdict"), details.targetTypeId());
                    assertEquals(1, TestRun.once(decide));
                    assertEquals(List.of(1L, 1L, 1), List.of(entered.count(), left.count(), left.result()));
                }
                assertEquals(1, TestRun.once(decide));
                assertEquals(List.of(1L, 1L), List.of(entered.count(), left.count()));
            }
        }
    }

    @Test
    void securityHookRefusesUntilItIsDetached() throws IOException {
        try (LoadedObject loaded = Seen.loadForFunctions(SECURITY, "no_folder", "no_removal")) {
            new Seen(loaded, 0);
            Seen removals = new Seen(loaded, 1);
            Link link = loaded.program("no_folder").attach();
            assertInstanceOf(TracingLink.class, link);
            assertEquals(Optional.of(AttachType.BPF_LSM_MAC), details(link).attachType());
            assertFalse(makeFolder());
            link.detach();
            link.close();
            assertTrue(makeFolder());
            Path kept = Files.createDirectory(folder.resolve("kept"));
            try (Link _ = loaded.program("no_removal").attach()) {
                assertEquals("Operation not permitted",
                        assertThrows(FileSystemException.class, () -> Files.delete(kept)).getReason());
            }
            Files.delete(kept);
            assertEquals(1, removals.count());
        }
    }

    @Test
    void securityHookOfACgroupRefusesItsMembersUntilItIsDetached() throws IOException {
        try (LoadedObject loaded = Seen.loadForFunctions(SECURITY, "no_address");
                TestCgroup cgroup = new TestCgroup()) {
            Seen seen = new Seen(loaded, 2);
            LoadedProgram program = loaded.program("no_address");
            assertTrue(assertThrows(KernelException.class, program::attach).getMessage().contains("BPF_PROG_TYPE_LSM"));
            try (Link link = CgroupLink.attach(program, cgroup.folder())) {
                assertEquals(new Details.Cgroup(cgroup.id(), Optional.of(AttachType.BPF_LSM_CGROUP)),
                        ((KernelLink) link).info().details());
                bind();
                assertEquals(0, seen.count(), "this process is not in the cgroup");
                cgroup.enter();
                assertThrows(SocketException.class, TracingLinkKernelTest::bind);
                assertEquals(1, seen.count());
                link.detach();
                bind();
                assertEquals(1, seen.count());
            }
        }
    }

    private static void bind() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
    }

    @Test
    void pinKeepsItAttachedAndItIsDetachedByWhoOpensIt() throws IOException {
        try (BpfFs fs = new BpfFs(); LoadedObject loaded = Seen.loadForFunctions(FUNCTIONS, "entered")) {
            Seen seen = new Seen(loaded, 0);
            Path pin = fs.folder().resolve("entered");
            try (Link link = loaded.program("entered").attach()) {
                link.pin(pin);
                assertTrue(assertThrows(KernelException.class, link::detach).getMessage().contains("unpin it first"));
            }
            assertTrue(makeFolder());
            assertEquals(1, seen.count());
            try (Link link = assertInstanceOf(OpenedLink.class, Link.open(pin))) {
                link.unpin();
                assertTrue(makeFolder());
                assertEquals(2, seen.count());
                link.detach();
                assertTrue(makeFolder());
                assertEquals(2, seen.count());
            }
        }
    }

    @Test
    void allOfAnObjectIsAttachedTogether() throws IOException {
        try (LoadedObject loaded = Seen.loadForFunctions(FUNCTIONS, "entered", "left", "entered_removal")) {
            List<Seen> seen = List.of(new Seen(loaded, 0), new Seen(loaded, 1), new Seen(loaded, 3));
            try (Links links = loaded.attachAll()) {
                assertEquals(3, links.links().size());
                assertTrue(makeFolder());
                assertEquals(List.of(1L, 1L, 1L), seen.stream().map(Seen::count).toList());
                links.detach();
                assertTrue(makeFolder());
                assertEquals(List.of(1L, 1L, 1L), seen.stream().map(Seen::count).toList());
            }
        }
    }
}
