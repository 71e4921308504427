package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.ProgCalls;
import java.nio.file.Path;

/**
 * A program attached to a cgroup as its property. It stays when the process ends without closing it, until somebody
 * detaches it or the cgroup goes. Unlike a {@link CgroupLink} it can exclude other programs, and works before Linux
 * 5.7. Safe for use by several threads, as all links are.
 */
public final class CgroupAttachment extends DirectAttachment {

    private static final int BPF_F_REPLACE = 1 << 2;

    private final Fd cgroup;
    private final AttachType type;
    private final CgroupSharing sharing;
    /** Its descriptor is held, since it says which program is ours to detach. */
    private LoadedProgram program;
    private int number;
    private int id;

    private CgroupAttachment(String description, Fd cgroup, AttachType type, CgroupSharing sharing,
            LoadedProgram program, int number) {
        super(description, type.name());
        this.cgroup = cgroup;
        this.type = type;
        this.sharing = sharing;
        this.program = program;
        this.number = number;
        this.id = program.info().id();
    }

    /**
     * Attaches a program to a cgroup.
     *
     * @param program a program of a cgroup type
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param sharing what it leaves room for; without sharing it takes the place of the program that is there with the
     *     same
     * @return the attachment, the caller's to close
     * @throws KernelException if the folder cannot be opened or the kernel refuses, as it does where programs on this
     *     cgroup, or one above it, leave no room
     */
    public static CgroupAttachment attach(LoadedProgram program, Path cgroup, CgroupSharing sharing) {
        String description = CgroupLink.describe(program, cgroup);
        AttachType type = AttachPoints.OF_CGROUPS.require(program, description);
        int number = program.descriptor().acquire();
        try {
            Fd folder = CgroupFolder.open(cgroup, Step.ATTACH, description);
            try {
                CgroupAttachment made = new CgroupAttachment(description, folder, type, sharing, program, number);
                int status = made.calls().attach(folder.number(), number, type.number(), sharing.flags(), 0);
                if (status < 0) {
                    throw KernelException.refused(Step.ATTACH, description, type.name(), -status);
                }
                return made;
            } catch (RuntimeException e) {
                folder.close();
                throw e;
            }
        } catch (RuntimeException e) {
            program.descriptor().release();
            throw e;
        }
    }

    private ProgCalls calls() {
        return new BpfCalls(program.kernel()).programs();
    }

    @Override
    void replace(LoadedProgram newProgram) {
        int own = ownStatus();
        if (own < 0) {
            throw new KernelException(Step.REPLACE, description(), -own,
                    "the cgroup has another program there, or is gone");
        }
        int newNumber = newProgram.descriptor().acquire();
        int status = sharing.isShared()
                ? calls().attach(cgroup.number(), newNumber, type.number(), sharing.flags() | BPF_F_REPLACE, number)
                : calls().attach(cgroup.number(), newNumber, type.number(), sharing.flags(), 0);
        if (status < 0) {
            newProgram.descriptor().release();
            throw KernelException.refused(Step.REPLACE, description(), type.name(), -status);
        }
        program.descriptor().release();
        program = newProgram;
        number = newNumber;
        id = newProgram.info().id();
    }

    /**
     * Where programs do not share, the kernel replaces and detaches any program, whichever it is told.
     *
     * @return 0 if it can be told, or a negated errno: ENOENT if another's program is there or the cgroup has gone
     */
    private int ownStatus() {
        if (sharing.isShared()) {
            return 0;
        }
        try {
            return AttachedPrograms.query(program.kernel(), description(), cgroup.number(), type).programIds()
                    .contains(id) ? 0 : -Errno.ENOENT.number();
        } catch (KernelException e) {
            return -e.errno();
        }
    }

    @Override
    int end() {
        int status = ownStatus();
        if (status == 0) {
            status = calls().attach(BpfCommand.BPF_PROG_DETACH, cgroup.number(), number, type.number());
        }
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    @Override
    void release() {
        program.descriptor().release();
        cgroup.close();
    }

    @Override
    String whyNoLink() {
        return "it was attached without a link, and stays by itself when the process ends";
    }
}
