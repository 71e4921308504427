package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups on kernels before links, where a folder of any kind stands for one. */
class CgroupAttachmentTest {

    private static final long ALLOW_MULTI = 2;
    private static final long REPLACE = 4;

    private final FakeKernel kernel = new FakeKernel();
    private LoadedObject loaded;
    private LoadedProgram program;
    @TempDir
    private Path folder;

    @BeforeEach
    void load() throws IOException {
        loaded = FakePrograms.load(kernel, ProgramType.BPF_PROG_TYPE_CGROUP_SOCK,
                AttachType.BPF_CGROUP_INET_SOCK_CREATE);
        program = FakePrograms.program(loaded);
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_LINK_CREATE ? Errno.EINVAL : null);
    }

    @AfterEach
    void close() {
        loaded.close();
        assertEquals(Set.of(), kernel.open());
    }

    private FakeKernel.Call last(BpfCommand command) {
        return kernel.calls(command).getLast();
    }

    @Test
    void kernelWithoutLinksSharesAsLinksDo() {
        Link link = assertInstanceOf(CgroupAttachment.class, CgroupLink.attach(program, folder));
        FakeKernel.Call attach = last(BpfCommand.BPF_PROG_ATTACH);
        assertEquals(List.of((long) program.fd(), ALLOW_MULTI, 0L),
                List.of(attach.field("attach_bpf_fd"), attach.field("attach_flags"), attach.field("replace_bpf_fd")));
        assertEquals("program 'anywhere' on cgroup " + folder, link.description());
        link.close();
        assertEquals((long) program.fd(), last(BpfCommand.BPF_PROG_DETACH).field("attach_bpf_fd"));
    }

    @Test
    void newProgramTakesThePlaceOfTheOld() {
        try (Link link = CgroupLink.attach(program, folder)) {
            link.update(program);
            FakeKernel.Call attach = last(BpfCommand.BPF_PROG_ATTACH);
            assertEquals(List.of(ALLOW_MULTI | REPLACE, (long) program.fd()),
                    List.of(attach.field("attach_flags"), attach.field("replace_bpf_fd")));
        }
    }

    @Test
    void closedObjectDoesNotTakeTheProgramAway() {
        Link link = CgroupLink.attach(program, folder);
        long fd = program.fd();
        loaded.close();
        link.close();
        assertEquals(fd, last(BpfCommand.BPF_PROG_DETACH).field("attach_bpf_fd"));
    }

    @Test
    void detachedByAnotherIsDetached() {
        Link link = CgroupLink.attach(program, folder);
        kernel.refusing((_, command, _, _) -> command == BpfCommand.BPF_PROG_DETACH ? Errno.ENOENT : null);
        link.detach();
        link.close();
    }

    @Test
    void refusalOfBothIsTheSecondOnesAndLeavesNothing() {
        kernel.refusing((_, command, _, _) -> switch (command) {
            case BPF_LINK_CREATE -> Errno.EINVAL;
            case BPF_PROG_ATTACH -> Errno.E2BIG;
            default -> null;
        });
        KernelException e = assertThrows(KernelException.class, () -> CgroupLink.attach(program, folder));
        assertEquals(List.of(Step.ATTACH, "E2BIG"), List.of(e.step(), e.errnoName()));
        assertTrue(e.advice().contains("64 programs"), e::getMessage);
        assertThrows(KernelException.class, () -> CgroupLink.attach(program, folder.resolve("none")));
    }
}
