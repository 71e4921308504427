package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A key of storage of cgroups by attachment: {@code struct bpf_cgroup_storage_key} of {@code <linux/bpf.h>}. Such a map
 * has an element for each cgroup and place that a program which uses it was attached to: user space changes it, and
 * neither adds nor deletes one. It goes with the cgroup or the map; before Linux 5.9 when the program is detached. Maps
 * whose keys are of 8 bytes, since Linux 5.9, have the cgroup's id alone for a key, and programs at all places of the
 * cgroup share the element.
 *
 * @param cgroupId the kernel's id of the cgroup, {@link #idOf}
 * @param attachType number of the place in the cgroup, {@link AttachType}
 */
public record CgroupStorageKey(long cgroupId, int attachType) {

    /** Keys of 16 bytes. */
    public static final Codec<CgroupStorageKey> CODEC = new KeyCodec();

    /**
     * Makes a key.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @param attachType the place in the cgroup
     * @return the key
     * @throws KernelException if there is no such folder
     */
    public static CgroupStorageKey of(Path cgroup, AttachType attachType) {
        return new CgroupStorageKey(idOf(cgroup), attachType.number());
    }

    /**
     * Finds the id of a cgroup, which is the number of its inode.
     *
     * @param cgroup the cgroup's folder in a cgroup v2 file system
     * @return the id
     * @throws KernelException if there is no such folder
     */
    public static long idOf(Path cgroup) {
        try {
            return (Long) Files.getAttribute(cgroup, "unix:ino");
        } catch (IOException e) {
            throw new KernelException(Step.ACCESS_MAP, cgroup.toString(), 0, "the cgroup cannot be found: " + e, e);
        }
    }

    /** {@return id and place} */
    @Override
    public String toString() {
        return "cgroup %s at %s".formatted(Long.toUnsignedString(cgroupId), AttachType.nameOf(attachType));
    }

    private record KeyCodec() implements Codec<CgroupStorageKey> {

        @Override
        public int sizeBytes() {
            return 2 * Long.BYTES;
        }

        @Override
        public int alignmentBytes() {
            return Long.BYTES;
        }

        @Override
        public CgroupStorageKey read(MemorySegment segment, long offsetBytes) {
            return new CgroupStorageKey(segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offsetBytes),
                    segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Long.BYTES));
        }

        @Override
        public void write(MemorySegment segment, long offsetBytes, CgroupStorageKey value) {
            segment.set(ValueLayout.JAVA_LONG_UNALIGNED, offsetBytes, value.cgroupId());
            // The attach type, then padding.
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Long.BYTES, value.attachType());
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Long.BYTES + Integer.BYTES, 0);
        }

        @Override
        public String toString() {
            return "key of storage of cgroups";
        }
    }
}
