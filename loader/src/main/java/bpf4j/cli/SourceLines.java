package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.LineInfo;
import bpf4j.insn.Insn;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.reloc.SourceLine;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The C lines of one function, found by instruction. */
final class SourceLines {

    private final Optional<Btf> btf;
    private final NavigableMap<Integer, LineInfo> byInsn = new TreeMap<>();

    SourceLines(BpfObject object, BpfFunction function) {
        btf = object.btf();
        function.lineInfo().forEach(info -> byInsn.put(insnIndex(function, info.insnOffsetBytes()), info));
    }

    /** {@return the place in the function of a record's offset in the section} */
    static int insnIndex(BpfFunction function, long sectionOffsetBytes) {
        return Math.toIntExact(sectionOffsetBytes / Insn.BYTES - function.sectionInsnIndex());
    }

    /** {@return the line that begins at an instruction} */
    Optional<SourceLine> beginningAt(int insnIndex) {
        return line(byInsn.get(insnIndex));
    }

    /** {@return the line that an instruction belongs to} */
    Optional<SourceLine> of(int insnIndex) {
        Map.Entry<Integer, LineInfo> before = byInsn.floorEntry(insnIndex);
        return before == null ? Optional.empty() : line(before.getValue());
    }

    private Optional<SourceLine> line(LineInfo info) {
        return info == null ? Optional.empty() : btf.map(types -> SourceLine.of(info, types));
    }
}
