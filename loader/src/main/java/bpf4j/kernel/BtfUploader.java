package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.ObjectAttr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Loads an object's types: {@code BPF_BTF_LOAD}. */
final class BtfUploader {

    private BtfUploader() {
    }

    /** What came of it: the descriptor, or why there is none. */
    sealed interface Uploaded {

        /** The kernel has the types. */
        record Loaded(Fd fd) implements Uploaded {
        }

        /** The kernel refused; objects work without types unless they have struct_ops. */
        record Refused(int errno, String log) implements Uploaded {
        }
    }

    /**
     * Loads types; those that the kernel does not know are rewritten when it has refused them.
     *
     * @param changes is told what was rewritten
     */
    static Uploaded upload(Kernel kernel, Btf btf, String objectName, KernelFeatures features,
            Consumer<String> changes) {
        Uploaded uploaded = upload(kernel, btf, objectName);
        if (uploaded instanceof Uploaded.Refused) {
            BtfSanitizer.Sanitized sanitized = BtfSanitizer.sanitize(btf, features::has);
            if (!sanitized.changes().isEmpty()) {
                sanitized.changes().forEach(changes);
                return upload(kernel, sanitized.btf(), objectName);
            }
        }
        return uploaded;
    }

    /** Loads types as they are. */
    static Uploaded upload(Kernel kernel, Btf btf, String objectName) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(btf.data().byteSize(), 8).copyFrom(btf.data());
            MemorySegment attr = ObjectAttr.BtfLoad.STRUCT.allocate(arena);
            ObjectAttr.BtfLoad.BTF.set(attr, data);
            ObjectAttr.BtfLoad.BTF_SIZE.set(attr, Math.toIntExact(data.byteSize()));
            LogBuffer.Outcome outcome = LogBuffer.run(0, new LogBuffer.Attempt() {

                @Override
                public int call(int level, MemorySegment log) {
                    ObjectAttr.BtfLoad.BTF_LOG_LEVEL.set(attr, level);
                    ObjectAttr.BtfLoad.BTF_LOG_BUF.set(attr, log);
                    ObjectAttr.BtfLoad.BTF_LOG_SIZE.set(attr, (int) log.byteSize());
                    return kernel.bpf(BpfCommand.BPF_BTF_LOAD, attr, ObjectAttr.BtfLoad.BTF_LOG_TRUE_SIZE.endBytes());
                }

                @Override
                public long trueSizeBytes() {
                    return Integer.toUnsignedLong(ObjectAttr.BtfLoad.BTF_LOG_TRUE_SIZE.get(attr));
                }
            });
            return outcome.status() < 0 ? new Uploaded.Refused(-outcome.status(), outcome.log())
                    : new Uploaded.Loaded(Fd.owning(outcome.status(), "BTF of " + objectName, kernel));
        }
    }
}
