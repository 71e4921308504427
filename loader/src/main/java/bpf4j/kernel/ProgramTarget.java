package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A function of a program that is loaded already: what freplace replaces, and what fentry and fexit can be put around.
 *
 * @param programFd the loaded program
 * @param function the function's name in that program
 */
record ProgramTarget(int programFd, String function) {

    /** Finds the function's id in the types that the program was loaded with. */
    int typeId(BpfCalls calls, Step step, String subject) {
        int btfId = ProgramInfo.query(calls, programFd, subject).btfId();
        if (btfId == 0) {
            throw new KernelException(step, subject, 0,
                    "the target program was loaded without types, so its functions have no ids");
        }
        int number = calls.objects().openId(BpfCommand.BPF_BTF_GET_FD_BY_ID, btfId);
        if (number < 0) {
            throw new KernelException(Step.QUERY, "BTF " + btfId + " of the target of " + subject, -number);
        }
        try (Fd fd = Fd.owning(number, "BTF " + btfId, calls.kernel())) {
            Btf btf = read(calls, fd.number(), "BTF " + btfId);
            return btf.find(function, BtfKind.BTF_KIND_FUNC).orElseThrow(() -> new KernelException(step,
                    subject, 0, "the target program has no function '%s'".formatted(function)));
        }
    }

    private static Btf read(BpfCalls calls, int fd, String subject) {
        int size;
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(buffer);
            check(calls.objects().info(fd, info), subject);
            size = BpfInfo.BtfObject.BTF_SIZE.get(info);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Integer.toUnsignedLong(size), 8);
            MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(arena);
            BpfInfo.BtfObject.BTF.set(info, data);
            BpfInfo.BtfObject.BTF_SIZE.set(info, size);
            check(calls.objects().info(fd, info), subject);
            return Btf.parse(MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_BYTE)), subject);
        }
    }

    private static void check(int status, String subject) {
        if (status < 0) {
            throw new KernelException(Step.QUERY, subject, -status);
        }
    }
}
