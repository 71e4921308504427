package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.LineInfo;
import bpf4j.insn.Insn;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import bpf4j.sys.Field;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the code of one program. Sizes are asked for first, and each array by itself: a kernel that hides one refuses
 * nothing of the others.
 */
final class XlatedReader {

    private final BpfCalls calls;
    private final int fd;
    private final String subject;

    XlatedReader(BpfCalls calls, int fd, String subject) {
        this.calls = calls;
        this.fd = fd;
        this.subject = subject;
    }

    XlatedCode read() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = query(BpfInfo.Prog.STRUCT.allocate(arena));
            long[] slots = slots(arena, BpfInfo.Prog.XLATED_PROG_LEN.get(sizes));
            NavigableMap<Integer, Integer> functions = new TreeMap<>();
            Map<Integer, LineInfo> lines = new HashMap<>();
            Optional<Btf> types = types(BpfInfo.Prog.BTF_ID.get(sizes));
            if (types.isPresent()) {
                functionRecords(arena, sizes, functions);
                lineRecords(arena, sizes, lines);
            }
            return new XlatedCode(slots, types, functions, lines, XlatedNames.of(slots, KernelFeatures.kallsyms()));
        }
    }

    /** {@return the name of the function that the program begins with, empty if it came without types} */
    Optional<String> firstFunction() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = query(BpfInfo.Prog.STRUCT.allocate(arena));
            Map<Integer, Integer> functions = new HashMap<>();
            functionRecords(arena, sizes, functions);
            Integer first = functions.get(0);
            return first == null ? Optional.empty()
                    : types(BpfInfo.Prog.BTF_ID.get(sizes)).map(btf -> btf.nameOf(first));
        } catch (BtfFormatException _) {
            return Optional.empty();
        }
    }

    private long[] slots(Arena arena, int sizeBytes) {
        MemorySegment code = arena.allocate(Integer.toUnsignedLong(sizeBytes), Long.BYTES);
        MemorySegment info = BpfInfo.Prog.STRUCT.allocate(arena);
        BpfInfo.Prog.XLATED_PROG_LEN.set(info, sizeBytes);
        BpfInfo.Prog.XLATED_PROG_INSNS.set(info, code);
        query(info);
        if (sizeBytes == 0 || BpfInfo.Prog.XLATED_PROG_INSNS.get(info) == 0) {
            throw new KernelException(Step.QUERY, subject, 0, "the kernel hides its instructions: reading them needs "
                    + "CAP_BPF, and those of a hardened program CAP_SYSLOG and kernel.kptr_restrict below 2");
        }
        return Insn.decode(code, ByteOrder.nativeOrder());
    }

    private Optional<Btf> types(int btfId) {
        try {
            return btfId == 0 ? Optional.empty() : Optional.of(KernelObjects.of(calls.kernel()).btf(btfId));
        } catch (KernelException | BtfFormatException _) {
            // Opening types by id needs more privileges than reading the code does.
            return Optional.empty();
        }
    }

    private void functionRecords(Arena arena, MemorySegment sizes, Map<Integer, Integer> functions) {
        records(arena, sizes, BpfInfo.Prog.NR_FUNC_INFO, BpfInfo.Prog.FUNC_INFO_REC_SIZE, BpfInfo.Prog.FUNC_INFO,
                2 * Integer.BYTES, record -> functions.put(word(record, 0), word(record, 1)));
    }

    private void lineRecords(Arena arena, MemorySegment sizes, Map<Integer, LineInfo> lines) {
        records(arena, sizes, BpfInfo.Prog.NR_LINE_INFO, BpfInfo.Prog.LINE_INFO_REC_SIZE, BpfInfo.Prog.LINE_INFO,
                4 * Integer.BYTES, record -> lines.put(word(record, 0), new LineInfo(
                        (long) word(record, 0) * Insn.BYTES, word(record, 1), word(record, 2), word(record, 3))));
    }

    private interface Visitor {
        void visit(MemorySegment record);
    }

    private void records(Arena arena, MemorySegment sizes, Field.U32 count, Field.U32 recordBytes, Field.U64 pointer,
            int leastBytes, Visitor visitor) {
        int wanted = count.get(sizes);
        int size = recordBytes.get(sizes);
        if (wanted <= 0 || size < leastBytes) {
            return;
        }
        MemorySegment array = arena.allocate((long) wanted * size, Integer.BYTES);
        MemorySegment info = BpfInfo.Prog.STRUCT.allocate(arena);
        count.set(info, wanted);
        recordBytes.set(info, size);
        pointer.set(info, array);
        query(info);
        int filled = Math.min(wanted, pointer.get(info) == 0 ? 0 : count.get(info));
        for (int i = 0; i < filled; i++) {
            visitor.visit(array.asSlice((long) i * size, size));
        }
    }

    private MemorySegment query(MemorySegment info) {
        int status = calls.objects().info(fd, info);
        if (status < 0) {
            throw KernelException.refused(Step.QUERY, subject, "", -status);
        }
        return info;
    }

    private static int word(MemorySegment record, int index) {
        return record.get(ValueLayout.JAVA_INT, (long) index * Integer.BYTES);
    }
}
