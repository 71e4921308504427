package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.nio.file.Path;

/** A program attached to a cgroup and everything below it. Source: {@code Documentation/bpf/prog_cgroup_sockopt.rst} and others. */
public final class CgroupLink implements Link {

    private final String description;
    private final KernelLink link;

    private CgroupLink(String description, KernelLink link) {
        this.description = description;
        this.link = link;
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
        AttachType type = program.spec().attachType().orElseThrow(() -> new KernelException(Step.ATTACH, description, 0,
                "section '%s' does not say at which point".formatted(program.spec().section())));
        int folder = Syscall.open(cgroup.toString(), Syscall.O_RDONLY);
        if (folder < 0) {
            throw new KernelException(Step.ATTACH, description, -folder);
        }
        try (Fd target = Fd.owning(folder, cgroup.toString())) {
            int status = new BpfCalls(program.kernel()).createLink(program.fd(), target.number(), type.number(), 0);
            return new CgroupLink(description, KernelLink.of(status, description, type, program.kernel()));
        }
    }

    /**
     * Replaces the program; not a packet or call is missed.
     *
     * @param program a program of the same type
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    public void update(LoadedProgram program) {
        link.update(program.fd());
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void detach() {
        link.detach();
    }

    @Override
    public void pin(Path path) {
        link.pin(path);
    }

    @Override
    public void unpin() {
        link.unpin();
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
