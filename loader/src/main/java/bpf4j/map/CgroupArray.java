package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.Fd;
import java.nio.file.Path;

/**
 * The cgroups that programs test sockets and tasks against. The kernel does not tell which are in. Safe for use by
 * several threads; once its {@link LoadedMap} is closed, every method throws {@link IllegalStateException}.
 */
public final class CgroupArray {

    private final MapAccess access;

    private CgroupArray(MapAccess access) {
        this.access = access;
    }

    /**
     * Sees a cgroup array.
     *
     * @param map the map
     * @return the array
     * @throws IllegalArgumentException if the map is of another type
     */
    public static CgroupArray of(LoadedMap map) {
        return new CgroupArray(new MapAccess(map, MapFamily.CGROUPS));
    }

    /**
     * Puts a cgroup in, or in place of another.
     *
     * @param index the slot
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @throws KernelException if the folder cannot be opened, or the kernel refuses, as with EBADF for what is no
     *     cgroup
     */
    public void put(int index, Path cgroup) {
        try (StorageOwner owner = StorageOwner.ofFile(cgroup)) {
            Fd fd = owner.fd();
            access.put(Codec.INT, index, fd.number(), LoadedMap.BPF_ANY);
        }
    }

    /**
     * Takes a cgroup out.
     *
     * @param index the slot
     * @return whether there was one
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(int index) {
        return access.delete(Codec.INT, index);
    }

    @Override
    public String toString() {
        return access.subject() + " of cgroups";
    }
}
