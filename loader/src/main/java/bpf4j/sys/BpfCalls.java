package bpf4j.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The commands of {@code bpf(2)} that need no more than a few numbers, one method each. Every result is the command's, or a negated
 * errno. Segments may be on the heap: they are copied. Safe for use by several threads.
 */
public final class BpfCalls {

    private final Kernel kernel;

    /**
     * Makes calls to a kernel.
     *
     * @param kernel the kernel
     */
    public BpfCalls(Kernel kernel) {
        this.kernel = kernel;
    }

    /** {@return the kernel that is called} */
    public Kernel kernel() {
        return kernel;
    }

    /**
     * Reads an element: {@link BpfCommand#BPF_MAP_LOOKUP_ELEM}.
     *
     * @param map the map
     * @param key the key
     * @param value receives the value
     * @param flags {@code BPF_F_LOCK} and the like
     * @return 0 or a negated errno
     */
    public int lookup(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment result = buffer.allocate(value.byteSize(), Long.BYTES);
            int status = element(BpfCommand.BPF_MAP_LOOKUP_ELEM, buffer, map, key, result, flags);
            if (status >= 0) {
                value.copyFrom(result);
            }
            return status;
        }
    }

    /**
     * Writes an element: {@link BpfCommand#BPF_MAP_UPDATE_ELEM}.
     *
     * @param map the map
     * @param key the key
     * @param value the value
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}
     * @return 0 or a negated errno
     */
    public int update(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_UPDATE_ELEM, buffer, map, key, copy(buffer, value), flags);
        }
    }

    /**
     * Deletes an element: {@link BpfCommand#BPF_MAP_DELETE_ELEM}.
     *
     * @param map the map
     * @param key the key
     * @return 0 or a negated errno
     */
    public int delete(int map, MemorySegment key) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_DELETE_ELEM, buffer, map, key, MemorySegment.NULL, 0);
        }
    }

    /**
     * Finds the key after another: {@link BpfCommand#BPF_MAP_GET_NEXT_KEY}.
     *
     * @param map the map
     * @param key the key before, or {@link MemorySegment#NULL} for the first
     * @param next receives the key after it
     * @return 0, {@code -ENOENT} at the end, or another negated errno
     */
    public int nextKey(int map, MemorySegment key, MemorySegment next) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment result = buffer.allocate(next.byteSize(), Long.BYTES);
            int status = element(BpfCommand.BPF_MAP_GET_NEXT_KEY, buffer, map, key, result, 0);
            if (status >= 0) {
                next.copyFrom(result);
            }
            return status;
        }
    }

    /**
     * Forbids user space to write: {@link BpfCommand#BPF_MAP_FREEZE}.
     *
     * @param map the map
     * @return 0 or a negated errno
     */
    public int freeze(int map) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
            MapAttr.Elem.MAP_FD.set(attr, map);
            return kernel.bpf(BpfCommand.BPF_MAP_FREEZE, attr, MapAttr.Elem.MAP_FD.endBytes());
        }
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
     * @return a descriptor, or a negated errno
     */
    public int openPinned(String path) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.Pin.STRUCT.allocate(buffer);
            ObjectAttr.Pin.PATHNAME.set(attr, buffer.allocateFrom(path));
            return kernel.bpf(BpfCommand.BPF_OBJ_GET, attr, ObjectAttr.Pin.FILE_FLAGS.endBytes());
        }
    }

    /**
     * Reads what the kernel knows of an object: {@link BpfCommand#BPF_OBJ_GET_INFO_BY_FD}.
     *
     * @param fd the object
     * @param info native memory of one of the structs of {@link BpfInfo}; what an older kernel does not fill stays as it is
     * @return 0 or a negated errno
     */
    public int info(int fd, MemorySegment info) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.Info.STRUCT.allocate(buffer);
            ObjectAttr.Info.BPF_FD.set(attr, fd);
            ObjectAttr.Info.INFO_LEN.set(attr, Math.toIntExact(info.byteSize()));
            ObjectAttr.Info.INFO.set(attr, info);
            return kernel.bpf(BpfCommand.BPF_OBJ_GET_INFO_BY_FD, attr, ObjectAttr.Info.STRUCT.sizeBytes());
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
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ObjectAttr.GetId.STRUCT.allocate(buffer);
            ObjectAttr.GetId.START_ID.set(attr, id);
            return kernel.bpf(command, attr, ObjectAttr.GetId.OPEN_FLAGS.endBytes());
        }
    }

    /**
     * Keeps a map alive as long as a program: {@link BpfCommand#BPF_PROG_BIND_MAP}.
     *
     * @param program the program
     * @param map the map
     * @return 0 or a negated errno
     */
    public int bindMap(int program, int map) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.BindMap.STRUCT.allocate(buffer);
            ProgAttr.BindMap.PROG_FD.set(attr, program);
            ProgAttr.BindMap.MAP_FD.set(attr, map);
            return kernel.bpf(BpfCommand.BPF_PROG_BIND_MAP, attr, ProgAttr.BindMap.STRUCT.sizeBytes());
        }
    }

    /**
     * Attaches by a link: {@link BpfCommand#BPF_LINK_CREATE}, for targets that need no options.
     *
     * @param programOrMap the program, or for struct_ops the map
     * @param target the target, 0 where there is none
     * @param attachType the attach type's number
     * @param flags {@code BPF_F_*} flags
     * @return the link's descriptor, or a negated errno
     */
    public int createLink(int programOrMap, int target, int attachType, int flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.Create.STRUCT.allocate(buffer);
            LinkAttr.Create.PROG_FD.set(attr, programOrMap);
            LinkAttr.Create.TARGET_FD.set(attr, target);
            LinkAttr.Create.ATTACH_TYPE.set(attr, attachType);
            LinkAttr.Create.FLAGS.set(attr, flags);
            return kernel.bpf(BpfCommand.BPF_LINK_CREATE, attr, LinkAttr.Create.STRUCT.sizeBytes());
        }
    }

    /**
     * Replaces what a link attaches: {@link BpfCommand#BPF_LINK_UPDATE}.
     *
     * @param link the link
     * @param programOrMap the new program, or for struct_ops the new map
     * @return 0 or a negated errno
     */
    public int updateLink(int link, int programOrMap) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.Update.STRUCT.allocate(buffer);
            LinkAttr.Update.LINK_FD.set(attr, link);
            LinkAttr.Update.NEW_PROG_FD.set(attr, programOrMap);
            return kernel.bpf(BpfCommand.BPF_LINK_UPDATE, attr, LinkAttr.Update.STRUCT.sizeBytes());
        }
    }

    /**
     * Ends an attachment while its link stays open: {@link BpfCommand#BPF_LINK_DETACH}.
     *
     * @param link the link
     * @return 0 or a negated errno
     */
    public int detachLink(int link) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.Detach.STRUCT.allocate(buffer);
            LinkAttr.Detach.LINK_FD.set(attr, link);
            return kernel.bpf(BpfCommand.BPF_LINK_DETACH, attr, LinkAttr.Detach.STRUCT.sizeBytes());
        }
    }

    /**
     * Attaches or detaches without a link: {@link BpfCommand#BPF_PROG_ATTACH}, {@link BpfCommand#BPF_PROG_DETACH}.
     *
     * @param command which of the two
     * @param target the target
     * @param program the program
     * @param attachType the attach type's number
     * @return 0 or a negated errno
     */
    public int attach(BpfCommand command, int target, int program, int attachType) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.Attach.STRUCT.allocate(buffer);
            ProgAttr.Attach.TARGET_FD.set(attr, target);
            ProgAttr.Attach.ATTACH_BPF_FD.set(attr, program);
            ProgAttr.Attach.ATTACH_TYPE.set(attr, attachType);
            return kernel.bpf(command, attr, ProgAttr.Attach.REPLACE_BPF_FD.endBytes());
        }
    }

    private int element(BpfCommand command, CallBuffer buffer, int map, MemorySegment key, MemorySegment value, long flags) {
        MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
        MapAttr.Elem.MAP_FD.set(attr, map);
        MapAttr.Elem.KEY.set(attr, copy(buffer, key));
        MapAttr.Elem.VALUE.set(attr, value);
        MapAttr.Elem.FLAGS.set(attr, flags);
        return kernel.bpf(command, attr, MapAttr.Elem.STRUCT.sizeBytes());
    }

    private static MemorySegment copy(CallBuffer buffer, MemorySegment bytes) {
        if (bytes.isNative()) {
            return bytes;
        }
        MemorySegment copy = buffer.allocate(bytes.byteSize(), Long.BYTES);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.byteSize());
        return copy;
    }
}
