package bpf4j.sys;

import java.lang.foreign.MemorySegment;

/**
 * The commands of {@code bpf(2)} on links. Every result is the command's, or a negated errno. A program or map that
 * another thread closes meanwhile stays open until the command is over. Safe for use by several threads.
 */
public final class LinkCalls {

    /** {@code <linux/bpf.h>}: the descriptor of what is there says what is to be replaced. */
    private static final int BPF_F_REPLACE = 1 << 2;

    private final Kernel kernel;

    LinkCalls(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The fields of a link's attr behind the four that all have. */
    @FunctionalInterface
    public interface Options {
        /** For targets that need nothing more. */
        Options NONE = (_, _) -> { };

        /**
         * Writes them.
         *
         * @param attr the attr, zeroed
         * @param buffer allocates what the attr points to
         */
        void write(MemorySegment attr, CallBuffer buffer);
    }

    /**
     * Attaches by a link: {@link BpfCommand#BPF_LINK_CREATE}, for targets that need no options.
     *
     * @param programOrMap the program, or for struct_ops the map
     * @param target the target's descriptor or interface index, 0 where there is none
     * @param attachType the attach type's number
     * @param flags {@code BPF_F_*} flags
     * @return the link's descriptor, or a negated errno
     */
    public int create(Fd programOrMap, int target, int attachType, int flags) {
        return create(LinkAttr.Create.STRUCT, programOrMap, target, attachType, flags, Options.NONE);
    }

    /**
     * Attaches by a link: {@link BpfCommand#BPF_LINK_CREATE}.
     *
     * @param struct the target's layout, one of the {@code Create} classes of {@link LinkAttr}
     * @param programOrMap the program, or for struct_ops the map
     * @param target the target's descriptor or interface index, 0 where there is none
     * @param attachType the attach type's number
     * @param flags {@code BPF_F_*} flags
     * @param options writes the rest
     * @return the link's descriptor, or a negated errno
     */
    public int create(KernelStruct struct, Fd programOrMap, int target, int attachType, int flags, Options options) {
        return programOrMap.call(number -> create(struct, number, target, attachType, flags, options));
    }

    private int create(KernelStruct struct, int programOrMap, int target, int attachType, int flags, Options options) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = struct.allocate(buffer);
            LinkAttr.Create.PROG_FD.set(attr, programOrMap);
            LinkAttr.Create.TARGET_FD.set(attr, target);
            LinkAttr.Create.ATTACH_TYPE.set(attr, attachType);
            LinkAttr.Create.FLAGS.set(attr, flags);
            options.write(attr, buffer);
            return kernel.bpf(BpfCommand.BPF_LINK_CREATE, attr, struct.sizeBytes());
        }
    }

    /**
     * Replaces what a link attaches: {@link BpfCommand#BPF_LINK_UPDATE}.
     *
     * @param link the link
     * @param programOrMap the new program, or for struct_ops the new map
     * @return 0 or a negated errno
     */
    public int update(int link, Fd programOrMap) {
        return programOrMap.call(number -> update(link, number));
    }

    /**
     * Replaces what a link attaches, as {@link #update(int, Fd)} does.
     *
     * @param link the link
     * @param programOrMap a descriptor, or what is none to see what the kernel says to that
     * @return 0 or a negated errno
     */
    public int update(int link, int programOrMap) {
        return update(link, programOrMap, 0, 0);
    }

    /**
     * Replaces what a link attaches if it is what the caller expects: {@link BpfCommand#BPF_LINK_UPDATE} with
     * {@code BPF_F_REPLACE}.
     *
     * @param link the link
     * @param programOrMap the new program, or for struct_ops the new map
     * @param expected what has to be attached now
     * @return 0 or a negated errno
     */
    public int update(int link, Fd programOrMap, Fd expected) {
        return programOrMap.call(next -> expected.call(now -> update(link, next, BPF_F_REPLACE, now)));
    }

    private int update(int link, int programOrMap, int flags, int expected) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.Update.STRUCT.allocate(buffer);
            LinkAttr.Update.LINK_FD.set(attr, link);
            LinkAttr.Update.NEW_PROG_FD.set(attr, programOrMap);
            LinkAttr.Update.FLAGS.set(attr, flags);
            LinkAttr.Update.OLD_PROG_FD.set(attr, expected);
            return kernel.bpf(BpfCommand.BPF_LINK_UPDATE, attr, LinkAttr.Update.STRUCT.sizeBytes());
        }
    }

    /**
     * Ends an attachment while its link stays open: {@link BpfCommand#BPF_LINK_DETACH}.
     *
     * @param link the link
     * @return 0 or a negated errno
     */
    public int detach(int link) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.Detach.STRUCT.allocate(buffer);
            LinkAttr.Detach.LINK_FD.set(attr, link);
            return kernel.bpf(BpfCommand.BPF_LINK_DETACH, attr, LinkAttr.Detach.STRUCT.sizeBytes());
        }
    }

    /**
     * Opens an iterator: {@link BpfCommand#BPF_ITER_CREATE}.
     *
     * @param link the link of an iterator program
     * @return a descriptor to read from, or a negated errno
     */
    public int createIterator(int link) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = LinkAttr.IterCreate.STRUCT.allocate(buffer);
            LinkAttr.IterCreate.LINK_FD.set(attr, link);
            return kernel.bpf(BpfCommand.BPF_ITER_CREATE, attr, LinkAttr.IterCreate.STRUCT.sizeBytes());
        }
    }

    /**
     * Attaches to a raw tracepoint, or to the BTF target that a program was loaded for:
     * {@link BpfCommand#BPF_RAW_TRACEPOINT_OPEN}.
     *
     * @param program the program
     * @param name the tracepoint, empty for a program with a BTF target
     * @param cookie what {@code bpf_get_attach_cookie} returns, 0 for none; kernels before 6.10 refuse others
     * @return the link's descriptor, or a negated errno
     */
    public int openRawTracepoint(Fd program, String name, long cookie) {
        return program.call(number -> openRawTracepoint(number, name, cookie));
    }

    private int openRawTracepoint(int program, String name, long cookie) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = ProgAttr.RawTracepoint.STRUCT.allocate(buffer);
            ProgAttr.RawTracepoint.NAME.set(attr, name.isEmpty() ? MemorySegment.NULL : buffer.allocateFrom(name));
            ProgAttr.RawTracepoint.PROG_FD.set(attr, program);
            ProgAttr.RawTracepoint.COOKIE.set(attr, cookie);
            return kernel.bpf(BpfCommand.BPF_RAW_TRACEPOINT_OPEN, attr, cookie == 0
                    ? ProgAttr.RawTracepoint.PROG_FD.endBytes() : ProgAttr.RawTracepoint.STRUCT.sizeBytes());
        }
    }
}
