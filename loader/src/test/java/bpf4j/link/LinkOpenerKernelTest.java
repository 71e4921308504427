package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.BpfFs;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.Step;
import bpf4j.link.LinkInfo.Details;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.ChildJvm;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Links that somebody else made. */
@KernelTest
class LinkOpenerKernelTest {

    private static final int NO_SUCH_ID = Integer.MAX_VALUE;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    @Test
    void linkOfTheIdIsTheSameAndOutlivesItsMaker() throws IOException {
        try (LoadedObject loaded = Seen.load("trace_raw", "entered")) {
            Seen seen = new Seen(loaded, 0);
            KernelLink made = (KernelLink) loaded.program("entered").attach();
            try (KernelLink opened = Link.ofId(made.info().id())) {
                assertInstanceOf(OpenedLink.class, opened);
                assertEquals(made.info(), opened.info());
                assertEquals("link " + made.info().id(), opened.description());
                assertTrue(assertThrows(KernelException.class, opened::detach).getMessage()
                        .contains("another process"));
                assertThrows(KernelException.class, opened::unpin);
                made.close();
                long before = seen.count();
                opened.info();
                assertTrue(seen.count() > before, "as long as one has the link, it is attached");
            }
        }
    }

    @Test
    void linksOfAProcessThatDiedAreGoneUnlessTheyArePinned() throws IOException, InterruptedException {
        try (BpfFs fs = new BpfFs()) {
            Path pin = fs.folder().resolve("link");
            String[] ids = ChildJvm.run(List.of(), ChildAttach.class, List.of(pin.toString()),
                    "--enable-native-access=ALL-UNNAMED").split(" ");
            assertEquals(2, ids.length, () -> String.join(" ", ids));
            awaitGone(Integer.parseInt(ids[0]));
            try (KernelLink pinned = Link.open(pin)) {
                assertEquals(Integer.parseInt(ids[1]), pinned.info().id());
                assertEquals(new Details.RawTracepoint("sys_enter", 0), pinned.info().details());
                pinned.unpin();
            }
            awaitGone(Integer.parseInt(ids[1]));
        }
    }

    /** The kernel lets go of a process's descriptors a moment later. */
    private static void awaitGone(int id) throws InterruptedException {
        assertTrue(Patience.until(() -> {
            try (KernelLink _ = Link.ofId(id)) {
                return false;
            } catch (KernelException e) {
                assertEquals("ENOENT", e.errnoName());
                return true;
            }
        }));
    }

    @Test
    void idThatNothingHas() {
        KernelException e = assertThrows(KernelException.class, () -> Link.ofId(NO_SUCH_ID));
        assertEquals(List.of(Step.QUERY, "link " + NO_SUCH_ID, "ENOENT"),
                List.of(e.step(), e.subject(), e.errnoName()));
    }

    @Test
    void pinThatIsMissingOrOfSomethingElse() throws IOException {
        try (BpfFs fs = new BpfFs(); LoadedObject loaded = Seen.load("trace_raw", "entered")) {
            assertEquals("ENOENT", assertThrows(KernelException.class,
                    () -> Link.open(fs.folder().resolve("nothing"))).errnoName());
            Path program = fs.folder().resolve("program");
            Path map = fs.folder().resolve("map");
            loaded.program("entered").pin(program);
            loaded.map("seen").pin(map);
            for (Path pin : List.of(program, map)) {
                assertTrue(assertThrows(KernelException.class, () -> Link.open(pin)).getMessage()
                        .contains("not of a link"));
            }
        }
    }

    @Test
    void pinnedLinkOfACgroupIsUpdatedAndDetached() throws IOException {
        Path file = Fixtures.path("../examples/src/main/bpf/sockmap.bpf.o");
        try (BpfFs fs = new BpfFs(); TestCgroup cgroup = new TestCgroup();
                LoadedObject one = BpfObject.read(file).load();
                LoadedObject other = BpfObject.read(file).load()) {
            LoadedProgram program = one.program("file_established");
            Path pin = fs.folder().resolve("established");
            try (Link link = CgroupLink.attach(program, cgroup.folder())) {
                link.pin(pin);
            }
            try (KernelLink opened = Link.open(pin)) {
                assertEquals(program.info().id(), opened.info().programId());
                assertEquals(new Details.Cgroup(cgroup.id(), Optional.of(AttachType.BPF_CGROUP_SOCK_OPS)),
                        opened.info().details());
                opened.update(other.program("file_established"));
                assertEquals(other.program("file_established").info().id(), opened.info().programId());
                opened.detach();
                assertEquals(0, ((Details.Cgroup) opened.info().details()).cgroupId());
                opened.unpin();
            }
        }
    }

    @Test
    void pinnedStructOpsLinkIsReplaced() throws IOException {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        try (BpfFs fs = new BpfFs(); LoadedObject one = BpfObject.read(Fixtures.object("struct_ops_link-el.o")).load();
                LoadedObject other = BpfObject.read(Fixtures.object("struct_ops_link-el.o")).load()) {
            Path pin = fs.folder().resolve("linked");
            try (Link link = one.structOps("linked").attach()) {
                link.pin(pin);
            }
            try (StructOpsLink opened = assertInstanceOf(StructOpsLink.class, Link.open(pin))) {
                assertEquals(new Details.StructOps(one.map("linked").info().id()), opened.info().details());
                opened.update(other.structOps("linked"));
                assertEquals(new Details.StructOps(other.map("linked").info().id()), opened.info().details());
                opened.unpin();
                opened.detach();
            }
        }
    }
}
