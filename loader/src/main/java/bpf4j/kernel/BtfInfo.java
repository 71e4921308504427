package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the kernel says of a BTF object: {@code struct bpf_btf_info}.
 *
 * @param id the kernel's id
 * @param name {@code vmlinux} or a module's name; empty for types that came with programs and maps, and on kernels
 *     before 5.11
 * @param kernel whether the types are the kernel's or a module's own
 * @param sizeBytes size of the types
 */
public record BtfInfo(int id, String name, boolean kernel, int sizeBytes) {

    /** A module's name has at most 55 characters. */
    private static final int MAX_NAME_BYTES = 64;

    static BtfInfo query(BpfCalls calls, int fd, String subject) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(buffer);
            MemorySegment name = buffer.allocate(MAX_NAME_BYTES, 1);
            BpfInfo.BtfObject.NAME.set(info, name);
            BpfInfo.BtfObject.NAME_LEN.set(info, MAX_NAME_BYTES);
            check(calls.objects().info(fd, info), subject);
            return new BtfInfo(BpfInfo.BtfObject.ID.get(info), name.getString(0),
                    BpfInfo.BtfObject.KERNEL_BTF.get(info) != 0, BpfInfo.BtfObject.BTF_SIZE.get(info));
        }
    }

    /** Copies the types out of the kernel. */
    static byte[] bytes(BpfCalls calls, int fd, int sizeBytes, String subject) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(arena);
            MemorySegment types = arena.allocate(Integer.toUnsignedLong(sizeBytes), Long.BYTES);
            BpfInfo.BtfObject.BTF.set(info, types);
            BpfInfo.BtfObject.BTF_SIZE.set(info, sizeBytes);
            check(calls.objects().info(fd, info), subject);
            return types.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static void check(int status, String subject) {
        if (status < 0) {
            throw KernelException.refused(Step.QUERY, subject, "", -status);
        }
    }
}
