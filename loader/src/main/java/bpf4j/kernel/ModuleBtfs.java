package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens the kernel's BTF objects of modules by name, each once; the kernel wants a descriptor where an id is a
 * module's.
 */
final class ModuleBtfs implements AutoCloseable {

    private static final int MAX_NAME = 64;

    private final BpfCalls calls;
    private final Map<String, Fd> open = new HashMap<>();

    ModuleBtfs(BpfCalls calls) {
        this.calls = calls;
    }

    /** The descriptor of a module's BTF, which stays this object's. */
    int fd(String module) {
        Fd known = open.get(module);
        if (known == null) {
            known = find(module);
            open.put(module, known);
        }
        return known.number();
    }

    private Fd find(String module) {
        String subject = "BTF of module '" + module + "'";
        int id = 0;
        while ((id = calls.objects().nextId(BpfCommand.BPF_BTF_GET_NEXT_ID, id)) >= 0) {
            int number = calls.objects().openId(BpfCommand.BPF_BTF_GET_FD_BY_ID, id);
            if (number == -Errno.ENOENT.number()) {
                continue;
            }
            if (number < 0) {
                throw new KernelException(Step.KERNEL_BTF, subject, -number);
            }
            Fd fd = Fd.owning(number, subject, calls.kernel());
            boolean found = false;
            try {
                found = isCalled(number, module, subject);
            } finally {
                if (!found) {
                    fd.close();
                }
            }
            if (found) {
                return fd;
            }
        }
        throw id == -Errno.ENOENT.number()
                ? new KernelException(Step.KERNEL_BTF, subject, 0, "the kernel has none of that name")
                : new KernelException(Step.KERNEL_BTF, subject, -id);
    }

    private boolean isCalled(int number, String module, String subject) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment info = BpfInfo.BtfObject.STRUCT.allocate(buffer);
            MemorySegment name = buffer.allocate(MAX_NAME, 1);
            BpfInfo.BtfObject.NAME.set(info, name);
            BpfInfo.BtfObject.NAME_LEN.set(info, MAX_NAME);
            int status = calls.objects().info(number, info);
            if (status < 0) {
                throw new KernelException(Step.KERNEL_BTF, subject, -status);
            }
            return BpfInfo.BtfObject.KERNEL_BTF.get(info) != 0 && name.getString(0).equals(module);
        }
    }

    @Override
    public void close() {
        open.values().forEach(Fd::close);
        open.clear();
    }
}
