package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import bpf4j.sys.ProgAttr;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attachments in the running kernel: there while they last, gone afterwards, and no descriptor left. */
@KernelTest
class LinkKernelTest {

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private static LoadedObject load(String name) throws IOException {
        return BpfObject.read(Fixtures.object(name)).load();
    }

    private static LoadedObject sockmap() throws IOException {
        return BpfObject.read(Fixtures.path("../examples/src/main/bpf/sockmap.bpf.o")).load();
    }

    @Test
    void structOpsIsThereWhileItIsRegistered() throws Exception {
        try (LoadedObject loaded = load("struct_ops_order-el.o")) {
            assertFalse(CongestionControls.has("bpf4j_order"));
            try (Link link = loaded.structOps("first").attach()) {
                assertInstanceOf(StructOpsRegistration.class, link);
                assertTrue(CongestionControls.has("bpf4j_order"));
                assertEquals("struct_ops 'first'", link.description());
            }
            CongestionControls.awaitNone("bpf4j_order");
        }
    }

    @Test
    void structOpsCanBeDetachedOnce() throws Exception {
        try (LoadedObject loaded = load("struct_ops_order-el.o"); Link link = loaded.structOps("first").attach()) {
            link.detach();
            link.detach();
            CongestionControls.awaitNone("bpf4j_order");
        }
    }

    @Test
    void incompleteStructOpsIsRefusedWhenItIsRegistered() throws IOException {
        try (LoadedObject loaded = load("struct_ops_order-el.o")) {
            KernelException e = assertThrows(KernelException.class, () -> loaded.structOps("second").attach());
            assertEquals(List.of(Step.ATTACH, "struct_ops 'second'"), List.of(e.step(), e.subject()));
            assertTrue(e.errno() > 0);
        }
    }

    @Test
    void nameThatIsTakenIsRefused() throws Exception {
        try (LoadedObject one = load("struct_ops_order-el.o"); LoadedObject other = load("struct_ops_order-el.o");
                Link _ = one.structOps("first").attach()) {
            assertEquals("EEXIST",
                    assertThrows(KernelException.class, () -> other.structOps("first").attach()).errnoName());
        }
        CongestionControls.awaitNone("bpf4j_order");
    }

    @Test
    void registrationByItsMapCannotBePinnedOrReplaced() throws Exception {
        try (BpfFs fs = new BpfFs(); LoadedObject loaded = load("struct_ops_order-el.o");
                Link link = loaded.structOps("first").attach()) {
            assertEquals(Step.PIN, assertThrows(KernelException.class,
                    () -> link.pin(fs.folder().resolve("x"))).step());
            assertInstanceOf(StructOpsRegistration.class, link);
            assertTrue(assertThrows(KernelException.class, () -> link.update(loaded.programs().iterator().next()))
                    .getMessage().contains(".struct_ops.link"));
        }
        CongestionControls.awaitNone("bpf4j_order");
    }

