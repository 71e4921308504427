package bpf4j.sys;

import java.lang.foreign.MemorySegment;

/**
 * The commands of {@code bpf(2)} on programs. Every result is the command's, or a negated errno.
 * Safe for use by several threads.
 */
public final class ProgCalls {

    private final Kernel kernel;

    ProgCalls(Kernel kernel) {
        this.kernel = kernel;
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
     * Takes what a program has written into one of its streams: {@link BpfCommand#BPF_PROG_STREAM_READ_BY_FD}.
     *
     * @param program the program
     * @param stream the stream's number
     * @param buffer native memory for what comes
     * @return how many bytes came, 0 if there is nothing, or a negated errno
     */
    public int readStream(int program, int stream, MemorySegment buffer) {
        try (var memory = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.StreamRead.STRUCT.allocate(memory);
            ProgAttr.StreamRead.STREAM_BUF.set(attr, buffer);
            ProgAttr.StreamRead.STREAM_BUF_LEN.set(attr, Math.toIntExact(buffer.byteSize()));
            ProgAttr.StreamRead.STREAM_ID.set(attr, stream);
            ProgAttr.StreamRead.PROG_FD.set(attr, program);
            return kernel.bpf(BpfCommand.BPF_PROG_STREAM_READ_BY_FD, attr, ProgAttr.StreamRead.STRUCT.sizeBytes());
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

    /**
     * Attaches without a link: {@link BpfCommand#BPF_PROG_ATTACH}.
     *
     * @param target the target
     * @param program the program
     * @param attachType the attach type's number
     * @param flags {@code BPF_F_*} flags
     * @param replaced the program whose place it takes, 0 for none
     * @return 0 or a negated errno
     */
    public int attach(int target, int program, int attachType, int flags, int replaced) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.Attach.STRUCT.allocate(buffer);
            ProgAttr.Attach.TARGET_FD.set(attr, target);
            ProgAttr.Attach.ATTACH_BPF_FD.set(attr, program);
            ProgAttr.Attach.ATTACH_TYPE.set(attr, attachType);
            ProgAttr.Attach.ATTACH_FLAGS.set(attr, flags);
            ProgAttr.Attach.REPLACE_BPF_FD.set(attr, replaced);
            return kernel.bpf(BpfCommand.BPF_PROG_ATTACH, attr, ProgAttr.Attach.REPLACE_BPF_FD.endBytes());
        }
    }
}
