package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.LineInfo;
import bpf4j.insn.Insn;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the code of one program. */
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
            InfoArrays info = new InfoArrays(calls, fd, subject, arena);
            long[] slots = slots(info);
            NavigableMap<Integer, Integer> functions = new TreeMap<>();
            Map<Integer, LineInfo> lines = new HashMap<>();
            Optional<Btf> types = info.types();
            if (types.isPresent()) {
                functions = info.functions();
                info.lines().forEach(line -> lines.put((int) (line.insnOffsetBytes() / Insn.BYTES), line));
            }
            return new XlatedCode(slots, types, functions, lines, XlatedNames.of(slots, KernelFeatures.kallsyms()));
        }
    }

    /** {@return the name of the function that the program begins with, empty if it came without types} */
    Optional<String> firstFunction() {
        try (Arena arena = Arena.ofConfined()) {
            InfoArrays info = new InfoArrays(calls, fd, subject, arena);
            Integer first = info.functions().get(0);
            return first == null ? Optional.empty() : info.types().map(btf -> btf.nameOf(first));
        } catch (BtfFormatException _) {
            return Optional.empty();
        }
    }

    private long[] slots(InfoArrays info) {
        MemorySegment code = info.bytes(BpfInfo.Prog.XLATED_PROG_LEN, BpfInfo.Prog.XLATED_PROG_INSNS);
        if (code.byteSize() == 0) {
            throw new KernelException(Step.QUERY, subject, 0, "the kernel hides its instructions: reading them needs "
                    + "CAP_BPF, and those of a hardened program CAP_SYSLOG and kernel.kptr_restrict below 2");
        }
        return Insn.decode(code, ByteOrder.nativeOrder());
    }
}
