package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.nio.file.Path;

/** The folder that stands for a cgroup. */
final class CgroupFolder {

    private CgroupFolder() {
    }

    /** Opens it for a call that takes a cgroup; whether it is one, the call tells. */
    static Fd open(Path folder, Step step, String subject) {
        int number = Syscall.open(folder.toString(), Syscall.O_RDONLY);
        if (number < 0) {
            throw new KernelException(step, subject, -number);
        }
        return Fd.owning(number, folder.toString());
    }
}
