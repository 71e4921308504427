package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr.CreateCgroup;
import java.nio.file.Path;

/**
 * A program attached to a cgroup and everything below it, also a security hook of the section {@code lsm_cgroup}. When
 * the cgroup goes, the link stays open and attaches nothing. Source: {@code Documentation/bpf/prog_cgroup_sockopt.rst}
 * and others. Safe for use by several threads, as all links are.
 */
public final class CgroupLink extends KernelLink {

    private CgroupLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    static String describe(LoadedProgram program, Path cgroup) {
        return "program '%s' on cgroup %s".formatted(program.name(), cgroup);
    }

    /**
     * Attaches a program to a cgroup, behind those that are there: by a link since Linux 5.7, before that by an
     * attachment that belongs to the cgroup.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @return the attachment, the caller's to close: a {@code CgroupLink} or a {@link CgroupAttachment}
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static Link attach(LoadedProgram program, Path cgroup) {
        String description = describe(program, cgroup);
        AttachType type = program.requireAttachType(description);
        try (Fd target = CgroupFolder.open(cgroup, Step.ATTACH, description)) {
            int status = new BpfCalls(program.kernel()).links()
                    .create(program.descriptor(), target.number(), type.number(), 0);
            return status == -Errno.EINVAL.number() ? CgroupAttachment.attach(program, cgroup, CgroupSharing.SHARED)
                    : new CgroupLink(description, type, program.kernel(), status);
        }
    }

    /**
     * Attaches a program at a place among those that are there. Needs Linux 6.17, or a stable kernel that has taken it
     * over, as 6.12.117 has.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param position its place; a program beside which it goes is attached to the same cgroup
     * @return the attachment, the caller's to close
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static CgroupLink attach(LoadedProgram program, Path cgroup, Position position) {
        String description = describe(program, cgroup);
        AttachType type = program.requireAttachType(description);
        try (Fd target = CgroupFolder.open(cgroup, Step.ATTACH, description)) {
            return new CgroupLink(description, type, program.kernel(), position.call((flags, relative) ->
                    new BpfCalls(program.kernel()).links().create(CreateCgroup.STRUCT, program.descriptor(),
                            target.number(), type.number(), flags, (attr, _) -> {
                                CreateCgroup.RELATIVE_FD.set(attr, relative);
                                CreateCgroup.EXPECTED_REVISION.set(attr, position.expectedRevision());
                            })));
        }
    }

    /**
     * Asks what is attached to a cgroup itself; not what is attached above it, which runs as well.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param type the attach type
     * @return the programs, whoever attached them
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static AttachedPrograms query(Path cgroup, AttachType type) {
        return query(cgroup, type, 0);
    }

    /**
     * Asks what runs in effect for a cgroup: what is attached to it, and what cgroups above it leave it. The kernel
     * refuses this for {@code BPF_LSM_CGROUP}.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param type the attach type
     * @return the programs, whoever attached them
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static AttachedPrograms queryEffective(Path cgroup, AttachType type) {
        return query(cgroup, type, AttachedPrograms.EFFECTIVE);
    }

    private static AttachedPrograms query(Path cgroup, AttachType type, int flags) {
        String subject = "programs of cgroup " + cgroup;
        try (Fd target = CgroupFolder.open(cgroup, Step.QUERY, subject)) {
            return AttachedPrograms.query(Kernel.RUNNING, subject, target.number(), type, flags);
        }
    }
}
