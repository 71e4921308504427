package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.insn.Code;
import bpf4j.insn.Insn;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.reloc.Kallsyms;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** The calls of one probe. Owns all memory and every descriptor of the probe; for one thread. */
final class ProbeCalls implements AutoCloseable {

    private static final Consumer<MemorySegment> NOTHING_MORE = attr -> { };
    /** The verifier gives up with EAGAIN when a signal is pending. */
    private static final int MAX_TRIES = 5;
    /** Refusals that say nothing about the feature: privileges, memory, limits. */
    private static final Set<Errno> CIRCUMSTANCES = Set.of(Errno.EPERM, Errno.ENOMEM, Errno.EAGAIN, Errno.EINTR,
            Errno.EMFILE, Errno.ENFILE, Errno.EACCES);

    private final Kernel kernel;
    private final Kallsyms symbols;
    private final Arena arena = Arena.ofConfined();
    private final List<Integer> open = new ArrayList<>();

    ProbeCalls(Kernel kernel, Kallsyms symbols) {
        this.kernel = kernel;
        this.symbols = symbols;
    }

    Kallsyms symbols() {
        return symbols;
    }

    /** Memory that lives as long as the probe. */
    Arena arena() {
        return arena;
    }

    /** Makes one call; a descriptor that comes of it is closed with the probe. */
    int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        int result = kernel.bpf(command, attr, sizeBytes);
        if (result >= 0 && command.returnsFd()) {
            open.add(result);
        }
        return result;
    }

    /** Loads a program. */
    int program(ProgramType type, Code code) {
        return program(type, NOTHING_MORE, code);
    }

    /** Loads a program with more in its attr. */
    int program(ProgramType type, Consumer<MemorySegment> more, Code code) {
        MemorySegment attr = ProgAttr.Load.STRUCT.allocate(arena);
        ProgAttr.Load.PROG_TYPE.set(attr, type.number());
        ProgAttr.Load.INSNS.set(attr, bytes(Insn.encode(code.slots(), ByteOrder.nativeOrder())));
        ProgAttr.Load.INSN_CNT.set(attr, code.slotCount());
        ProgAttr.Load.LICENSE.set(attr, arena.allocateFrom("GPL"));
        more.accept(attr);
        int result = 0;
        for (int i = 0; i < MAX_TRIES; i++) {
            result = bpf(BpfCommand.BPF_PROG_LOAD, attr, ProgAttr.Load.STRUCT.sizeBytes());
            if (result != -Errno.EAGAIN.number()) {
                break;
            }
        }
        return result;
    }

    /** Loads types. */
    int btf(BtfBuilder types) {
        Btf btf = types.build(ByteOrder.nativeOrder(), "probe");
        MemorySegment attr = ObjectAttr.BtfLoad.STRUCT.allocate(arena);
        ObjectAttr.BtfLoad.BTF.set(attr, bytes(btf.data().toArray(ValueLayout.JAVA_BYTE)));
        ObjectAttr.BtfLoad.BTF_SIZE.set(attr, Math.toIntExact(btf.data().byteSize()));
        return bpf(BpfCommand.BPF_BTF_LOAD, attr, ObjectAttr.BtfLoad.STRUCT.sizeBytes());
    }

    /** Creates an array of one value. */
    int array(int valueBytes, int flags) {
        MemorySegment attr = MapAttr.Create.STRUCT.allocate(arena);
        MapAttr.Create.MAP_TYPE.set(attr, MapType.BPF_MAP_TYPE_ARRAY.number());
        MapAttr.Create.KEY_SIZE.set(attr, Integer.BYTES);
        MapAttr.Create.VALUE_SIZE.set(attr, valueBytes);
        MapAttr.Create.MAX_ENTRIES.set(attr, 1);
        MapAttr.Create.MAP_FLAGS.set(attr, flags);
        return bpf(BpfCommand.BPF_MAP_CREATE, attr, MapAttr.Create.STRUCT.sizeBytes());
    }

    MemorySegment bytes(byte[] bytes) {
        return arena.allocate(bytes.length, Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
    }

    /**
     * Judges an attempt that succeeds with the feature.
     *
     * @param result its result
     * @param control makes the same attempt without the feature; if that fails too, the feature is not what is missing
     */
    static FeatureSupport judge(int result, IntSupplier control) {
        if (result >= 0) {
            return FeatureSupport.SUPPORTED;
        }
        if (isCircumstance(result)) {
            return FeatureSupport.INCONCLUSIVE;
        }
        return control.getAsInt() >= 0 ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
    }

    /** Judges an attempt that the kernel refuses in any case, with one errno if it knows what is asked for. */
    static FeatureSupport judgeRefusal(int result, Errno known) {
        if (result == -known.number()) {
            return FeatureSupport.SUPPORTED;
        }
        // EINVAL for a command, attach type or flag that is unknown; E2BIG for fields that are.
        return result == -Errno.EINVAL.number() || result == -Errno.E2BIG.number()
                ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
    }

    private static boolean isCircumstance(int result) {
        return Errno.isOneOf(CIRCUMSTANCES, result);
    }

    @Override
    public void close() {
        open.reversed().forEach(kernel::close);
        arena.close();
    }
}
