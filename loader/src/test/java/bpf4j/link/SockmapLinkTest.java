package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attaching to sockmaps on kernels with and without links for them. */
class SockmapLinkTest {

    private static final long BPF_SK_MSG_VERDICT = 7;

    private final FakeKernel kernel = new FakeKernel();
    private LoadedObject loaded;

    @BeforeEach
    void load() throws IOException {
        loaded = FakeLoads.load(BpfObject.read(Fixtures.path("../examples/src/main/bpf/sockmap.bpf.o")), kernel);
        kernel.forget();
    }

    @AfterEach
    void close() {
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    private Link attach() {
        return SockmapLink.attach(loaded.program("redirect"), loaded.map("sockets"));
    }

    private void withoutLinks() {
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_CREATE ? Errno.EINVAL : null);
    }

    @Test
    void linkWhereTheKernelHasThem() {
        attach().close();
        assertEquals(List.of("BPF_LINK_CREATE"), kernel.story());
        FakeKernel.Call create = kernel.calls().getFirst();
        assertEquals(List.of((long) loaded.program("redirect").fd(), (long) loaded.map("sockets").fd(),
                BPF_SK_MSG_VERDICT),
                List.of(create.field("prog_fd"), create.field("target_fd"), create.field("attach_type")));
    }

    @Test
    void attachmentOfTheMapWhereItHasNot() {
        withoutLinks();
        Link link = attach();
        link.detach();
        link.detach();
        link.close();
        assertEquals(List.of("BPF_LINK_CREATE", "BPF_PROG_ATTACH", "BPF_PROG_DETACH"), kernel.story());
        FakeKernel.Call attach = kernel.calls().get(1);
        assertEquals(List.of((long) loaded.map("sockets").fd(), (long) loaded.program("redirect").fd(),
                BPF_SK_MSG_VERDICT),
                List.of(attach.field("target_fd"), attach.field("attach_bpf_fd"), attach.field("attach_type")));
        assertEquals(attach.fields(), kernel.calls().get(2).fields());
    }

    @Test
    void closingDetaches() {
        withoutLinks();
        attach().close();
        assertEquals("BPF_PROG_DETACH", kernel.story().getLast());
    }

    @Test
    void attachmentOfTheMapCannotBePinned() {
        withoutLinks();
        Link link = attach();
        KernelException e = assertThrows(KernelException.class, () -> link.pin(Path.of("/pins/link")));
        assertEquals(Step.PIN, e.step());
        assertTrue(e.getMessage().contains("Linux 6.10"), e::getMessage);
        assertThrows(KernelException.class, link::unpin);
        link.close();
    }

    @Test
    void refusalOfBothIsTheSecondOnes() {
        kernel.refusing((_, command, _, _) -> switch (command) {
            case BPF_LINK_CREATE -> Errno.EINVAL;
            case BPF_PROG_ATTACH -> Errno.EBUSY;
            default -> null;
        });
        KernelException e = assertThrows(KernelException.class, this::attach);
        assertEquals(List.of(Step.ATTACH, "EBUSY", "program 'redirect' on map 'sockets'"),
                List.of(e.step(), e.errnoName(), e.subject()));
    }

    @Test
    void otherRefusalIsNotTriedInAnotherWay() {
        kernel.refusing(0, Errno.EPERM);
        assertEquals("EPERM", assertThrows(KernelException.class, this::attach).errnoName());
        assertEquals(List.of("BPF_LINK_CREATE"), kernel.story());
    }

    @Test
    void failedDetachCanBeTriedAgain() {
        withoutLinks();
        Link link = attach();
        int[] tries = {0};
        kernel.refusing((_, command, _, _) ->
                command == BpfCommand.BPF_PROG_DETACH && tries[0]++ == 0 ? Errno.EINTR : null);
        assertEquals(Step.DETACH, assertThrows(KernelException.class, link::detach).step());
        link.detach();
        assertEquals(2, tries[0]);
    }

    /** The kernel says so when another program is there. */
    @Test
    void attachmentThatAnotherReplacedHasEnded() {
        withoutLinks();
        Link link = attach();
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_DETACH ? Errno.ENOENT : null);
        link.detach();
        link.close();
    }
}
