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

    /**
     * Has a program run before those of the cgroups below, which otherwise come first; among programs of that kind, the
     * upper cgroup's first. Source: {@code <linux/bpf.h>}.
     */
    public static final int BPF_F_PREORDER = 1 << 6;

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
        AttachType type = AttachPoints.OF_CGROUPS.require(program, description);
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
        return attach(program, cgroup, AttachPoints.OF_CGROUPS.require(program, describe(program, cgroup)), position);
    }

    /**
     * Attaches a program that does not say at which point, as those do not that were opened by their id or pin.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param type the attach type, one of cgroups, that the program was loaded for
     * @param position its place; others than {@link Position#last} need what {@link #attach(LoadedProgram, Path,
     *     Position)} says
     * @return the attachment, the caller's to close
     * @throws KernelException if the folder cannot be opened, the attach type is none of cgroups, or the kernel refuses
     */
    public static CgroupLink attach(LoadedProgram program, Path cgroup, AttachType type, Position position) {
        return attach(program, cgroup, type, position, 0);
    }

    /**
     * Attaches a program with flags.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param type the attach type, one of cgroups, that the program was loaded for
     * @param position its place among the cgroup's programs, with the needs of {@link #attach(LoadedProgram, Path,
     *     AttachType, Position)}
     * @param flags {@link #BPF_F_PREORDER}, which needs what other places than the last do, or 0
     * @return the attachment, the caller's to close
     * @throws KernelException if the folder cannot be opened, the attach type is none of cgroups, or the kernel refuses
     */
    public static CgroupLink attach(LoadedProgram program, Path cgroup, AttachType type, Position position,
            int flags) {
        String description = describe(program, cgroup);
        AttachPoints.OF_CGROUPS.check(type, description);
        try (Fd target = CgroupFolder.open(cgroup, Step.ATTACH, description)) {
            return new CgroupLink(description, type, program.kernel(), position.call((side, relative) ->
                    new BpfCalls(program.kernel()).links().create(CreateCgroup.STRUCT, program.descriptor(),
                            target.number(), type.number(), flags | side, (attr, _) -> {
                                CreateCgroup.RELATIVE_FD.set(attr, relative);
                                CreateCgroup.EXPECTED_REVISION.set(attr, position.expectedRevision());
                            })));
        }
    }

    /**
     * Asks what is attached to a cgroup itself; not what is attached above it, for which there is {@link
     * #queryEffective}.
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
     * Asks what runs in effect for the members of a cgroup: what is attached to it and to those above it, except what
     * another program takes the place of ({@link CgroupSharing#OVERRIDABLE}), in the order of running. The kernel
     * refuses this for {@code BPF_LSM_CGROUP}.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param type the attach type
     * @return the programs, whoever attached them
     * @throws KernelException if the folder cannot be opened or the kernel refuses
     */
    public static AttachedPrograms queryEffective(Path cgroup, AttachType type) {
        return query(cgroup, type, AttachedPrograms.BPF_F_QUERY_EFFECTIVE);
    }

    private static AttachedPrograms query(Path cgroup, AttachType type, int flags) {
        String subject = "programs of cgroup " + cgroup;
        try (Fd target = CgroupFolder.open(cgroup, Step.QUERY, subject)) {
            return AttachedPrograms.query(Kernel.RUNNING, subject, target.number(), type, flags);
        }
    }
}