    @Test
    void structOpsLinkIsReplacedWhileInUse() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        try (LoadedObject one = load("struct_ops_link-el.o"); LoadedObject other = load("struct_ops_link-el.o")) {
            try (Link link = one.structOps("linked").attach()) {
                assertTrue(CongestionControls.has("bpf4j_linked"));
                ((StructOpsLink) link).update(other.structOps("linked"));
                assertTrue(CongestionControls.has("bpf4j_linked"));
                assertEquals("EPERM", assertThrows(KernelException.class, () -> ((StructOpsLink) link).update(
                        other.structOps("linked"), one.structOps("linked"))).errnoName());
                try (LoadedObject third = load("struct_ops_link-el.o")) {
                    ((StructOpsLink) link).update(third.structOps("linked"), other.structOps("linked"));
                    assertEquals(third.structOps("linked").map().info().id(), assertInstanceOf(
                            LinkInfo.Details.StructOps.class, ((StructOpsLink) link).info().details()).mapId());
                }
                link.detach();
                CongestionControls.awaitNone("bpf4j_linked");
            }
        }
    }

    @Test
    void pinKeepsALinkBeyondItsObject() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        try (BpfFs fs = new BpfFs()) {
            Path pin = fs.folder().resolve("links").resolve("linked");
            Link link;
            try (LoadedObject loaded = load("struct_ops_link-el.o")) {
                link = loaded.structOps("linked").attach();
                link.pin(pin);
                assertEquals(Step.PIN, assertThrows(KernelException.class, () -> link.pin(pin)).step());
            }
            link.close();
            assertTrue(CongestionControls.has("bpf4j_linked"));
            assertTrue(Files.exists(pin));
            link.unpin();
            CongestionControls.awaitNone("bpf4j_linked");
            assertFalse(Files.exists(pin));
            assertThrows(KernelException.class, link::unpin);
        }
    }

    @Test
    void linkMapCanBeAttachedAgain() throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        try (LoadedObject loaded = load("struct_ops_link-el.o")) {
            loaded.structOps("linked").attach().close();
            CongestionControls.awaitNone("bpf4j_linked");
            try (Link _ = loaded.structOps("linked").attach()) {
                assertTrue(CongestionControls.has("bpf4j_linked"));
            }
        }
        CongestionControls.awaitNone("bpf4j_linked");
    }

    private static Path cgroupMount() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2")).map(fields -> Path.of(fields[1])).findFirst()
                .orElseThrow();
    }

    private static int attached(int target, AttachType type) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.Query.STRUCT.allocate(buffer);
            ProgAttr.Query.TARGET_FD.set(attr, target);
            ProgAttr.Query.ATTACH_TYPE.set(attr, type.number());
            ProgAttr.Query.PROG_IDS.set(attr, buffer.allocate(64, 8));
            ProgAttr.Query.PROG_CNT.set(attr, 16);
            assertEquals(0, Syscall.bpf(BpfCommand.BPF_PROG_QUERY, attr));
            return ProgAttr.Query.PROG_CNT.get(attr);
        }
    }

    private static int attached(Path cgroup) {
        try (Fd fd = Fd.owning(Syscall.open(cgroup.toString(), Syscall.O_RDONLY), "cgroup")) {
            return attached(fd.number(), AttachType.BPF_CGROUP_SOCK_OPS);
        }
    }

    @Test
    void cgroupLinkLastsUntilItIsClosed() throws IOException {
        Path cgroup = Files.createDirectory(cgroupMount().resolve("bpf4j-link-test-" + ProcessHandle.current().pid()));
        try (LoadedObject loaded = sockmap()) {
            LoadedProgram program = loaded.program("file_established");
            assertEquals(0, attached(cgroup));
            CgroupLink link = assertInstanceOf(CgroupLink.class, program.attachToCgroup(cgroup));
            assertEquals(1, attached(cgroup));
            link.update(program);
            link.detach();
            assertEquals(0, attached(cgroup));
            link.close();
            link.close();
            try (Link _ = program.attachToCgroup(cgroup); Link _ = program.attachToCgroup(cgroup)) {
                assertEquals(2, attached(cgroup));
            }
            assertEquals(0, attached(cgroup));
        } finally {
            Files.delete(cgroup);
        }
    }

    @Test
    void cgroupThatIsNotThereOrNone() throws IOException {
        try (LoadedObject loaded = sockmap()) {
            LoadedProgram program = loaded.program("file_established");
            assertEquals("ENOENT", assertThrows(KernelException.class,
                    () -> program.attachToCgroup(Path.of("/sys/fs/cgroup/no/such/group"))).errnoName());
            KernelException e = assertThrows(KernelException.class, () -> program.attachToCgroup(Path.of("/proc")));
            assertEquals(List.of(Step.ATTACH, "EBADF"), List.of(e.step(), e.errnoName()));
        }
    }

    @Test
    void programOfAnotherTypeCannotBeAttached() throws IOException {
        try (LoadedObject loaded = load("maps-el.o"); LoadedObject sockmap = sockmap()) {
            LoadedProgram filter = loaded.program("count");
            assertTrue(assertThrows(KernelException.class, () -> filter.attachToCgroup(cgroupMount())).getMessage()
                    .contains("section 'socket' does not say at which point"));
            assertTrue(assertThrows(KernelException.class, () -> filter.attachToSockmap(sockmap.map("sockets")))
                    .getMessage()
                    .contains("section 'socket' does not say at which point"));
        }
    }

    @Test
    void sockmapLinkLastsUntilItIsClosed() throws IOException {
        try (LoadedObject loaded = sockmap()) {
            int map = loaded.map("sockets").fd();
            LoadedProgram program = loaded.program("redirect");
            Link link = program.attachToSockmap(loaded.map("sockets"));
            assertEquals(1, attached(map, AttachType.BPF_SK_MSG_VERDICT));
            link.detach();
            assertEquals(0, attached(map, AttachType.BPF_SK_MSG_VERDICT));
            link.close();
            program.attachToSockmap(loaded.map("sockets")).close();
            assertEquals(0, attached(map, AttachType.BPF_SK_MSG_VERDICT));
        }
    }

    @Test
    void sockmapTakesNoOtherPrograms() throws IOException {
        try (LoadedObject loaded = sockmap()) {
            KernelException e = assertThrows(KernelException.class,
                    () -> loaded.program("file_established").attachToSockmap(loaded.map("sockets")));
            assertEquals(Step.ATTACH, e.step());
        }
    }

    @Test
    void objectClosedBeforeItsAttachmentsIsNoError() throws Exception {
        LoadedObject loaded = load("struct_ops_order-el.o");
        Link link = loaded.structOps("first").attach();
        loaded.close();
        link.close();
        CongestionControls.awaitNone("bpf4j_order");
    }
}
