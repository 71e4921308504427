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
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the arrays that {@code struct bpf_prog_info} points to. Sizes are asked for first, and each array by itself: a
 * kernel that hides one refuses nothing of the others.
 */
final class InfoArrays {

    private final BpfCalls calls;
    private final int fd;
    private final String subject;
    private final Arena arena;
    private final MemorySegment sizes;

    /** Asks for the sizes; memory comes from the arena. */
    InfoArrays(BpfCalls calls, int fd, String subject, Arena arena) {
        this.calls = calls;
        this.fd = fd;
        this.subject = subject;
        this.arena = arena;
        this.sizes = query(BpfInfo.Prog.STRUCT.allocate(arena));
    }

    /** {@return the answer that has sizes, and no arrays} */
    MemorySegment sizes() {
        return sizes;
    }

    /** {@return the types that functions and lines are named by; empty without, and where they are hidden} */
    Optional<Btf> types() {
        int btfId = BpfInfo.Prog.BTF_ID.get(sizes);
        try {
            return btfId == 0 ? Optional.empty() : Optional.of(KernelObjects.of(calls.kernel()).btf(btfId));
        } catch (KernelException | BtfFormatException _) {
            // Opening types by id needs more privileges than reading the code does.
            return Optional.empty();
        }
    }

    /** {@return the type ids of the functions, by the instruction that each begins with} */
    NavigableMap<Integer, Integer> functions() {
        NavigableMap<Integer, Integer> functions = new TreeMap<>();
        for (MemorySegment record : records(BpfInfo.Prog.NR_FUNC_INFO, BpfInfo.Prog.FUNC_INFO_REC_SIZE,
                BpfInfo.Prog.FUNC_INFO, 2 * Integer.BYTES)) {
            functions.put(word(record, 0), word(record, 1));
        }
        return functions;
    }

    /** {@return the line records, in order} */
    List<LineInfo> lines() {
        return records(BpfInfo.Prog.NR_LINE_INFO, BpfInfo.Prog.LINE_INFO_REC_SIZE, BpfInfo.Prog.LINE_INFO,
                4 * Integer.BYTES).stream().map(record -> new LineInfo((long) word(record, 0) * Insn.BYTES,
                        word(record, 1), word(record, 2), word(record, 3))).toList();
    }

    /** {@return the records of an array whose element size the kernel tells; none if it has or shows none} */
    List<MemorySegment> records(Field.U32 count, Field.U32 recordBytes, Field.U64 pointer, int leastBytes) {
        int size = recordBytes.get(sizes);
        return size < leastBytes ? List.of() : read(count, size, pointer, info -> recordBytes.set(info, size));
    }

    /** {@return the elements of an array; none if the kernel has or shows none} */
    List<MemorySegment> elements(Field.U32 count, Field.U64 pointer, int elementBytes) {
        return read(count, elementBytes, pointer, _ -> { });
    }

    /** {@return the bytes of an array, none if the kernel has or shows none} */
    MemorySegment bytes(Field.U32 sizeBytes, Field.U64 pointer) {
        int size = sizeBytes.get(sizes);
        MemorySegment array = arena.allocate(Integer.toUnsignedLong(size), Long.BYTES);
        MemorySegment info = BpfInfo.Prog.STRUCT.allocate(arena);
        sizeBytes.set(info, size);
        pointer.set(info, array);
        query(info);
        return pointer.get(info) == 0 ? MemorySegment.NULL : array;
    }

    private interface Preparation {
        void accept(MemorySegment info);
    }

    private List<MemorySegment> read(Field.U32 count, int size, Field.U64 pointer, Preparation preparation) {
        int wanted = count.get(sizes);
        if (wanted <= 0) {
            return List.of();
        }
        MemorySegment array = arena.allocate((long) wanted * size, Long.BYTES);
        MemorySegment info = BpfInfo.Prog.STRUCT.allocate(arena);
        count.set(info, wanted);
        pointer.set(info, array);
        preparation.accept(info);
        query(info);
        int filled = Math.min(wanted, pointer.get(info) == 0 ? 0 : count.get(info));
        List<MemorySegment> records = new ArrayList<>(filled);
        for (int i = 0; i < filled; i++) {
            records.add(array.asSlice((long) i * size, size));
        }
        return records;
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
