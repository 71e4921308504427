package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.Syscall;
import java.nio.file.Path;

/**
 * A program attached to a cgroup and everything below it. Source: {@code Documentation/bpf/prog_cgroup_sockopt.rst} and
 * others.
 */
public final class CgroupLink extends KernelLink {

    private CgroupLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program to a cgroup. Needs Linux 5.7.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @return the attachment, the caller's to close
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static CgroupLink attach(LoadedProgram program, Path cgroup) {
        String description = "program '%s' on cgroup %s".formatted(program.name(), cgroup);
        AttachType type = program.requireAttachType(description);
        int folder = Syscall.open(cgroup.toString(), Syscall.O_RDONLY);
        if (folder < 0) {
            throw new KernelException(Step.ATTACH, description, -folder);
        }
        try (Fd target = Fd.owning(folder, cgroup.toString())) {
            return new CgroupLink(description, type, program.kernel(), new BpfCalls(program.kernel()).links()
                    .create(program.fd(), target.number(), type.number(), 0));
        }
    }
}
