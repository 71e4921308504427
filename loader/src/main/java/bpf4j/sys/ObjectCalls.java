package bpf4j.sys;

import java.lang.foreign.MemorySegment;

/**
 * The commands of {@code bpf(2)} on objects of every kind: pins, ids, and what the kernel knows of them. Every result
 * is the command's, or a negated errno. Safe for use by several threads.
 */
public final class ObjectCalls {

    private final Kernel kernel;

    ObjectCalls(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Pins an object: {@link BpfCommand#BPF_OBJ_PIN}.
     *
     * @param fd the object
     * @param path a new file in a BPF file system
     * @return 0 or a negated errno
     */
    public int pin(int fd, String path) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.Pin.STRUCT.allocate(buffer);
            ObjectAttr.Pin.PATHNAME.set(attr, buffer.allocateFrom(path));
            ObjectAttr.Pin.BPF_FD.set(attr, fd);
            return kernel.bpf(BpfCommand.BPF_OBJ_PIN, attr, ObjectAttr.Pin.FILE_FLAGS.endBytes());
        }
    }

    /**
     * Opens a pinned object: {@link BpfCommand#BPF_OBJ_GET}.
     *
     * @param path its file in a BPF file system
     * @param flags {@code BPF_F_RDONLY} or {@code BPF_F_WRONLY} for maps, 0 for all access
     * @return a descriptor, or a negated errno
     */
    public int openPinned(String path, int flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.Pin.STRUCT.allocate(buffer);
            ObjectAttr.Pin.PATHNAME.set(attr, buffer.allocateFrom(path));
            ObjectAttr.Pin.FILE_FLAGS.set(attr, flags);
            return kernel.bpf(BpfCommand.BPF_OBJ_GET, attr, ObjectAttr.Pin.FILE_FLAGS.endBytes());
        }
    }

    /**
     * Reads what the kernel knows of an object: {@link BpfCommand#BPF_OBJ_GET_INFO_BY_FD}.
     *
     * @param fd the object
     * @param info native memory of one of the structs of {@link BpfInfo}; what an older kernel does not fill stays as
     *     it is
     * @return how many bytes of the struct the kernel knows and has filled, or a negated errno
     */
    public int info(int fd, MemorySegment info) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.Info.STRUCT.allocate(buffer);
            ObjectAttr.Info.BPF_FD.set(attr, fd);
            ObjectAttr.Info.INFO_LEN.set(attr, Math.toIntExact(info.byteSize()));
            ObjectAttr.Info.INFO.set(attr, info);
            int status = kernel.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, attr, ObjectAttr.Info.STRUCT.sizeBytes());
            return status < 0 ? status : ObjectAttr.Info.INFO_LEN.get(attr);
        }
    }

    /**
     * Finds the next object: one of the commands that end in {@code GET_NEXT_ID}.
     *
     * @param command the command, which says of what kind
     * @param id the id before, 0 to start
     * @return the next id, {@code -ENOENT} at the end, or another negated errno
     */
    public int nextId(BpfCommand command, int id) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.GetId.STRUCT.allocate(buffer);
            ObjectAttr.GetId.START_ID.set(attr, id);
            int status = kernel.bpf(command, attr, ObjectAttr.GetId.OPEN_FLAGS.endBytes());
            return status < 0 ? status : ObjectAttr.GetId.NEXT_ID.get(attr);
        }
    }

    /**
     * Opens an object by id: one of the commands that end in {@code GET_FD_BY_ID}.
     *
     * @param command the command, which says of what kind
     * @param id the id
     * @return a descriptor, or a negated errno
     */
    public int openId(BpfCommand command, int id) {
        return openId(command, id, 0);
    }

    /**
     * Opens an object by id: one of the commands that end in {@code GET_FD_BY_ID}.
     *
     * @param command the command, which says of what kind
     * @param id the id
     * @param flags {@code BPF_F_RDONLY} or {@code BPF_F_WRONLY} for maps, 0 for all access
     * @return a descriptor, or a negated errno
     */
    public int openId(BpfCommand command, int id, int flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.GetId.STRUCT.allocate(buffer);
            ObjectAttr.GetId.START_ID.set(attr, id);
            ObjectAttr.GetId.OPEN_FLAGS.set(attr, flags);
            return kernel.bpf(command, attr, ObjectAttr.GetId.OPEN_FLAGS.endBytes());
        }
    }

    /**
     * Collects statistics as long as the descriptor is open: {@link BpfCommand#BPF_ENABLE_STATS}.
     *
     * @param type {@code BPF_STATS_RUN_TIME}
     * @return the descriptor, or a negated errno
     */
    public int enableStats(int type) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.EnableStats.STRUCT.allocate(buffer);
            ObjectAttr.EnableStats.TYPE.set(attr, type);
            return kernel.bpf(BpfCommand.BPF_ENABLE_STATS, attr, ObjectAttr.EnableStats.STRUCT.sizeBytes());
        }
    }
}
