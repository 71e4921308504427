package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.FakeKernel;
import bpf4j.kernel.FakeLoads;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.testdata.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs of another kind of target. The kernel would take the descriptor of what the caller names for the number of
 * an interface, and attach to that.
 */
class AttachPointsTest {

    private final FakeKernel kernel = new FakeKernel();
    @TempDir
    private Path folder;

    private void refused(ProgramType type, AttachType attachType, String expected, Consumer<LoadedProgram> attach)
            throws Exception {
        try (LoadedObject loaded = FakePrograms.load(kernel, type, attachType)) {
            KernelException e = assertThrows(KernelException.class,
                    () -> attach.accept(FakePrograms.program(loaded)));
            assertEquals(Step.ATTACH, e.step());
            assertTrue(e.getMessage().endsWith(attachType + " is " + expected), e::getMessage);
            assertEquals(List.of(), kernel.story());
        }
    }

    @Test
    void programOfInterfacesIsNotAttachedToACgroup() throws Exception {
        refused(ProgramType.BPF_PROG_TYPE_XDP, AttachType.BPF_XDP, "no attach type of cgroups",
                program -> CgroupLink.attach(program, folder));
        refused(ProgramType.BPF_PROG_TYPE_XDP, AttachType.BPF_XDP, "no attach type of cgroups",
                program -> CgroupLink.attach(program, folder, Position.first()));
        refused(ProgramType.BPF_PROG_TYPE_SCHED_CLS, AttachType.BPF_TCX_INGRESS, "no attach type of cgroups",
                program -> CgroupAttachment.attach(program, folder, CgroupSharing.SHARED));
    }

    @Test
    void programOfInterfacesIsNotAttachedToANamespace() throws Exception {
        try (NetworkNamespace own = NetworkNamespace.ofThisThread()) {
            refused(ProgramType.BPF_PROG_TYPE_XDP, AttachType.BPF_XDP, "no attach type of network namespaces",
                    program -> NetnsLink.attach(program, own));
        }
    }

    @Test
    void programOfCgroupsIsNotAttachedToAnInterface() throws Exception {
        NetInterface loopback = new NetInterface(1, "lo");
        refused(ProgramType.BPF_PROG_TYPE_SCHED_CLS, AttachType.BPF_CGROUP_DEVICE, "no direction of tcx",
                program -> TcxLink.attach(program, loopback));
        refused(ProgramType.BPF_PROG_TYPE_SCHED_CLS, AttachType.BPF_TCX_EGRESS, "no side of a netkit pair",
                program -> NetkitLink.attach(program, loopback));
    }

    @Test
    void programOfInterfacesIsNotAttachedToASockmap() throws Exception {
        try (LoadedObject sockmap = FakeLoads.load(
                BpfObject.read(Fixtures.path("../examples/src/main/bpf/sockmap.bpf.o")), new FakeKernel())) {
            refused(ProgramType.BPF_PROG_TYPE_XDP, AttachType.BPF_XDP, "no attach type of sockmaps",
                    program -> SockmapLink.attach(program, sockmap.map("sockets")));
        }
    }
}
