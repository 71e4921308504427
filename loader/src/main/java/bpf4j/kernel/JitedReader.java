package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CPrinter;
import bpf4j.btf.LineInfo;
import bpf4j.reloc.SourceLine;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the machine code of one program. */
final class JitedReader {

    private static final int TAG_BYTES = 8;

    private final BpfCalls calls;
    private final int fd;
    private final String subject;

    JitedReader(BpfCalls calls, int fd, String subject) {
        this.calls = calls;
        this.fd = fd;
        this.subject = subject;
    }

    JitedCode read() {
        try (Arena arena = Arena.ofConfined()) {
            InfoArrays info = new InfoArrays(calls, fd, subject, arena);
            if (BpfInfo.Prog.JITED_PROG_LEN.get(info.sizes()) == 0) {
                throw new KernelException(Step.QUERY, subject, 0, "it has no machine code: the kernel interprets it "
                        + "(net.core.bpf_jit_enable), or tells callers with CAP_BPF only");
            }
            MemorySegment image = info.bytes(BpfInfo.Prog.JITED_PROG_LEN, BpfInfo.Prog.JITED_PROG_INSNS);
            long[] starts = info.elements(BpfInfo.Prog.NR_JITED_KSYMS, BpfInfo.Prog.JITED_KSYMS, Long.BYTES).stream()
                    .mapToLong(JitedReader::number).toArray();
            int[] sizes = info.elements(BpfInfo.Prog.NR_JITED_FUNC_LENS, BpfInfo.Prog.JITED_FUNC_LENS, Integer.BYTES)
                    .stream().mapToInt(element -> element.get(ValueLayout.JAVA_INT, 0)).toArray();
            if (image.byteSize() == 0 || starts.length == 0 || starts.length != sizes.length) {
                throw new KernelException(Step.QUERY, subject, 0, "the kernel hides its machine code: reading it needs "
                        + "CAP_SYSLOG and kernel.kptr_restrict below 2");
            }
            return new JitedCode(functions(info, image, starts, sizes));
        }
    }

    private static List<JitedCode.Function> functions(InfoArrays info, MemorySegment image, long[] starts,
            int[] sizes) {
        Optional<Btf> types = info.types();
        List<Integer> typeIds = types.isPresent() ? List.copyOf(info.functions().values()) : List.of();
        List<LineInfo> lines = types.isPresent() ? info.lines() : List.of();
        List<Long> places = info.records(BpfInfo.Prog.NR_JITED_LINE_INFO, BpfInfo.Prog.JITED_LINE_INFO_REC_SIZE,
                BpfInfo.Prog.JITED_LINE_INFO, Long.BYTES).stream().map(JitedReader::number).toList();
        List<MemorySegment> tags = info.elements(BpfInfo.Prog.NR_PROG_TAGS, BpfInfo.Prog.PROG_TAGS, TAG_BYTES);
        List<JitedCode.Function> functions = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < starts.length; i++) {
            byte[] code = image.asSlice(offset, sizes[i]).toArray(ValueLayout.JAVA_BYTE);
            offset += sizes[i];
            // The first function goes by the tag of the whole program.
            byte[] tag = i > 0 && i < tags.size() ? tags.get(i).toArray(ValueLayout.JAVA_BYTE)
                    : BpfInfo.Prog.TAG.get(info.sizes());
            Optional<Integer> typeId = i < typeIds.size() ? Optional.of(typeIds.get(i)) : Optional.empty();
            String name = typeId.flatMap(id -> named(types, btf -> btf.nameOf(id)))
                    .orElseGet(() -> BpfInfo.Prog.NAME.getString(info.sizes()));
            functions.add(new JitedCode.Function("bpf_prog_" + HexFormat.of().formatHex(tag) + "_" + name,
                    typeId.flatMap(id -> named(types, btf -> CPrinter.declare(btf, id, btf.nameOf(id)))), starts[i],
                    code, linesOf(types, lines, places, starts[i], sizes[i])));
        }
        return functions;
    }

    /** The kernel has a place for each line record, in their order. */
    private static List<JitedCode.Line> linesOf(Optional<Btf> types, List<LineInfo> lines, List<Long> places,
            long start, int sizeBytes) {
        List<JitedCode.Line> found = new ArrayList<>();
        for (int i = 0; i < Math.min(lines.size(), places.size()); i++) {
            long offset = places.get(i) - start;
            if (offset >= 0 && offset < sizeBytes) {
                found.add(new JitedCode.Line((int) offset, SourceLine.of(lines.get(i), types.orElseThrow())));
            }
        }
        return found;
    }

    /** Names explain; damaged types must not hide the code. */
    private static Optional<String> named(Optional<Btf> types, Function<Btf, String> naming) {
        try {
            return types.map(naming);
        } catch (BtfFormatException _) {
            return Optional.empty();
        }
    }

    private static long number(MemorySegment element) {
        return element.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }
}
