package bpf4j.link;

import bpf4j.kernel.LoadedMap;
import java.nio.file.Path;

/** Which objects an iterator goes over: {@code union bpf_iter_link_info} of {@code <linux/bpf.h>}. */
public sealed interface IterScope {

    /** All that there are: for iterators that need to know nothing. */
    record Everything() implements IterScope {
    }

    /**
     * The elements of a map: for {@code iter/bpf_map_elem}, {@code iter/bpf_sk_storage_map} and {@code iter/sockmap}.
     *
     * @param map the map, which the link keeps alive
     */
    record MapElements(LoadedMap map) implements IterScope {
    }

    /**
     * A cgroup and others around it: for {@code iter/cgroup}, since Linux 6.1.
     *
     * @param folder the folder of the cgroup to start from, in a cgroup v2 file system
     * @param order which, and in which order
     */
    record Cgroups(Path folder, CgroupOrder order) implements IterScope {
    }

    /**
     * A cgroup and others around it: for {@code iter/cgroup}, since Linux 6.1.
     *
     * @param id the id of the cgroup to start from, the inode number of its folder; 0 for the root
     * @param order which, and in which order
     */
    record CgroupsById(long id, CgroupOrder order) implements IterScope {
    }

    /**
     * One thread: for {@code iter/task}, {@code iter/task_file} and {@code iter/task_vma}, since Linux 6.1.
     *
     * @param tid its id
     */
    record OneThread(int tid) implements IterScope {
    }

    /**
     * All threads of a process: for {@code iter/task}, {@code iter/task_file} and {@code iter/task_vma}, since Linux
     * 6.1.
     *
     * @param pid its id
     */
    record OneProcess(int pid) implements IterScope {
    }

    /**
     * All threads of a process that a descriptor stands for: as {@link OneProcess}.
     *
     * @param descriptor what {@code pidfd_open(2)} returned
     */
    record ProcessOf(int descriptor) implements IterScope {
    }
}
