package bpf4j.reloc;

import bpf4j.btf.Btf;
import bpf4j.btf.LineInfo;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.StructOpsTarget;
import bpf4j.object.ProgramSpec;
import bpf4j.object.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program with its subprograms appended and CO-RE applied: what is loaded, once its references are numbers. Indices
 * count 8-byte slots from the start of the whole code. Immutable.
 */
public final class RelocatedProgram {

    /**
     * A function inside the code.
     *
     * @param name the function's name
     * @param insnIndex where it starts
     * @param slotCount how long it is
     */
    public record Part(String name, int insnIndex, int slotCount) {
    }

    /**
     * A func_info record, with the offset in the form that the kernel takes.
     *
     * @param insnIndex where the function starts
     * @param typeId its function type in the object's BTF
     */
    public record Func(int insnIndex, int typeId) {
    }

    /**
     * A line_info record, with the offset in the form that the kernel takes.
     *
     * @param insnIndex the instruction
     * @param fileNameOffset offset of the file's name in the object's BTF strings
     * @param lineOffset offset of the line's text in the object's BTF strings
     * @param lineColumn line number in the upper 22 bits, column in the lower 10
     */
    public record Line(int insnIndex, int fileNameOffset, int lineOffset, int lineColumn) {

        /**
         * Reads the record's strings.
         *
         * @param btf the object's BTF
         * @return the source line
         */
        public SourceLine source(Btf btf) {
            return SourceLine.of(new LineInfo(insnIndex * 8L, fileNameOffset, lineOffset, lineColumn), btf);
        }
    }

    private final ProgramSpec spec;
    private final long[] slots;
    private final List<Reference> references;
    private final List<Part> parts;
    private final List<Func> funcInfo;
    private final List<Line> lineInfo;
    private final Map<Integer, CoreFixup> poisoned;
    private final Optional<StructOpsTarget> structOps;

    RelocatedProgram(ProgramSpec spec, long[] slots, List<Reference> references, List<Part> parts, List<Func> funcInfo,
            List<Line> lineInfo, Map<Integer, CoreFixup> poisoned, Optional<StructOpsTarget> structOps) {
        this.spec = spec;
        this.slots = slots;
        this.references = List.copyOf(references);
        this.parts = List.copyOf(parts);
        this.funcInfo = List.copyOf(funcInfo);
        this.lineInfo = List.copyOf(lineInfo);
        this.poisoned = Map.copyOf(poisoned);
        this.structOps = structOps;
    }

    /** {@return the program's name} */
    public String name() {
        return spec.name();
    }

    /** {@return what the object declares} */
    public ProgramSpec spec() {
        return spec;
    }

    /** {@return a copy of the code; what references point at is still as the compiler left it} */
    public long[] slots() {
        return slots.clone();
    }

    /** {@return what is still symbolic: maps, data, externs; ascending by instruction} */
    public List<Reference> references() {
        return references;
    }

    /** {@return the functions in the code, the entry first} */
    public List<Part> parts() {
        return parts;
    }

    /**
     * Finds the line info of an instruction.
     *
     * @param insnIndex the instruction
     * @return the last record at or before it
     */
    public Optional<Line> lineAt(int insnIndex) {
        Line found = null;
        for (Line line : lineInfo) {
            if (line.insnIndex <= insnIndex) {
                found = line;
            }
        }
        return Optional.ofNullable(found);
    }

    /**
     * Finds the function that an instruction belongs to.
     *
     * @param insnIndex the instruction
     * @return the function
     */
    public Optional<Part> partAt(int insnIndex) {
        return parts.stream().filter(p -> insnIndex >= p.insnIndex && insnIndex < p.insnIndex + p.slotCount)
                .findFirst();
    }

    /** {@return func info, empty where the object has none for the entry} */
    public List<Func> funcInfo() {
        return funcInfo;
    }

    /** {@return line info, ascending; empty where the object has none for the entry} */
    public List<Line> lineInfo() {
        return lineInfo;
    }

    /** {@return the CO-RE answers that made an instruction unusable, by instruction} */
    public Map<Integer, CoreFixup> poisoned() {
        return poisoned;
    }

    /** {@return the kernel's member that a struct_ops program is for} */
    public Optional<StructOpsTarget> structOps() {
        return structOps;
    }

    @Override
    public String toString() {
        return "%s: %d slots, %d functions".formatted(name(), slots.length, parts.size());
    }
}
