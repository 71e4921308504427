package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.nio.file.Path;

/**
 * What the elements of local storage belong to: a process, an inode, a cgroup, held by a descriptor. Safe for use by
 * several threads.
 */
public final class StorageOwner implements AutoCloseable {

    private final Fd fd;

    private StorageOwner(Fd fd) {
        this.fd = fd;
    }

    /**
     * Names a process, for {@code BPF_MAP_TYPE_TASK_STORAGE}: its first thread.
     *
     * @param pid the number of the process
     * @return the owner, the caller's to close
     * @throws KernelException if there is no such process
     */
    public static StorageOwner ofProcess(long pid) {
        String subject = "process " + pid;
        return new StorageOwner(owning(Syscall.openProcess(Math.toIntExact(pid)), subject));
    }

    /**
     * Names a thread, for {@code BPF_MAP_TYPE_TASK_STORAGE}. Since Linux 6.9.
     *
     * @param tid the number of the thread
     * @return the owner, the caller's to close
     * @throws KernelException if there is no such thread, or the kernel names processes only
     */
    public static StorageOwner ofThread(long tid) {
        return new StorageOwner(owning(Syscall.openThread(Math.toIntExact(tid)), "thread " + tid));
    }

    /**
     * Names a file, for {@code BPF_MAP_TYPE_INODE_STORAGE}, or a cgroup by its folder, for {@code
     * BPF_MAP_TYPE_CGRP_STORAGE}. It is named and not opened: that takes no right to read it, and has no effect on a
     * device or a pipe.
     *
     * @param path the file or folder; of a symbolic link what it points to
     * @return the owner, the caller's to close
     * @throws KernelException if there is none
     */
    public static StorageOwner ofFile(Path path) {
        return new StorageOwner(owning(Syscall.open(path.toString(), Syscall.O_PATH), path.toString()));
    }

    private static Fd owning(int result, String subject) {
        if (result < 0) {
            throw new KernelException(Step.ACCESS_MAP, subject, -result, "it cannot be opened");
        }
        return Fd.owning(result, subject);
    }

    /** The descriptor, which stays this object's. */
    Fd fd() {
        return fd;
    }

    /** Closes the descriptor; what is stored stays as long as the process, file or cgroup. Idempotent. */
    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd.toString();
    }
}
